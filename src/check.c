/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "check_json.h"
#include "out.h"

#include <string.h>

_Static_assert(sizeof(struct json) <= sizeof(((struct nango_result *)0)->room),
               "NANGO_RESULT_WORDS is too small");

/* ---- a raw body ------------------------------------------------------------------------------ */

#if NANGO_BODY
/* To behind the {, past white space and the byte order mark that the server's parser skips too.
 * What does not begin so is read from its first byte on, and found wrong. */
static size_t skip_space(struct check *c)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t at = 0, marks = 0;
    char byte = 0;

    for (; at < c->source->len; at++) {
        int rc = out_read(c->source, at, &byte, 1);
        if (rc != 0) {
            c->r->cause = rc;
            c->error = NANGO_E_SOURCE;
            break;
        }
        if (at < 3 && byte == mark[at]) {
            marks++;
        } else if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') {
            break;
        }
    }
    return byte == '{' && marks % 3 == 0 ? at + 1 : 0;
}

static void check_body(struct check *c)
{
    const struct nango_connection *connection = c->rq->connection;
    const struct member_table *table = &request_tables[REQUEST_CONNECTION];
    uint32_t sum;

    for (unsigned i = 0; i < table->len; i++) {
        if (table->list[i].kind != MEMBER_CREDENTIALS && request_has(&table->list[i], connection)) {
            c->name = NANGO_STR("body");
            c->error = NANGO_E_UNKNOWN;
            return;
        }
    }
    c->source = &connection->body;
    c->rq->body_at = skip_space(c);
    /* What the members of credentials have to be depends on the type, and that may come later. */
    if (c->error == 0 && check_json_type(c) == NANGO_E_SOURCE) {
        c->error = NANGO_E_SOURCE;
    }
    if (c->error != 0) {
        return;
    }
    sum = c->rq->sum;
    c->rq->sum = OUT_SUM_START;
    check_object_begin(c, &check_document);
    check_json(c, c->rq->body_at);
    if (c->error == 0 && c->rq->sum != sum) {
        c->error = NANGO_E_SOURCE_CHANGED;
    }
}
#endif

/* ---- a struct -------------------------------------------------------------------------------- */

static int is_utf8(struct json *j, const struct nango_text *text)
{
    int is = 1;

    j->left = 0;
    for (size_t i = 0; i < text->len && is; i++) {
        unsigned c = (unsigned char)text->ptr[i];
        is = (c < 0x80 && j->left == 0) || json_utf8(j, c);
    }
    return is && j->left == 0;
}

static void check_text(struct check *c, const struct nango_text *text)
{
    if (text->len > 0) { /* else there may be no pointer */
        check_value_feed(&c->value, c->at, text->ptr, text->len);
    }
    if (c->value.wide && !is_utf8(c->json, text)) {
        c->error = NANGO_E_UTF8;
    } else {
        check_object_end(c, 0);
    }
}

static void check_tags(struct check *c, const struct nango_tags *tags)
{
    check_object_open(c);
    for (size_t i = 0; i < tags->len && c->error == 0; i++) {
        c->name = tags->list[i].key;
        check_object_tag(c);
        if (c->error == 0) {
            check_text(c, &tags->list[i].value);
        }
    }
    if (c->error == 0) {
        c->name.ptr = NULL;
        check_object_close(c);
    }
}

static void check_member(struct check *c, const struct member *m)
{
    const void *at = c->base + m->offset;
    const struct nango_time *time = at;

    c->r->offset = 0;
    switch (m->kind) {
    case MEMBER_OBJECT:
    case MEMBER_CREDENTIALS:
        c->base = at;
        check_object_open(c);
        break;
    case MEMBER_TAGS: check_tags(c, at); break;
    case MEMBER_JSON:
    case MEMBER_CONFIG:
        c->source = at;
        check_json(c, 0);
        break;
    case MEMBER_TYPE:
        if (c->type < 0) {
            c->error = NANGO_E_FORMAT;
        }
        break;
    case MEMBER_TIME:
        if (time->epoch_ms != 0) {
            if (time->iso.ptr != NULL || !check_value_is_epoch_ms(time->epoch_ms)) {
                c->error = NANGO_E_TIME;
            }
            break;
        }
        /* fall through */
    default: check_text(c, at);
    }
}

