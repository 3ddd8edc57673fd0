/* SPDX-License-Identifier: MIT */
#include "check_json.h"

#include "out.h"
#include "result.h"

#include <string.h>

/* \u0000 and lone surrogates are refused anywhere: Nango's database cannot hold them. */
static void check_seen(struct check *c)
{
    if (c->json->seen != 0) {
        c->error = c->json->seen & JSON_SEEN_NUL ? NANGO_E_CONTROL : NANGO_E_SURROGATE;
    }
}

/* The place to be told, were something wrong with what comes now: the end of a member's name, a {
 * or [, what is behind a } or ]. It does not depend on the pieces in which the source comes. */
static void mark(struct check *c)
{
    c->r->offset = c->from + c->json->offset;
}

/* The member c->name begins. */
static int on_key(struct check *c)
{
    const struct check_level *l = &c->levels[c->depth - 1];

    c->at = NULL;
    c->rq->body_members |= c->depth == 1;
    if (l->of->kind == MEMBER_TAGS) {
        check_object_tag(c);
        return JSON_TAKE;
    }
    for (unsigned i = 0; i < l->len; i++) {
        if (check_value_is(c->name.ptr, c->name.len, l->list[i].name)) {
            c->name.ptr = NULL;
            check_object_member(c, i);
            c->rq->body_has_id |= c->at->kind == MEMBER_ID;
            return JSON_TAKE;
        }
    }
    if (l->closed) {
        c->error = NANGO_E_UNKNOWN;
    } else if (check_value_is(c->name.ptr, c->name.len, "__proto__")) {
        c->error = NANGO_E_FORBIDDEN;
    } else {
        c->name.ptr = NULL;
        check_seen(c);
    }
    return JSON_SKIP;
}

static void on_scalar(struct check *c, enum json_event event)
{
    unsigned kind = c->at->kind;

    if (kind > MEMBER_TYPE ||
        (event != JSON_STRING && (event != JSON_NUMBER || kind != MEMBER_TIME))) {
        c->error = NANGO_E_KIND;
        return;
    }
    check_object_end(c, event == JSON_NUMBER);
    check_seen(c);
    if (c->error == 0) {
        check_object_begin(c, c->at == &check_string ? c->at : NULL);
        c->name.ptr = NULL;
    }
}

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct check *c = ctx;
    int answer = JSON_TAKE;

    switch (event) {
    case JSON_KEY:
        mark(c);
        c->name.ptr = bytes;
        c->name.len = len;
        answer = on_key(c);
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        mark(c);
        if ((event == JSON_ARRAY) != (c->at->kind == MEMBER_STRINGS)) {
            c->error = NANGO_E_KIND;
            break;
        }
        check_object_open(c);
        if (event == JSON_ARRAY) {
            check_object_begin(c, &check_string);
        }
        break;
    case JSON_END:
        mark(c);
        c->at = NULL;
        check_seen(c);
        if (c->error == 0) {
            check_object_close(c);
        }
        break;
    default:
        check_value_feed(&c->value, c->at, bytes, len);
        if (c->at->kind == MEMBER_ID) {
            c->rq->id_sum = out_sum(c->rq->id_sum, bytes, len);
        }
        if (event != JSON_TEXT) {
            on_scalar(c, event);
        }
    }
    return c->error != 0 ? c->error : answer;
}

/* Reads the source on from byte `at`, in pieces where it is not in memory; adds to rq->sum. 0, or
 * the sink's error, the reader's or NANGO_E_SOURCE. */
static int read(struct check *c, struct json_sink sink, size_t at)
{
    const struct nango_source *source = c->source;
    size_t len = at > 0, used;

    json_init(c->json, sink);
    c->from = at - len;
    int rc = json_feed(c->json, "{", len, &used);
    for (; at < source->len && rc == 0; at += len) {
        const char *bytes = c->scratch;
        len = source->len - at;
        if (source->read_at == NULL) {
            bytes = (const char *)source->mem + at;
        } else {
            if (c->name.ptr != NULL && c->name.ptr != c->json->key) { /* a tag's, for its value */
                c->name.ptr = memcpy(c->json->key, c->name.ptr, c->name.len);
            }
            len = len < c->scratch_cap ? len : c->scratch_cap;
            rc = source->read_at(source->ctx, at, c->scratch, len);
            if (rc != 0) {
                c->r->cause = rc;
                return NANGO_E_SOURCE;
            }
        }
        c->rq->sum = out_sum(c->rq->sum, bytes, len);
        rc = json_feed(c->json, bytes, len, &used);
    }
    return rc != 0 ? rc : json_finish(c->json);
}

void check_json(struct check *c, size_t at)
{
    const struct member *m = c->at;
    unsigned depth = c->depth;

    int rc = read(c, (struct json_sink){on, c}, at);
    if (c->error == 0 && rc != 0) {
        mark(c);
        c->error = rc;
        c->at = c->depth > depth ? c->at : m; /* before or behind the document */
    }
}

#if NANGO_BODY
/* Takes credentials.type, and nothing else. */
static int on_type(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct check *c = ctx;
    unsigned depth = c->json->depth;

    switch (event) {
    case JSON_KEY:
        check_object_begin(c, &check_type);
        return check_value_is(bytes, len, depth == 1 ? "credentials" : "type");
    case JSON_OBJECT: return depth < 2;
    case JSON_ARRAY:
    case JSON_END: return JSON_SKIP;
    default:
        check_value_feed(&c->value, c->at, bytes, len);
        if (event == JSON_STRING && depth == 2) {
            c->type = (int8_t)check_value_type(c->value.text, c->value.len);
        }
        return 0;
    }
}

int check_json_type(struct check *c)
{
    return read(c, (struct json_sink){on_type, c}, c->rq->body_at);
}

int check_json_pick(struct check *c, struct nango_field *fields, size_t fields_len)
{
    struct result_pick p;
    struct json_sink sink = result_pick_init(&p, fields, fields_len);

    return c->rq->body_at > 0 ? read(c, sink, c->rq->body_at) : 0;
}
#endif
