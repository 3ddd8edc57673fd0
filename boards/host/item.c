/* SPDX-License-Identifier: MIT */
#include "item.h"

#include "ledger.h"
#include "nango_port_posix.h"
#include "out.h"
#include "request.h"
#include "shard.h"

#include <string.h>
#include <unistd.h>

enum { ID, ERRORS }; /* of item.answer */

static struct nango_text field_text(const struct nango_field *f)
{
    size_t len = f->cut ? strlen(f->buf) : f->len;
    return f->kind == NANGO_ABSENT ? (struct nango_text){NULL, 0}
                                   : (struct nango_text){f->buf, len};
}

void item_locate(struct item *item, const struct nango_source *source, const char *file,
                 unsigned line)
{
    if (source->mem != NULL || source->read_at != NULL) {
        item->file = file;
        item->at_line = line;
        input_locate(source, item->result.offset, &item->at_line, &item->column);
    }
}

/* ---- an id that is made here ----------------------------------------------------------------- */

/* The body behind its {, and before it the id. */
static int read_spliced(void *ctx, size_t off, void *buf, size_t len)
{
    const struct item *item = ctx;
    size_t splice_len = strlen(item->splice), n = 0;
    if (off < splice_len) {
        n = splice_len - off < len ? splice_len - off : len;
        memcpy(buf, item->splice + off, n);
    }
    return n < len ? out_read(&item->json, off + n - splice_len + item->body_at, (char *)buf + n,
                              len - n)
                   : 0;
}

static int find_body(struct item *item)
{
    char byte = 0;
    for (item->body_at = 0; byte != '{';) { /* it is there: the line was checked */
        if (out_read(&item->json, item->body_at++, &byte, 1) != 0) {
            return -1;
        }
    }
    return 0;
}

static int make_id(struct item *item)
{
    struct journal_record *r = &item->record;
    char *to = item->splice;
    if (!r->has_uuid && nango_posix_entropy(NULL, r->uuid, sizeof r->uuid) != 0) {
        return FAIL(EXIT_LOCAL, "this system gives no random numbers");
    }
    r->has_uuid = 1;
    memcpy(item->made, r->uuid, sizeof r->uuid);
    request_uuid(item->made);
    memcpy(to, "{\"connection_id\":\"", 18);
    memcpy(to + 18, item->made, 36);
    memcpy(to + 54, "\",", 3);
    item->id = (struct nango_text){item->made, 36};
    if (find_body(item) == 0) {
        struct nango_source *body = &item->connection.body;
        *body = (struct nango_source){
            .len = 56 + item->json.len - item->body_at, .read_at = read_spliced, .ctx = item};
    }
    return 0;
}

/* ---- a line ---------------------------------------------------------------------------------- */

static void refuse(struct item *item, int error, const char *member)
{
    item->result.outcome = error == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED;
    item->result.error = error;
    strncpy(item->result.member, member, sizeof item->result.member - 1);
    item->state = ITEM_ENDED;
}

/* By all rules that can be checked here. */
static void check(struct item *item, const struct input *in)
{
    const char *member;
    item->json = item->line.source;
    item->input[0] = (struct nango_field){
        .name = "provider_config_key", .buf = item->key_buf, .cap = ITEM_KEY_CAP};
    item->input[1] =
        (struct nango_field){.name = "connection_id", .buf = item->id_buf, .cap = ITEM_ID_CAP};
    if (in->is_csv) {
        size_t offset;
        item->row.text = &item->line.source;
        int rc = csv_read(in, &item->row, &item->json, &offset, &member);
        if (rc != 0) {
            memset(&item->result, 0, sizeof item->result);
            item->result.offset = offset;
            refuse(item, rc, member);
            item_locate(item, &item->line.source, item->line.name, item->line.number);
            return;
        }
    }
    item->connection = (struct nango_connection){.body = item->json};
    if (nango_check(&item->connection, item->input, 2, &item->result) != 0) {
        item->state = ITEM_ENDED;
        if (!in->is_csv) { /* of CSV the member says it, which is a column */
            item_locate(item, &item->json, item->line.name, item->line.number);
        }
    }
    item->integration = field_text(&item->input[0]);
    item->id = field_text(&item->input[1]);
}

