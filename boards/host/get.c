/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "get.h"

#include "call.h"
#include "nango_connections.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = 64 * 1024, FIELDS = 13, PATH_CAP = 4096 };

/* What is shown unasked: neither credentials nor connection_config, which holds secrets too. What
 * is not touched of the room costs nothing. */
static const char *const shown[FIELDS] = {"id",         "connection_id",    "provider_config_key",
                                          "provider",   "credentials.type", "tags",
                                          "end_user",   "metadata",         "webhook_url_override",
                                          "created_at", "updated_at",       "last_fetched_at",
                                          "errors"};
static struct nango_field fields[FIELDS];
static char room[FIELDS][ROOM];

static int is_cut(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (fields[i].cut) {
            return FAIL(EXIT_REFUSED, "%s has %zu bytes, and only %d can be shown", fields[i].name,
                        fields[i].len, ROOM - 1);
        }
    }
    return 0;
}

static int call(const struct options *o, const struct nango_connection *c, size_t n)
{
    struct nango_get get = {.provider_config_key = c->provider_config_key,
                            .connection_id = c->connection_id,
                            .force_refresh = (uint8_t)o->force_refresh};
    for (size_t i = 0; i < n; i++) {
        fields[i].buf = room[i];
        fields[i].cap = ROOM;
        get.refresh_token |= strstr(fields[i].name, "refresh_token") != NULL;
    }
    nango_want(call_client(), fields, n);
    call_run(nango_get_begin(call_client(), &get, call_result()));
    int rc = call_tell(c);
    return rc != 0 ? rc : is_cut(n);
}

/* ---- the connection -------------------------------------------------------------------------- */

static void put_field(const struct options *o, const struct nango_field *f, int is_first)
{
    const char *dot = strchr(f->name, '.'), *name = dot != NULL ? dot + 1 : f->name;
    print_f(&print_out, o->json ? "%s\"%s\":" : "%s%s: ",
            !o->json   ? ""
            : is_first ? "{"
                       : ",",
            name);
    if (o->json) {
        call_put_json(f);
    } else {
        print_text(&print_out, f->buf, f->len);
        print_f(&print_out, "\n");
    }
}

static int show(const struct options *o, const struct nango_connection *c)
{
    int is_first = 1;
    for (size_t i = 0; i < FIELDS; i++) {
        fields[i].name = shown[i];
    }
    int rc = call(o, c, FIELDS);
    for (size_t i = 0; i < FIELDS && rc == 0; i++) {
        int is_empty = fields[i].kind == NANGO_NULL || strcmp(room[i], "[]") == 0 ||
                       strcmp(room[i], "{}") == 0;
        if (fields[i].kind != NANGO_ABSENT && (o->json || !is_empty)) {
            put_field(o, &fields[i], is_first);
            is_first = 0;
        }
    }
    if (rc == 0 && o->json) {
        print_f(&print_out, "}\n");
    }
    return rc;
}

/* ---- one value, which may be a secret -------------------------------------------------------- */

/* Nobody but the owner can read the file at any time, and it is whole or as it was. */
static int write_file(const char *path, const struct nango_field *f)
{
    static char beside[PATH_CAP];
    static struct printer p;
    struct stat st;
    size_t len = strlen(path);
    if (len + sizeof ".new" > sizeof beside) {
        return FAIL(EXIT_USAGE, "--out: the name is too long");
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return FAIL(EXIT_USAGE, "--out %s: it is no file", path);
    }
    memcpy(beside, path, len);
    memcpy(beside + len, ".new", sizeof ".new");
    unlink(beside);
    p.fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (p.fd >= 0) {
        print_bytes(&p, f->buf, f->len);
        print_bytes(&p, "\n", 1);
        int failed = print_flush(&p) != 0 || fsync(p.fd) != 0;
        int why = p.error != 0 ? p.error : errno;
        failed |= close(p.fd) != 0;
        errno = why;
        explicit_bzero(p.buf, sizeof p.buf);
        if (!failed && rename(beside, path) == 0) {
            return 0;
        }
    }
    int why = errno;
    unlink(beside);
    return FAIL(EXIT_LOCAL, "--out %s: cannot write: %s", path, strerror(why));
}

static int get_field(const struct options *o, const struct nango_connection *c)
{
    static char name[64 + sizeof "credentials."] = "credentials.";
    if (strlen(o->field) > 64) {
        return FAIL(EXIT_USAGE, "--field: no member has so long a name");
    }
    memcpy(strchr(name, 0), o->field, strlen(o->field));
    fields[0].name = name;
    fields[1].name = o->field;
    int rc = call(o, c, 2);
    const struct nango_field *f = &fields[fields[0].kind <= NANGO_NULL];
    if (rc == 0 && f->kind <= NANGO_NULL) {
        rc = FAIL(EXIT_REFUSED,
                  "the connection has no %s (a credential is shown only to a key with the scope "
                  "environment:connections:read_credentials)",
                  o->field);
    }
    if (rc == 0 && o->out != NULL) {
        rc = write_file(o->out, f);
    } else if (rc == 0) {
        print_bytes(&print_out, f->buf, f->len);
        print_f(&print_out, "\n");
    }
    return rc;
}

int get_run(const struct options *o)
{
    static struct flags f;
    int rc = call_flags(&f, o, " integration ", 0, 0);
    if (rc == 0 && o->out != NULL && o->field == NULL) {
        rc = FAIL(EXIT_USAGE, "--out is where a --field goes");
    }
    rc = rc != 0 ? rc : call_open(o);
    if (rc != 0) {
        return rc;
    }
    rc = o->field != NULL ? get_field(o, &f.connection) : show(o, &f.connection);
    call_close();
    explicit_bzero(room, sizeof room);
    print_flush(&print_out);
    explicit_bzero(print_out.buf, sizeof print_out.buf);
    return rc;
}
