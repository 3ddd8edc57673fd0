/* SPDX-License-Identifier: MIT
 *
 * connect: connect sessions, and the way by which a person authorises a device with a telephone.
 */
#include "nango_connect.h"

#include "calls_common.h"
#include "out.h"

#include <string.h>

enum {
    LOOK_FIRST_MS = 2000,
    LOOK_MOST_MS = 15000,
    LIFETIME_MS = 30 * 60000, /* of a session */
    ID_CAP = 256
};

/* ---- sessions -------------------------------------------------------------------------------- */

static int is_reconnect(const struct nango_session *s)
{
    return s->connection.connection_id.ptr != NULL || s->connection.provider_config_key.ptr != NULL;
}

static void put_target(struct window *w, const void *rq)
{
    http_put_str(w, "/connect/sessions");
    if (is_reconnect(calls_args(rq))) {
        http_put_str(w, "/reconnect");
    }
}

static void put_name(struct window *w, char *before, const char *name)
{
    http_put_char(w, *before);
    *before = ',';
    http_put_char(w, '"');
    http_put_str(w, name);
    http_put_str(w, "\":");
}

static void put_body(struct window *w, const void *rq)
{
    const struct nango_session *s = calls_args(rq);
    const struct nango_connection *connection = &s->connection;
    char before = '{';
    if (is_reconnect(s)) {
        put_name(w, &before, "connection_id");
        out_string(w, connection->connection_id.ptr, connection->connection_id.len);
        put_name(w, &before, "integration_id");
        out_string(w, connection->provider_config_key.ptr, connection->provider_config_key.len);
    }
    if (s->allowed_integrations_len != 0) {
        put_name(w, &before, "allowed_integrations");
        for (size_t i = 0; i < s->allowed_integrations_len; i++) {
            http_put_char(w, "[,"[i != 0]);
            out_string(w, s->allowed_integrations[i].ptr, s->allowed_integrations[i].len);
        }
        http_put_char(w, ']');
    }
    if (request_has_source(&s->integrations_config_defaults)) {
        put_name(w, &before, "integrations_config_defaults");
        out_source(w, &s->integrations_config_defaults, 0);
    }
    calls_put_changes(w, rq, before);
}

static int begin(struct nango_client *client, const struct nango_session *session,
                 struct nango_result *result, const struct client_call *call, const void *args)
{
    const struct nango_connection *connection = &session->connection;
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, args);
    if (rc == 0 && is_reconnect(session)) {
        rc = calls_check_key(c, connection->provider_config_key, "provider_config_key");
        rc = rc != 0 ? rc : calls_check_id(c, connection->connection_id);
    } else if (rc == 0 && connection->tags.len == 0 && connection->end_user.id.ptr == NULL) {
        rc = calls_refuse(c, NANGO_E_MISSING, "tags");
    }
    for (size_t i = 0; rc == 0 && i < session->allowed_integrations_len; i++) {
        rc = calls_check_key(c, session->allowed_integrations[i], "allowed_integrations");
    }
    rc = rc != 0 ? rc : calls_check_changes(c);
    if (rc == 0 && request_has_source(&session->integrations_config_defaults)) {
        rc = calls_check_source(c, &session->integrations_config_defaults,
                                "integrations_config_defaults");
    }
    return rc != 0 ? rc : client_begin(c, call);
}

int nango_session_begin(struct nango_client *client, const struct nango_session *session,
                        struct nango_result *result)
{
    static const struct client_call call = {
        .method = "POST",
        .target = put_target,
        .body = put_body,
        .expect = "data.token",
        .event = JSON_STRING,
        .flags = CLIENT_WRITES | CLIENT_ONCE,
    };
    return begin(client, session, result, &call, session);
}

int nango_session(struct nango_client *client, const struct nango_session *session,
                  struct nango_result *result)
{
    int rc = nango_session_begin(client, session, result);
    return rc != 0 ? rc : nango_call(client);
}

/* ---- the link -------------------------------------------------------------------------------- */

_Static_assert(offsetof(struct nango_connect, session) == 0, "the session is written from there");
_Static_assert(sizeof(struct result_pick) <= sizeof(((struct nango_list *)0)->own),
               "the list's own is of no use until it is asked");

static struct nango_connect *connect_of(const struct client *c)
{
    return (struct nango_connect *)(uintptr_t)calls_args(&c->rq);
}

static int on_session(void *wanted, enum json_event event, const char *bytes, size_t len)
{
    struct client *c = calls_client(wanted);
    struct nango_connect *connect = connect_of(c);
    struct result_pick *link = (struct result_pick *)(void *)connect->list.own;
    int answer = result_pick_event(wanted, event, bytes, len);
    int kept = result_pick_event(link, event, bytes, len);
    return answer < 0 ? answer : kept < 0 ? kept : answer | kept;
}

static int judge_session(struct client *c, int error)
{
    if (error == 0 && connect_of(c)->fields[0].cut) {
        client_end(c, NANGO_REFUSED, NANGO_E_ROOM);
        return 1;
    }
    return error;
}

