/* SPDX-License-Identifier: MIT */
#include "list.h"

#include "call.h"
#include "nango_connections.h"
#include "shard.h"

#include <string.h>

enum { ID, KEY, PROVIDER, CREATED, COLUMNS, FIELDS = 8, CELL = 8192, PAGE = 2000 };

static struct nango_field fields[FIELDS];
static char room[FIELDS][CELL];
static const char *const names[FIELDS] = {
    "connection_id", "provider_config_key", "provider", "created", "id", "tags", "end_user",
    "errors"};
static const char *const headings[COLUMNS] = {"CONNECTION_ID", "INTEGRATION", "PROVIDER",
                                              "CREATED"};
static const uint8_t widths[COLUMNS] = {36, 20, 20, 0};

/* What a pass over all pages has seen, in whatever order. */
struct pass {
    const struct options *options;
    uint32_t rows;
    uint64_t sum;
    int is_silent;
};

static void put_cell(const char *text, size_t len, size_t width)
{
    print_text(&print_out, text, len);
    do {
        print_bytes(&print_out, " ", width > 0);
    } while (++len < width);
}

static void put_row(uint32_t row, const struct options *o)
{
    for (size_t i = 0; i < COLUMNS && row == 0 && !o->quiet; i++) {
        put_cell(headings[i], strlen(headings[i]), widths[i]);
    }
    print_f(&print_out, row == 0 && !o->quiet ? "\n" : "");
    for (size_t i = 0; i < COLUMNS; i++) {
        put_cell(fields[i].buf, strlen(fields[i].buf), widths[i]);
    }
    print_f(&print_out, "\n");
}

static void put_json(void)
{
    const char *before = "{";
    for (size_t i = 0; i < FIELDS; i++) {
        const struct nango_field *f = &fields[i];
        if (f->kind == NANGO_ABSENT || f->cut) {
            continue;
        }
        print_f(&print_out, "%s\"%s\":", before, f->name);
        before = ",";
        call_put_json(f);
    }
    print_f(&print_out, "}\n");
}

static int on_row(void *ctx, const struct nango_list *list)
{
    struct pass *p = ctx;
    (void)list;
    p->sum += shard_hash((struct nango_text){room[KEY], strlen(room[KEY])},
                         (struct nango_text){room[ID], strlen(room[ID])}, 0);
    if (p->is_silent) {
        p->rows++;
        return 0;
    }
    if (p->options->json) {
        put_json();
    } else {
        put_row(p->rows, p->options);
    }
    p->rows++;
    return print_out.error != 0; /* nobody reads on */
}

/* All pages. Returns how many, or minus an exit code. */
static int read_pages(const struct flags *f, struct pass *p)
{
    const struct nango_connection *c = &f->connection;
    struct nango_list list = {.connection_id = c->connection_id,
                              .integration_ids = c->provider_config_key,
                              .end_user_id = c->end_user.id,
                              .tags = c->tags,
                              .limit = PAGE,
                              .fields = fields,
                              .fields_len = FIELDS,
                              .on_row = on_row,
                              .ctx = p};
    if (p->options->search != NULL) {
        list.search = (struct nango_text){p->options->search, strlen(p->options->search)};
    }
    do {
        call_run(nango_list_begin(call_client(), &list, call_result()));
        int rc = call_tell(c);
        if (rc != 0) {
            return -rc;
        }
        if (print_flush(&print_out) != 0) {
            return -EXIT_LOCAL;
        }
        list.page++;
    } while (list.rows == PAGE);
    return (int)list.page;
}

int list_run(const struct options *o)
{
    static struct flags f;
    struct pass first = {.options = o}, second = {.options = o, .is_silent = 1};
    int rc = call_flags(&f, o, " integration id tag end-user-id ", -1, 0);
    rc = rc != 0 ? rc : call_open(o);
    if (rc != 0) {
        return rc;
    }
    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = (struct nango_field){.name = names[i], .buf = room[i], .cap = CELL};
    }
    int pages = read_pages(&f, &first);
    if (pages < 0 && first.rows > 0 && print_out.error == 0) {
        SAY("these were not all connections");
    }
    if (pages > 1) {
        pages = read_pages(&f, &second);
        if (pages > 0 && (first.rows != second.rows || first.sum != second.sum)) {
            pages = -FAIL(EXIT_NETWORK,
                          "warning: connections came or went meanwhile, and moved the pages: some "
                          "may be missing above, or be there twice; list them again");
        }
    }
    call_close();
    return pages < 0 ? -pages : 0;
}
