/* SPDX-License-Identifier: MIT
 *
 * connect_submit: a credential that a device submits with a connect session's token, without a key.
 */
#include "calls_common.h"
#include "nango_connect.h"
#include "out.h"

#include <string.h>

static const char *path_of(const struct nango_submit *s)
{
    if (s->path != NULL) {
        return s->path;
    }
    switch (s->connection.credentials.type) {
    case NANGO_API_KEY: return "/api-auth/api-key";
    case NANGO_BASIC: return "/api-auth/basic";
    case NANGO_TBA: return "/auth/tba";
    case NANGO_NONE: return "/auth/unauthenticated";
    default: return NULL;
    }
}

static void put_target(struct window *w, const void *rq)
{
    const struct nango_submit *s = calls_args(rq);
    char first = '?';
    http_put_str(w, path_of(s));
    http_put_char(w, '/');
    calls_put_encoded(w, s->connection.provider_config_key);
    calls_put_query(w, &first, "connect_session_token", s->session_token);
    for (size_t i = 0; i < s->params.len; i++) {
        http_put_str(w, "&params%5B");
        calls_put_encoded(w, s->params.list[i].key);
        http_put_str(w, "%5D=");
        calls_put_encoded(w, s->params.list[i].value);
    }
}

/* ---- the body: the members of the credentials alone -------------------------------------------
 * */

struct members {
    struct request_writer writer;
    uint8_t depth;
    uint8_t inside;  /* the credentials */
    uint8_t skipped; /* the member that is being walked over, or what has it */
};

static int is_name(const char *name, size_t len, const char *other)
{
    return strlen(other) == len && memcmp(name, other, len) == 0;
}

/* The override of the client has its own names here, and no object around them. */
static int put_key(struct members *m, const char *name, size_t len)
{
    static const char id[] = "oauth_client_id_override", secret[] = "oauth_client_secret_override";
    if (m->depth == 1) {
        m->inside = (uint8_t)is_name(name, len, "credentials");
    }
    m->skipped =
        m->depth == 1 || is_name(name, len, "type") || is_name(name, len, "config_override");
    if (!m->inside || m->skipped) {
        return 0;
    }
    if (m->depth == 3) {
        int is_id = is_name(name, len, "client_id");
        name = is_id ? id : secret;
        len = is_id ? sizeof id - 1 : sizeof secret - 1;
    }
    return request_put(&m->writer, JSON_KEY, name, len);
}

static int put_member(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct members *m = ctx;
    if (event == JSON_KEY) {
        return put_key(m, bytes, len);
    }
    m->depth = (uint8_t)(m->depth + (event == JSON_OBJECT) - (event == JSON_END));
    if (event == JSON_OBJECT || event == JSON_END) {
        int is_end = m->inside && event == JSON_END && m->depth == 1;
        return is_end ? request_put(&m->writer, event, bytes, len) : 0;
    }
    return m->inside && !m->skipped ? request_put(&m->writer, event, bytes, len) : 0;
}

static void put_body(struct window *w, const void *rq)
{
    const struct nango_submit *s = calls_args(rq);
    struct members m = {{w, '{'}, 1, 0, 0};
    if (s->path != NULL) {
        if (request_has_source(&s->connection.body)) {
            out_source(w, &s->connection.body, 0);
        }
    } else if (s->connection.credentials.type != NANGO_NONE) {
        request_walk(rq, (struct json_sink){put_member, &m});
    }
}

/* ---- the call -------------------------------------------------------------------------------- */

static const struct client_call submit_once = {
    .method = "POST",
    .target = put_target,
    .body = put_body,
    .expect = "connectionId",
    .event = JSON_STRING,
    .flags = CLIENT_WRITES | CLIENT_ONCE | CLIENT_KEYLESS,
};
static const struct client_call submit = {
    .method = "POST",
    .target = put_target,
    .body = put_body,
    .expect = "connectionId",
    .event = JSON_STRING,
    .flags = CLIENT_WRITES | CLIENT_KEYLESS,
};

/* What the server makes, or the session has. */
static const char *given_too_much(const struct nango_connection *c)
{
    return c->connection_id.ptr != NULL                ? "connection_id"
           : request_has_source(&c->metadata)          ? "metadata"
           : request_has_source(&c->connection_config) ? "connection_config"
           : c->tags.len != 0                          ? "tags"
           : c->end_user.id.ptr != NULL                ? "end_user"
           : c->webhook_url_override.ptr != NULL       ? "webhook_url_override"
                                                       : NULL;
}

static int check_credentials(struct client *c, const struct nango_submit *s)
{
    if (s->path != NULL) {
        return request_has_source(&s->connection.body)
                   ? calls_check_source(c, &s->connection.body, "body")
                   : 0;
    }
    if (request_has_source(&s->connection.body)) {
        return calls_refuse(c, NANGO_E_UNKNOWN, "body");
    }
    /* The accountId of a TBA is in params. */
    return calls_check(c, s->connection.credentials.type == NANGO_TBA);
}

int nango_submit_begin(struct nango_client *client, const struct nango_submit *s,
                       struct nango_result *result)
{
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, s);
    if (rc != 0) {
        return rc;
    }
    const char *path = path_of(s), *member = given_too_much(&s->connection);
    if (member != NULL) {
        return calls_refuse(c, NANGO_E_UNKNOWN, member);
    }
    if (path == NULL) {
        return calls_refuse(c, NANGO_E_FORMAT, "credentials.type");
    }
    if (*path == '\0' || !http_is_path(path)) {
        return calls_refuse(c, NANGO_E_FORMAT, "path");
    }
    if (s->session_token.len == 0) {
        return calls_refuse(c, NANGO_E_MISSING, "session_token");
    }
    rc = calls_check_key(c, s->connection.provider_config_key, "provider_config_key");
    rc = rc != 0 ? rc : check_credentials(c, s);
    return rc != 0 ? rc : client_begin(c, s->is_reconnect ? &submit : &submit_once);
}

int nango_submit(struct nango_client *client, const struct nango_submit *s,
                 struct nango_result *result)
{
    int rc = nango_submit_begin(client, s, result);
    return rc != 0 ? rc : nango_call(client);
}