int nango_connect_start_begin(struct nango_client *client, struct nango_connect *connect,
                              struct nango_result *result)
{
    static const struct client_call call = {
        .method = "POST",
        .target = put_target,
        .body = put_body,
        .values = on_session,
        .verdict = judge_session,
        .expect = "data.connect_link",
        .event = JSON_STRING,
        .flags = CLIENT_WRITES | CLIENT_ONCE,
    };
    connect->found = 0;
    connect->next_ms = LOOK_FIRST_MS;
    struct nango_field *link = connect->fields;
    link->name = "data.connect_link";
    link->buf = connect->link;
    link->cap = connect->link_cap;
    result_pick_init((struct result_pick *)(void *)connect->list.own, link, 1);
    return begin(client, &connect->session, result, &call, connect);
}

int nango_connect_start(struct nango_client *client, struct nango_connect *connect,
                        struct nango_result *result)
{
    int rc = nango_connect_start_begin(client, connect, result);
    return rc != 0 ? rc : nango_call(client);
}

/* ---- has it come? ---------------------------------------------------------------------------- */

static int on_row(void *ctx, const struct nango_list *list)
{
    (void)list;
    ((struct nango_connect *)ctx)->found = 1;
    return 1;
}

static uint32_t later(uint32_t ms)
{
    ms = ms < LOOK_FIRST_MS ? LOOK_FIRST_MS : ms + ms / 4;
    return ms < LOOK_MOST_MS ? ms : LOOK_MOST_MS;
}

int nango_connect_look_begin(struct nango_client *client, struct nango_connect *connect,
                             struct nango_result *result)
{
    const struct nango_session *s = &connect->session;
    struct nango_list *list = &connect->list;
    connect->fields[0] = (struct nango_field){
        .name = "connection_id", .buf = connect->connection_id, .cap = connect->connection_id_cap};
    connect->fields[1] = (struct nango_field){.name = "provider_config_key",
                                              .buf = connect->provider_config_key,
                                              .cap = connect->provider_config_key_cap};
    *list = (struct nango_list){.tags = s->connection.tags,
                                .limit = 1,
                                .fields = connect->fields,
                                .fields_len = connect->provider_config_key != NULL ? 2 : 1,
                                .on_row = on_row,
                                .ctx = connect};
    if (s->allowed_integrations_len == 1) {
        list->integration_ids = s->allowed_integrations[0];
    }
    connect->found = 0;
    connect->next_ms = later(connect->next_ms);
    int rc = calls_open(client, result, list);
    if (rc == 0 && s->connection.tags.len == 0) {
        return calls_refuse(client_inside(client), NANGO_E_MISSING, "tags");
    }
    if (rc == 0 && connect->connection_id_cap < ID_CAP) {
        return calls_refuse(client_inside(client), NANGO_E_ROOM, "connection_id");
    }
    return rc != 0 ? rc : nango_list_begin(client, list, result);
}

int nango_connect_look(struct nango_client *client, struct nango_connect *connect,
                       struct nango_result *result)
{
    int rc = nango_connect_look_begin(client, connect, result);
    return rc != 0 ? rc : nango_call(client);
}

static uint64_t uptime(const struct client *c)
{
    return c->tls.port->uptime_ms(c->tls.port_ctx);
}

/* Until the next look, or the end of the session; and without a call. */
static void sleep_for(const struct client *c, const struct nango_connect *connect, uint32_t ms)
{
    uint64_t until = uptime(c) + ms;
    until = until < connect->until ? until : connect->until;
    for (uint64_t now; (now = uptime(c)) < until;) {
        c->tls.port->wait(c->tls.port_ctx, 0, (uint32_t)(until - now));
    }
}

/* A look ended so: 1, and the next one is begun; or how it all ends. */
static int go_on(struct nango_client *client, struct nango_connect *connect,
                 struct nango_result *result, int rc)
{
    const struct client *c = client_inside(client);
    int passes = rc == 0 || rc == NANGO_E_LIMITED || result->status >= 500 || client_may_pass(rc);
    connect->found = connect->found && rc == 0; /* rows are provisional */
    if (connect->found || !passes) {
        return rc;
    }
    uint32_t ms = result->retry_after_ms;
    sleep_for(c, connect, ms > connect->next_ms ? ms : connect->next_ms);
    if (uptime(c) >= connect->until) {
        result->outcome = NANGO_NOT_SENT;
        return result->error = NANGO_E_DEADLINE;
    }
    rc = nango_connect_look_begin(client, connect, result);
    return rc == 0 ? 1 : rc;
}

int nango_connect_wait(struct nango_client *client, struct nango_connect *connect,
                       struct nango_result *result)
{
    int rc = nango_connect_look_begin(client, connect, result);
    if (rc != 0) {
        return rc;
    }
    connect->until = uptime(client_inside(client)) +
                     (connect->lifetime_ms != 0 ? connect->lifetime_ms : LIFETIME_MS);
    do {
        rc = go_on(client, connect, result, nango_call(client));
    } while (rc > 0);
    return rc;
}
