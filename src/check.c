/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "check_json.h"
#include "out.h"

#include <string.h>

_Static_assert(sizeof(struct json) <= sizeof(((struct nango_result *)0)->room),
               "NANGO_RESULT_WORDS is too small");

/* ---- a struct -------------------------------------------------------------------------------- */

/* Its sources are JSON of their own, and come first: so they have the stack for themselves. */
static void check_struct(struct check *c)
{
    struct request *rq = c->rq;

#if NANGO_METADATA
    for (const struct member *m = request_members + 1; m->depth > 0 && c->error == 0; m++) {
        c->source = request_value(rq->connection, m);
        if ((m->kind == MEMBER_JSON || m->kind == MEMBER_CONFIG) && request_has_source(c->source)) {
            c->value.of = m;
            check_json(c);
        }
    }
    if (c->error != 0) {
        return;
    }
    c->value.json->offset = 0;
    rq->body_len = 0;
#endif
    c->value.is_text = 1;
    request_walk(rq, (struct json_sink){check_json_on, c});
}

/* ---- a raw body ------------------------------------------------------------------------------ */

#if NANGO_BODY
/* Is nothing given beside it? (The credentials have a type in any case.) */
static int is_alone(const struct nango_connection *connection)
{
    const char *bytes = (const char *)connection;
    size_t at = offsetof(struct nango_connection, body);

    while (at > 0 && bytes[--at] == 0) {
        if (at == offsetof(struct nango_connection, metadata)) {
            at = offsetof(struct nango_connection, credentials);
        }
    }
    return bytes[at] == 0;
}

static void check_body(struct check *c)
{
    char mark[3];

    c->source = &c->rq->connection->body;
    if (c->source->len > sizeof mark) {
        c->r->cause = out_read(c->source, 0, mark, sizeof mark);
        if (c->r->cause != 0) {
            c->error = NANGO_E_SOURCE;
            return;
        }
        /* The byte order mark, which the server's parser skips too. */
        c->from = memcmp(mark, "\xef\xbb\xbf", sizeof mark) == 0 ? sizeof mark : 0;
    }
    check_json(c);
    c->rq->body_len = c->source->len - c->rq->body_at + 1;
}
#endif

/* ---- the whole ------------------------------------------------------------------------------- */

/* What is not printable ASCII becomes a question mark: a name that was made up may be anything, and
 * may go to a terminal. */
static void put_name(struct nango_result *r, const char *name, size_t len)
{
    char *to = r->member + strlen(r->member), *end = r->member + sizeof r->member - 1;

    if (to > r->member && len > 0) { /* what comes before has room */
        *to++ = '.';
    }
    for (size_t i = 0; i < len; i++) {
        if (i == JSON_KEY_CAP || to == end) {
            r->warnings |= NANGO_WARN_CUT;
            break;
        }
        *to++ = name[i] > ' ' && name[i] < 0x7f ? name[i] : '?';
    }
    *to = '\0';
}

/* The path of what is wrong. */
static void put_path(const struct check *c)
{
    struct nango_result *r = c->r;
    const struct member *of = c->value.of->depth > 0 ? c->value.of : c->open, *m;

    r->member[0] = '\0';
    for (unsigned depth = 1; depth <= of->depth; depth++) {
        for (m = of; m->depth != depth; m--) {
        }
        put_name(r, m->name, m->name_len);
    }
    put_name(r, c->name.ptr, c->name.len);
}

/* The scratch is set already. */
static void check(struct check *c, struct request *rq, struct nango_result *r)
{
    const struct nango_connection *connection = rq->connection;

    c->rq = rq;
    c->r = r;
    c->value.json = (struct json *)(void *)r->room;
    c->open = request_members;
    c->types = REQUEST_ALL_TYPES;
    rq->connection_id = connection->connection_id;
    rq->sum = OUT_SUM_START;
    rq->id_sum = OUT_SUM_START;
    check_object_begin(c, request_members);
    if (!request_has_source(&connection->body)) {
        check_struct(c);
#if NANGO_BODY
    } else if (is_alone(connection)) {
        check_body(c);
#endif
    } else {
        c->name = NANGO_STR("body");
        c->error = NANGO_E_UNKNOWN;
    }
    rq->body_len += rq->has_id ? 0 : REQUEST_ID_LEN;
}

/* Nothing of the input stays in the room, and the message is "" again. */
static int leave(struct check *c)
{
    struct nango_result *r = c->r;

    if (c->error != 0) {
        r->warnings = 0;
        put_path(c);
    } else {
        r->offset = 0;
        r->member[0] = '\0';
    }
    memset(r->code, 0, sizeof r->code);
    memset(c->value.json->key, 0, sizeof c->value.json->key);
    r->message[0] = '\0';
    return c->error;
}

int check_connection(struct request *rq, struct nango_result *r, void *scratch, size_t scratch_cap)
{
    struct check c = {.scratch = scratch, .scratch_cap = scratch_cap};

    check(&c, rq, r);
    return leave(&c);
}

int nango_check(const struct nango_connection *connection, struct nango_field *fields,
                size_t fields_len, struct nango_result *result)
{
    struct request rq = {.connection = connection};
    char scratch[32];
    struct check c = {.scratch = scratch, .scratch_cap = sizeof scratch};

    memset(result, 0, sizeof *result);
    check(&c, &rq, result);
    leave(&c);
#if NANGO_BODY
    /* Also of a body that is refused, which may say what it is. */
    int rc = check_json_pick(&c, fields, fields_len);
    if (c.error == 0) {
        c.error = rc == NANGO_E_ANSWER ? NANGO_E_TWICE : rc;
    }
#else
    (void)fields, (void)fields_len;
#endif
    for (volatile char *wipe = scratch; wipe != scratch + sizeof scratch; wipe++) {
        *wipe = 0; /* which memset would not be, since nobody reads it again */
    }
    memset(result->room, 0, sizeof result->room);
    result->connection_id = rq.connection_id;
    result->error = c.error;
    if (c.error != 0) {
        result->outcome = c.error == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED;
    }
    return c.error;
}