int item_read(struct item *item, const struct input *in)
{
    item->state = ITEM_READY;
    item->is_line = 1;
    item->limited = item->in_doubt = 0;
    item->twice = 0;
    item->integration = item->id = item->nango_id = (struct nango_text){NULL, 0};
    item->answer[ERRORS].kind = NANGO_ABSENT;
    item->file = item->line.name;
    item->at_line = item->line.number;
    item->column = 0;
    item->made[0] = 0;
    item->record = (struct journal_record){0};
    if (item->too_long) {
        memset(&item->result, 0, sizeof item->result);
        refuse(item, NANGO_E_TOO_LONG, "line");
        return 0;
    }
    check(item, in);
    item->hash = shard_hash(item->integration, item->id, item->line.number);
    if (!shard_has(item->hash)) {
        item->state = ITEM_NOT_OURS;
        return 0;
    }
    int rc = item->state != ITEM_READY
                 ? 0
                 : ledger_look(item->line.number, &item->json, in->name, &item->record, &item->mac);
    if (rc != 0 || item->state != ITEM_READY) {
        return rc;
    }
    item->in_doubt =
        item->record.known && (item->record.outcome == 0 || item->record.outcome == NANGO_IN_DOUBT);
    item->has_own_id = item->id.ptr != NULL;
    if (!item->has_own_id) {
        if (!ledger_is_open() && in->fd == STDIN_FILENO) {
            refuse(item, NANGO_E_MISSING, "connection_id");
            return 0;
        }
        rc = make_id(item);
    }
    if (item->record.outcome == NANGO_DONE) {
        item->state = ITEM_BEFORE;
    }
    return rc;
}

/* ---- a call ---------------------------------------------------------------------------------- */

void item_wants(struct item *item)
{
    item->answer[ID] =
        (struct nango_field){.name = "id", .buf = item->number_buf, .cap = ITEM_NUMBER_CAP};
    item->answer[ERRORS] = (struct nango_field){
        .name = "error.errors", .buf = item->errors_buf, .cap = ITEM_ERRORS_CAP};
}

void item_ended(struct item *item)
{
    const struct nango_field *id = &item->answer[ID];
    struct journal_record *r = &item->record;
    const struct nango_result *result = &item->result;
    item->state = ITEM_ENDED;
    if (result->connection_id.ptr != NULL && item->id.ptr == NULL) {
        size_t len = result->connection_id.len;
        len = len < sizeof item->made ? len : sizeof item->made;
        memcpy(item->made, result->connection_id.ptr, len);
        item->id = (struct nango_text){item->made, len};
    }
    r->outcome = (uint8_t)result->outcome;
    r->id = 0;
    r->status = result->status;
    /* Anything but a number is nothing that Nango says. */
    if (result->status != 0 && id->kind == NANGO_NUMBER && !id->cut) {
        item->nango_id = field_text(id);
        for (size_t i = 0; i < id->len && id->buf[i] >= '0' && id->buf[i] <= '9'; i++) {
            r->id = r->id * 10 + (uint64_t)(id->buf[i] - '0');
        }
    }
}

struct report_line item_report(const struct item *item, const struct options *o,
                               const struct settings *s)
{
    const struct nango_field *errors = &item->answer[ERRORS];
    return (struct report_line){
        .options = o,
        .settings = s,
        .result = &item->result,
        .file = item->file,
        .line = item->at_line,
        .column = item->column,
        .integration = item->integration,
        .connection_id = item->id,
        .id = item->nango_id,
        .errors = item->result.status != 0 ? field_text(errors) : (struct nango_text){NULL, 0},
        .body = item->is_line && !item->too_long ? &item->json : NULL,
        .made = item->made[0] != 0,
        .journaled = ledger_is_open(),
        .twice = item->is_line ? item->twice : 0,
        .system_error = item->system_error,
    };
}

void item_wipe(struct item *item)
{
    source_wipe(&item->line.file);
    volatile char *p = item->row.cache;
    for (size_t i = 0; i < item->row.cache_len; i++) {
        p[i] = 0;
    }
    item->row.cache_len = 0;
}