static void check_struct(struct check *c)
{
    unsigned type = (unsigned)c->rq->connection->credentials.type;

    if (type < NANGO_TYPES_LEN && (NANGO_TYPES >> type & 1)) {
        c->type = (int8_t)type;
    }
    c->base = (const char *)c->rq->connection;
    check_object_open(c);
    while (c->error == 0 && c->depth > 0) {
        struct check_level *l = &c->levels[c->depth - 1];
        unsigned i = l->next++;
        if (i == l->len) {
            c->base -= l->of->offset;
            check_object_close(c);
        } else if (request_has(&l->list[i], c->base)) {
            check_object_member(c, i);
            check_member(c, &l->list[i]);
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The path of what is wrong. What is not printable ASCII becomes a question mark: a name that was
 * made up may be anything, and may go to a terminal. */
static void name_error(const struct check *c)
{
    struct nango_result *r = c->r;
    size_t len = 0;

    for (unsigned level = 1;; level++) {
        const struct member *m = level < c->depth ? c->levels[level].of : c->at;
        struct nango_text name = {NULL, 0};
        if (level >= c->depth && c->name.ptr != NULL) {
            name = c->name;
        } else if (m != NULL && m->name != NULL) {
            name.ptr = m->name;
            name.len = strlen(m->name);
        }
        if (len > 0 && name.len > 0) { /* what comes before has room */
            r->member[len++] = '.';
        }
        for (size_t i = 0; i < name.len; i++) {
            if (i == JSON_KEY_CAP || len == sizeof r->member - 1) {
                r->warnings |= NANGO_WARN_CUT;
                break;
            }
            char b = name.ptr[i];
            r->member[len++] = b > ' ' && b < 0x7f ? b : '?';
        }
        if (level >= c->depth) {
            break;
        }
    }
    r->member[len] = '\0';
}

/* The scratch is set already. */
static void check(struct check *c, struct request *rq, struct nango_result *r)
{
    const struct nango_connection *connection = rq->connection;

    c->rq = rq;
    c->r = r;
    c->json = (struct json *)(void *)r->room;
    c->name.ptr = NULL;
    c->depth = 0;
    c->config = 0;
    c->type = -1;
    c->error = 0;
    check_object_begin(c, &check_document);
    rq->connection_id = connection->connection_id;
    rq->sum = OUT_SUM_START;
    rq->id_sum = OUT_SUM_START;
    if (connection->body.mem == NULL && connection->body.read_at == NULL) {
        check_struct(c);
    } else {
#if NANGO_BODY
        check_body(c);
#else
        c->name = NANGO_STR("body");
        c->error = NANGO_E_UNKNOWN;
#endif
    }
    if ((NANGO_TYPES >> NANGO_TBA & 1) && c->error == 0 && c->type == NANGO_TBA && !c->config) {
        c->name = NANGO_STR("connection_config.accountId");
        c->error = NANGO_E_MISSING;
    }
    if (c->error != 0) {
        r->warnings = 0;
        name_error(c);
    } else {
        r->offset = 0;
        r->member[0] = '\0';
    }
}

/* Nothing of the input stays in the room, and the message is "" again. */
static int leave(struct check *c)
{
    memset(c->json->key, 0, sizeof c->json->key);
    c->r->message[0] = '\0';
    return c->error;
}

int check_connection(struct request *rq, struct nango_result *r, void *scratch, size_t scratch_cap)
{
    struct check c;

    c.scratch = scratch;
    c.scratch_cap = scratch_cap;
    check(&c, rq, r);
    return leave(&c);
}

int nango_check(const struct nango_connection *connection, struct nango_field *fields,
                size_t fields_len, struct nango_result *result)
{
    struct request rq = {.connection = connection};
    struct check c;

    memset(result, 0, sizeof *result);
    c.scratch = result->code;
    c.scratch_cap = sizeof result->code;
    check(&c, &rq, result);
#if NANGO_BODY
    /* Also of a body that is refused, which may say what it is. */
    int rc = check_json_pick(&c, fields, fields_len);
    if (c.error == 0) {
        c.error = rc == NANGO_E_ANSWER ? NANGO_E_TWICE : rc;
    }
#else
    (void)fields, (void)fields_len;
#endif
    memset(result->code, 0, sizeof result->code);
    result->connection_id = rq.connection_id;
    result->error = leave(&c);
    if (c.error != 0) {
        result->outcome = c.error == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED;
    }
    return c.error;
}
