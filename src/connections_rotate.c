/* SPDX-License-Identifier: MIT
 *
 * connections_rotate: reads a connection, keeps what an import would wipe, imports with all of it.
 */
#include "calls_common.h"
#include "nango_connections.h"
#include "out.h"

#include <string.h>

_Static_assert(sizeof(struct result_pick) <= sizeof(((struct nango_rotate *)0)->own),
               "nango_rotate.own is too small");

/* What is kept: in an answer, and in the connection that an error tells of. `from` is where the
 * member's own name begins. */
static const char *const paths[] = {
    "error.payload.connection.metadata",
    "error.payload.connection.connection_config",
    "error.payload.connection.tags",
    "error.payload.connection.webhook_url_override",
};
enum { KEPT = 4, CONFIG = 1, PREFIX = sizeof "error.payload.connection." - 1 };

static struct nango_rotate *rotate_of(const struct client *c)
{
    return (struct nango_rotate *)(uintptr_t)calls_args(&c->rq);
}

/* ---- the first half: what is there ----------------------------------------------------------- */

static struct result_pick *kept_by(struct nango_rotate *r)
{
    return (struct result_pick *)(void *)r->own;
}

static void start_keeping(struct nango_rotate *r, int is_error)
{
    for (size_t i = 0; i < KEPT; i++) {
        r->kept[i] = (struct nango_field){.name = paths[i] + (is_error ? 0 : PREFIX)};
    }
    result_pick_init(kept_by(r), r->kept, KEPT);
}

/* How much of the room is taken, or would be: each value has a NUL behind it. */
static size_t used(const struct nango_rotate *r)
{
    size_t len = 0;
    for (size_t i = 0; i < KEPT; i++) {
        len += r->kept[i].buf != NULL ? r->kept[i].len + 1 : 0;
    }
    return len;
}

/* The value that comes next goes behind those that came. */
static void give_room(struct nango_rotate *r)
{
    size_t len = used(r);
    for (size_t i = 0; i < KEPT; i++) {
        struct nango_field *f = &r->kept[i];
        if (f->open && f->buf == NULL) {
            f->buf =
                len < r->cap ? r->buf + len : (char *)r->own; /* no NULL, and nothing goes there */
            f->cap = len < r->cap ? r->cap - len : 0;
        }
    }
}

static int on_answer(void *wanted, enum json_event event, const char *bytes, size_t len)
{
    struct client *c = calls_client(wanted);
    struct nango_rotate *r = rotate_of(c);
    if (c->answer.wanted.level == 0) {
        start_keeping(r, c->answer.verdict != 0);
    }
    int answer = result_pick_event(wanted, event, bytes, len);
    int kept = result_pick_event(kept_by(r), event, bytes, len);
    give_room(r);
    return answer < 0 ? answer : kept < 0 ? kept : answer | kept;
}

/* ---- the second half: the import ------------------------------------------------------------- */

/* The import's own body, and before its end what was kept, as it came. */
static void put_body(struct window *w, const void *rq)
{
    const struct nango_rotate *r = calls_args(rq);
    request_import_body(w, rq);
    w->len--; /* the } is written over */
    for (size_t i = 0; i < KEPT; i++) {
        const struct nango_field *f = &r->kept[i];
        if (f->kind != NANGO_OBJECT && f->kind != NANGO_STRING) {
            continue; /* null, or absent */
        }
        http_put_str(w, ",\"");
        http_put_str(w, paths[i] + PREFIX);
        http_put_str(w, "\":");
        if (f->kind == NANGO_STRING) {
            out_string(w, f->buf, f->len);
        } else {
            http_put(w, f->buf, f->len);
        }
    }
    http_put_char(w, '}');
}

static int judge(struct client *c, int error)
{
    static const struct client_call import = {
        .method = "POST",
        .target = request_import_target,
        .body = put_body,
        .expect = "connection_id",
        .event = JSON_STRING,
        .flags = CLIENT_WRITES,
    };
    static const char failed[] = "invalid_credentials";
    struct nango_rotate *r = rotate_of(c);
    int is_dead = error == NANGO_E_STATUS && memcmp(c->out->code, failed, sizeof failed) == 0;
    if ((error != 0 && !is_dead) || r->kept[CONFIG].kind != NANGO_OBJECT) {
        return error != 0 ? error : NANGO_E_ANSWER;
    }
    r->len = used(r);
    if (r->len > r->cap) {
        client_wipe(r->buf, r->cap);
        client_end(c, NANGO_REFUSED, NANGO_E_ROOM);
    } else {
        c->out->status = 0;
        c->out->code[0] = '\0';
        c->out->message[0] = '\0';
        client_begin(c, &import);
    }
    return 1;
}

/* ---- the call -------------------------------------------------------------------------------- */

/* All that is not of the credential comes from the server. */
static const char *given_too_much(const struct nango_connection *c)
{
    return request_has_source(&c->metadata)            ? "metadata"
           : request_has_source(&c->connection_config) ? "connection_config"
           : request_has_source(&c->body)              ? "body"
           : c->tags.len != 0                          ? "tags"
           : c->end_user.id.ptr != NULL                ? "end_user"
           : c->webhook_url_override.ptr != NULL       ? "webhook_url_override"
                                                       : NULL;
}

int nango_rotate_begin(struct nango_client *client, struct nango_rotate *rotate,
                       struct nango_result *result)
{
    static const struct client_call read = {
        .method = "GET",
        .target = calls_connection_target,
        .values = on_answer,
        .verdict = judge,
        .expect = "connection_id",
        .event = JSON_STRING,
    };
    struct client *c = client_inside(client);
    int rc = calls_open_connection(client, result, &rotate->connection);
    if (rc != 0) {
        return rc;
    }
    const char *member = given_too_much(&rotate->connection);
    if (member != NULL) {
        return calls_refuse(c, NANGO_E_UNKNOWN, member);
    }
    rotate->len = 0;
    /* The accountId of a TBA is in the connection_config, which is not there yet. */
    rc = calls_check(c, rotate->connection.credentials.type == NANGO_TBA);
    c->rq.part = 0;
    c->rq.connection_id = rotate->connection.connection_id;
    return rc != 0 ? rc : client_begin(c, &read);
}

int nango_rotate(struct nango_client *client, struct nango_rotate *rotate,
                 struct nango_result *result)
{
    int rc = nango_rotate_begin(client, rotate, result);
    return rc != 0 ? rc : nango_call(client);
}
