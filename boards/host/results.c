/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "results.h"

#include "explain.h"
#include "out.h"
#include "redact.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { RESULTS, REJECTS, WHY, FILES, NAME_CAP = 4096 };

static const char *names[FILES];
static struct printer files[FILES];

static int open_file(int which, const char *name)
{
    names[which] = name;
    files[which].fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return files[which].fd >= 0 ? 0
                                : FAIL(EXIT_LOCAL, "cannot write %s: %s", name, strerror(errno));
}

int results_open(const struct options *o)
{
    static char why[NAME_CAP];
    size_t len = o->rejects != NULL ? strlen(o->rejects) : 0;
    int rc = o->results != NULL ? open_file(RESULTS, o->results) : 0;
    if (rc == 0 && len > 0 && len + 5 < sizeof why) {
        memcpy(why, o->rejects, len);
        memcpy(why + len, ".why", 5);
        rc = open_file(REJECTS, o->rejects);
        rc = rc != 0 ? rc : open_file(WHY, why);
    }
    return rc;
}

static int check(void)
{
    for (int i = 0; i < FILES; i++) {
        if (files[i].error != 0) {
            return FAIL(EXIT_LOCAL, "cannot write %s: %s", names[i], strerror(files[i].error));
        }
    }
    return 0;
}

static void put_source(struct printer *p, const struct nango_source *source)
{
    char part[512];
    for (size_t at = 0, n; at < source->len; at += n) {
        n = source->len - at < sizeof part ? source->len - at : sizeof part;
        if (out_read(source, at, part, n) != 0) {
            p->error = EIO;
            return;
        }
        print_bytes(p, part, n);
    }
    print_bytes(p, "\n", 1);
    memset(part, 0, sizeof part);
}

static void put_text(struct printer *p, const char *name, const char *text, size_t len)
{
    if (len > 0) {
        print_f(p, ",\"%s\":", name);
        print_json(p, text, len);
    }
}

static void put_place(struct printer *p, const struct report_line *l)
{
    print_f(p, "{\"file\":");
    print_json(p, l->file, strlen(l->file));
    print_f(p, ",\"line\":%u", l->line);
}

static void put_result(struct printer *p, const struct item *item, const struct report_line *l)
{
    enum nango_outcome outcome = item->state == ITEM_BEFORE ? NANGO_DONE : item->result.outcome;
    put_place(p, l);
    put_text(p, "provider_config_key", l->integration.ptr, l->integration.len);
    put_text(p, "connection_id", l->connection_id.ptr, l->connection_id.len);
    print_f(p, ",\"outcome\":\"%s\"", nango_outcome_name(outcome));
    if (item->record.id != 0) {
        print_f(p, ",\"id\":%llu", (unsigned long long)item->record.id);
    }
    print_f(p, "}\n");
}

static void put_why(struct printer *p, const struct report_line *l)
{
    static struct printer sentence;
    const struct nango_result *r = l->result;
    const char *code = r->code[0] != 0 ? r->code : nango_error_name(r->error);
    sentence = (struct printer){.fd = -1};
    explain(&sentence, l);
    put_place(p, l);
    put_text(p, "code", code, redact(code, strlen(code), l->body));
    put_text(p, "message", sentence.buf, sentence.len);
    put_text(p, "path", r->member, strlen(r->member));
    print_f(p, "}\n");
}

int results_header(const struct nango_source *row)
{
    if (names[REJECTS] != NULL) {
        put_source(&files[REJECTS], row);
    }
    return check();
}

int results_put(const struct item *item, const struct report_line *l)
{
    if (names[RESULTS] != NULL) {
        put_result(&files[RESULTS], item, l);
    }
    if (names[REJECTS] != NULL && item->state != ITEM_BEFORE &&
        item->result.outcome == NANGO_REFUSED) {
        if (!item->too_long) {
            put_source(&files[REJECTS], &item->line.source);
        }
        put_why(&files[WHY], l);
    }
    return check();
}

int results_close(void)
{
    for (int i = 0; i < FILES; i++) {
        if (names[i] != NULL) {
            print_flush(&files[i]);
            close(files[i].fd);
            volatile char *p = files[i].buf; /* rejects hold credentials */
            for (size_t k = 0; k < sizeof files[i].buf; k++) {
                p[k] = 0;
            }
        }
    }
    return check();
}
