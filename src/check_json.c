/* SPDX-License-Identifier: MIT */
#include "check_json.h"

#include "out.h"
#include "result.h"

#include <string.h>

/* \u0000 and lone surrogates are refused anywhere: Nango's database cannot hold them. */
static void check_seen(struct check *c)
{
    if (CHECK_READS && c->value.json->seen != 0) {
        c->error = c->value.json->seen & JSON_SEEN_NUL ? NANGO_E_CONTROL : NANGO_E_SURROGATE;
    }
}

/* The place to be told, were something wrong with what comes now: the end of a member's name, a {
 * or [, what is behind a } or ]. It does not depend on the pieces in which the source comes. */
static void mark(struct check *c)
{
    if (CHECK_READS) {
        c->r->offset = c->from + c->value.json->offset;
    }
}

/* The innermost object's member of this name; depth 0: it has none. */
static const struct member *find(const struct check *c, const char *name, size_t len)
{
    const struct member *open = c->open, *m = open + 1;

    for (; m->depth > open->depth; m++) {
        if (m->depth == open->depth + 1u && (m->types & c->types) &&
            check_value_is(name, len, m->name)) {
            return m;
        }
    }
    return request_members;
}

static int on_key(struct check *c, const char *name, size_t len)
{
    const struct member *m = find(c, name, len);

    c->value.of = c->open;
    if (m != request_members) {
        check_object_member(c, m);
        c->rq->has_id |= m->kind == MEMBER_ID;
        return JSON_TAKE;
    }
    c->name.ptr = name;
    c->name.len = len;
    if (c->open->kind == MEMBER_OBJECT || !(NANGO_TAGS || CHECK_READS)) {
        c->error = NANGO_E_UNKNOWN;
    } else if (check_object_is_forbidden(c)) {
        c->error = NANGO_E_FORBIDDEN;
    } else if (NANGO_TAGS && c->open->kind == MEMBER_TAGS) {
        check_object_tag(c);
        if (c->error == 0) { /* it may be needed when the value has come */
            c->name.ptr = memmove(c->value.json->key, name, len);
        }
        return JSON_TAKE;
    } else {
        c->name.len = 0;
        check_seen(c);
    }
    return JSON_SKIP;
}

static void on_scalar(struct check *c, enum json_event event)
{
    unsigned kind = c->value.of->kind;

    if (CHECK_READS && (kind > MEMBER_TYPE ||
                        (event != JSON_STRING && (event != JSON_NUMBER || kind != MEMBER_TIME)))) {
        c->error = NANGO_E_KIND;
        return;
    }
    check_object_end(c, event == JSON_NUMBER);
    check_seen(c);
    if (c->error == 0) {
        if (kind == MEMBER_TYPE) {
            c->types = (uint8_t)request_type_bit(c->value.state);
        }
        check_object_begin(c,
                           CHECK_READS && c->open->kind == MEMBER_STRINGS ? c->value.of : c->open);
        c->name.len = 0;
    }
}

int check_json_on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    static const struct member element = {.kind = MEMBER_TEXT};
    /* What a name, a string and an object's end take beside what they have. */
    static const uint8_t marks[] = {
        [JSON_KEY] = 4, [JSON_END] = 1, [JSON_STRING] = 2, [JSON_SPAN] = 0};
    struct check *c = ctx;
    const struct member *of = c->value.of;
    int answer = JSON_TAKE;

    c->rq->body_len += len + marks[event];

    switch (event) {
    case JSON_KEY:
        mark(c);
        answer = on_key(c, bytes, len);
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        mark(c);
        if (!CHECK_READS) {
            check_object_open(c);
            break;
        }
        if (of == request_members) {
            c->rq->body_at = c->r->offset + 1;
            c->rq->sum = OUT_SUM_START;
        }
        if ((event == JSON_ARRAY) != (of->kind == MEMBER_STRINGS)) {
            c->error = NANGO_E_KIND;
            break;
        }
        check_object_open(c);
        if (event == JSON_ARRAY) {
            check_object_begin(c, &element);
        }
        break;
    case JSON_END:
        mark(c);
        c->value.of = c->open;
        check_seen(c);
        if (c->error == 0) {
            check_object_close(c);
        }
        break;
    case JSON_SPAN: break; /* it was checked before */
    default:
        check_value_feed(&c->value, bytes, len);
        if (NANGO_BODY && of->kind == MEMBER_ID) {
            c->rq->id_sum = out_sum(c->rq->id_sum, bytes, len);
        }
        c->rq->body_len += c->value.escapes;
        if (event != JSON_TEXT) {
            on_scalar(c, event);
        }
    }
    /* While the type is not known, an accountId may be anything; only a right one counts. */
    if (CHECK_READS && c->error != 0 && of->kind == MEMBER_ACCOUNT && (c->types & ~of->types)) {
        c->error = 0;
        c->r->code[of - request_members] = 2;
        if (event == JSON_OBJECT || event == JSON_ARRAY) {
            c->open = of;
        }
        answer = JSON_SKIP;
    }
    return c->error != 0 ? c->error : answer;
}

#if NANGO_METADATA || NANGO_BODY
/* Reads the source on from byte c->from, in pieces where it is not in memory; adds to rq->sum what
 * will be sent of it. 0, or the sink's error, the reader's or NANGO_E_SOURCE. */
static int read(struct check *c, struct json_sink sink)
{
    const struct nango_source *source = c->source;
    size_t at = c->from, len, used;
    int rc = 0;

    json_init(c->value.json, sink);
    for (; at < source->len && rc == 0; at += len) {
        const char *bytes = c->scratch;
        len = source->len - at;
        if (source->read_at == NULL) {
            bytes = (const char *)source->mem + at;
        } else {
            len = len < c->scratch_cap ? len : c->scratch_cap;
            rc = source->read_at(source->ctx, at, c->scratch, len);
            if (rc != 0) {
                c->r->cause = rc;
                return NANGO_E_SOURCE;
            }
        }
        rc = json_feed(c->value.json, bytes, len, &used);
        used = c->rq->body_at > at ? c->rq->body_at - at : 0;
        c->rq->sum = out_sum(c->rq->sum, bytes + used, len - used);
    }
    return rc != 0 ? rc : json_finish(c->value.json);
}

void check_json(struct check *c)
{
    const struct member *of = c->value.of;

    int rc = read(c, (struct json_sink){check_json_on, c});
    if (c->error == 0 && rc != 0) {
        mark(c);
        c->error = rc;
        c->value.of = c->value.of == request_members ? of : c->value.of; /* behind the document */
    }
}

#endif

#if NANGO_BODY
int check_json_pick(struct check *c, struct nango_field *fields, size_t fields_len)
{
    struct result_pick p;
    struct json_sink sink = result_pick_init(&p, fields, fields_len);

    if (c->rq->body_at == 0) {
        return 0;
    }
    c->rq->body_at = 0;
    return read(c, sink);
}
#endif
