/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "change.h"

#include "call.h"
#include "nango_connections.h"

#include <string.h>
#include <unistd.h>

enum { KEPT_CAP = 64 * 1024 };

static struct flags flags;
static const struct nango_connection *const connection = &flags.connection;

/* begun: what ..._begin returned. */
static int finish(int begun)
{
    call_run(begun);
    call_close();
    return call_report(connection);
}

int change_update(const struct options *o)
{
    static const char names[] = " integration tag end-user-id end-user-email end-user-display-name "
                                "end-user-tag webhook-url-override ";
    int rc = call_flags(&flags, o, names, 0, 0);
    if (rc == 0 && o->given_len < 2) {
        rc = FAIL(EXIT_USAGE, "nangoc update: what? --tag KEY=VALUE, --end-user-id ID, "
                              "--webhook-url-override URL");
    }
    rc = rc != 0 ? rc : call_open(o);
    return rc != 0 ? rc : finish(nango_update_begin(call_client(), connection, call_result()));
}

int change_metadata(const struct options *o)
{
    static struct nango_metadata m;
    const char *how = o->files_len > 0 ? o->files[0] : "";
    m.merge = strcmp(how, "merge") == 0;
    if (!m.merge && strcmp(how, "set") != 0) {
        return FAIL(EXIT_USAGE, "nangoc metadata: set (all of it) or merge (into what is there)?");
    }
    int rc = call_flags(&flags, o, " integration metadata ", 1, 0);
    rc = rc != 0 ? rc : call_open(o);
    m.connection = *connection;
    return rc != 0 ? rc : finish(nango_set_metadata_begin(call_client(), &m, call_result()));
}

int change_rotate(const struct options *o)
{
    static char kept[KEPT_CAP];
    static struct nango_rotate r;
    int rc = call_flags(&flags, o, " integration ", 0, 1);
    rc = rc != 0 ? rc : call_open(o);
    if (rc != 0) {
        return rc;
    }
    r.connection = *connection;
    r.buf = kept;
    r.cap = sizeof kept;
    rc = finish(nango_rotate_begin(call_client(), &r, call_result()));
    explicit_bzero(kept, sizeof kept); /* connection_config holds secrets too */
    return rc;
}

/* Asks who sits there. Returns 0 for yes. */
static int ask(const struct options *o)
{
    char answer[16];
    if (!isatty(STDIN_FILENO)) {
        return FAIL(EXIT_USAGE, "nangoc delete asks on a terminal, and here is none: --yes");
    }
    print_f(&print_err, "Delete %s of %.*s, with its credential? [y/N] ", o->files[0],
            (int)connection->provider_config_key.len, connection->provider_config_key.ptr);
    print_flush(&print_err);
    ssize_t n = read(STDIN_FILENO, answer, sizeof answer);
    if (n > 0 && (answer[0] | ' ') == 'y') {
        return 0;
    }
    return nangoc_interrupted ? EXIT_INTERRUPTED : FAIL(EXIT_REFUSED, "nothing was deleted");
}

int change_delete(const struct options *o)
{
    int rc = call_flags(&flags, o, " integration ", 0, 0);
    rc = rc != 0 || o->yes ? rc : ask(o);
    rc = rc != 0 ? rc : call_open(o);
    return rc != 0 ? rc : finish(nango_delete_begin(call_client(), connection, call_result()));
}
