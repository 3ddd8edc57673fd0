/* SPDX-License-Identifier: MIT */
#include "exists.h"

#include "explain.h"
#include "index.h"
#include "nango_connections.h"
#include "rate.h"
#include "shard.h"
#include "slot.h"

#include <string.h>
#include <unistd.h>

enum { KEY, ID, FIELDS, PAGE = 2000 };

static enum nango_if_exists mode;
static int is_given, is_read;

int exists_set(const struct options *o)
{
    static const char *const names[] = {"overwrite", "skip", "fail"};
    for (int i = 0; o->if_exists != NULL && i < 3; i++) {
        if (strcmp(o->if_exists, names[i]) == 0) {
            mode = (enum nango_if_exists)i;
            is_given = 1;
            return 0;
        }
    }
    return o->if_exists == NULL
               ? 0
               : FAIL(EXIT_USAGE, "--if-exists %s: needs overwrite, skip or fail", o->if_exists);
}

static struct nango_field fields[FIELDS];

static int on_row(void *ctx, const struct nango_list *list)
{
    struct nango_text key = {fields[KEY].buf, fields[KEY].len};
    struct nango_text id = {fields[ID].buf, fields[ID].len};
    uint32_t value = 0;
    (void)list;
    if (fields[KEY].cut || fields[ID].cut) {
        return 0; /* no line has one of that length */
    }
    int rc = index_put(shard_hash(key, id, 0), &value);
    *(int *)ctx |= rc < 0;
    return rc < 0;
}

static int say(const struct options *o, const struct settings *s, const struct nango_result *r,
               int system_error)
{
    struct report_line l = {.options = o, .settings = s, .result = r};
    l.system_error = system_error;
    if (r->status == 403) {
        return FAIL(EXIT_USAGE,
                    "this key may not list connections (403), so it cannot be known which ones are "
                    "there: say what is wanted. --if-exists overwrite imports all the same, and "
                    "replaces what is there");
    }
    print_f(&print_err, "nangoc: cannot read which connections are there: ");
    explain(&print_err, &l);
    print_f(&print_err, "\n");
    print_flush(&print_err);
    return explain_find(r)->exit;
}

static int read_pages(const struct options *o, const struct settings *s)
{
    static char key[ITEM_KEY_CAP], id[ITEM_ID_CAP];
    static struct nango_result result;
    int failed = 0, system_error = 0;
    fields[KEY] =
        (struct nango_field){.name = "provider_config_key", .buf = key, .cap = sizeof key};
    fields[ID] = (struct nango_field){.name = "connection_id", .buf = id, .cap = sizeof id};
    for (uint32_t page = 0;; page++) {
        struct nango_list list = {.limit = PAGE, .page = page, .fields = fields};
        list.fields_len = FIELDS;
        list.on_row = on_row;
        list.ctx = &failed;
        int rc = slots_list(&list, &result, &system_error);
        rate_learn(slots_now(), &result);
        if (failed) {
            return EXIT_LOCAL;
        }
        if (nangoc_interrupted) {
            return EXIT_INTERRUPTED;
        }
        if (rc != 0) {
            return say(o, s, &result, system_error);
        }
        if (list.rows < PAGE) {
            return 0;
        }
    }
}

int exists_read(const struct options *o, const struct settings *s, const struct input *in)
{
    int is_stdin = in->fd == STDIN_FILENO;
    if (!is_given) {
        mode = is_stdin ? NANGO_OVERWRITE : NANGO_FAIL;
    }
    if (mode == NANGO_OVERWRITE || is_read) {
        return 0;
    }
    int rc = index_open(is_stdin ? NULL : in->name);
    rc = rc != 0 ? rc : read_pages(o, s);
    is_read = rc == 0;
    return rc;
}

void exists_judge(struct item *item)
{
    if (mode == NANGO_OVERWRITE || item->in_doubt || item->made[0] != 0 || !index_has(item->hash)) {
        return;
    }
    struct nango_result *r = &item->result;
    item->state = ITEM_ENDED;
    r->outcome = mode == NANGO_SKIP ? NANGO_DONE : NANGO_REFUSED;
    r->error = mode == NANGO_SKIP ? 0 : NANGO_E_EXISTS;
    r->warnings |= mode == NANGO_SKIP ? NANGO_WARN_EXISTS : 0;
}

void exists_add(const struct item *item)
{
    uint32_t value = 0;
    if (mode != NANGO_OVERWRITE && is_read) {
        index_put(item->hash, &value);
    }
}
