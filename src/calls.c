/* SPDX-License-Identifier: MIT
 *
 * calls: the functions of nango.h that a program calls on a client: settings, and each call of
 * Nango's API as a short description for the machine.
 */
#include "calls_common.h"

#include <string.h>

_Static_assert(sizeof(struct client) <= sizeof(struct nango_client),
               "NANGO_CLIENT_WORDS is too small");

enum { WORK_MIN = 512, DEADLINE_DEFAULT = 30000, DEADLINE_MAX = 7 * 86400000 };

/* ----------------------------------------------------------------------------------- the calls */

const struct client_call calls_import = {
    .method = "POST",
    .target = request_import_target,
    .body = request_import_body,
    .expect = "connection_id",
    .event = JSON_STRING,
    .flags = CLIENT_WRITES,
};

int calls_begin_import(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result, const struct client_call *first)
{
    struct client *c = client_inside(client);
    int rc = client_open(c, result);
    if (rc != 0) {
        return rc;
    }
    c->rq.connection = connection;
    rc = check_connection(&c->rq, result, c->work, c->work_cap);
    if (rc != 0) {
        return client_end(c, rc == NANGO_E_SOURCE ? NANGO_NOT_SENT : NANGO_REFUSED, rc);
    }
    if (NANGO_MAKE_ID && !c->rq.has_id) {
        rc = tls_random(c->tls.shared, c->id, REQUEST_UUID_RANDOM);
        result->cause = rc != 0 ? c->tls.shared->cause : 0;
        request_uuid(c->id);
        c->rq.connection_id = (struct nango_text){c->id, sizeof c->id - 1};
    }
    return rc != 0 ? client_end(c, NANGO_NOT_SENT, rc) : client_begin(c, first);
}

int nango_import_begin(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result)
{
    return calls_begin_import(client, connection, result, &calls_import);
}

int nango_import(struct nango_client *client, const struct nango_connection *connection,
                 struct nango_result *result)
{
    int rc = nango_import_begin(client, connection, result);
    return rc != 0 ? rc : nango_call(client);
}

int nango_call(struct nango_client *client)
{
    struct client *c = client_inside(client);
    int rc;
    while ((rc = nango_poll(client)) > 0) {
        c->tls.port->wait(c->tls.port_ctx, rc & (NANGO_READ | NANGO_WRITE), nango_wake_ms(client));
    }
    return rc;
}

void nango_want(struct nango_client *client, struct nango_field *fields, size_t fields_len)
{
    client_inside(client)->fields = fields;
    client_inside(client)->fields_len = (uint8_t)fields_len;
}

uint32_t nango_failures(const struct nango_client *client)
{
    return ((const struct client *)(const void *)client)->failures;
}

void nango_set_failures(struct nango_client *client, uint32_t failures)
{
    client_inside(client)->failures = (uint8_t)(failures < UINT8_MAX ? failures : UINT8_MAX);
}

/* -------------------------------------------------------------------------------- the settings */

/* RFC 6761, section 6.3, RFC 1122, 3.2.1.3, RFC 4291, 2.5.3: names of this machine that no DNS can
 * turn elsewhere. Behind the one that ends in a dot come numbers. */
static int is_loopback(const char *host)
{
    static const char names[] = "localhost\0::1\0"
                                "127.\0";
    for (const char *name = names; *name != '\0'; name++) {
        const char *at = host;
        for (; *name != '\0' && *name == *at; name++) {
            at++;
        }
        if (*name == '\0' && (name[-1] == '.') == (*at != '\0')) {
            while (name[-1] == '.' && (*at == '.' || (*at >= '0' && *at <= '9'))) {
                at++;
            }
            return *at == '\0';
        }
        while (*name != '\0') {
            name++;
        }
    }
    return 0;
}

int nango_init(struct nango_client *client, const struct nango_settings *s)
{
    struct client *c = client_inside(client);
    memset(c, 0, sizeof *c);
    const char *prefix = s->prefix != NULL ? s->prefix : "";
    if (s->tls == NULL || s->port == NULL || s->host == NULL || s->work == NULL ||
        s->work_cap < WORK_MIN || (!NANGO_SPREAD && s->spread_ms != 0) || !http_is_host(s->host) ||
        !http_is_path(prefix) || !http_is_value(s->secret_key) || !http_is_value(s->user_agent)) {
        return NANGO_E_SETTINGS;
    }
    if (s->plain_http && !s->unsafe_plain_http_to_any_host && !is_loopback(s->host)) {
        return NANGO_E_PLAINTEXT;
    }
    c->tls.shared = s->tls;
    c->tls.port = s->port;
    c->tls.port_ctx = s->port_ctx;
    c->tls.host = s->host;
    c->tls.tcp_port = s->tcp_port != 0 ? s->tcp_port : client_default_port(s->plain_http);
    c->tls.plain = s->plain_http;
    c->prefix = prefix;
    c->secret_key = s->secret_key;
    c->user_agent = s->user_agent;
    c->work = s->work;
    c->work_cap = s->work_cap;
    c->deadline_ms = s->deadline_ms != 0 ? s->deadline_ms : DEADLINE_DEFAULT;
    c->deadline_ms = c->deadline_ms <= DEADLINE_MAX ? c->deadline_ms : DEADLINE_MAX;
    c->spread_ms = s->spread_ms <= DEADLINE_MAX ? s->spread_ms : DEADLINE_MAX;
    c->uptime = s->port->uptime_ms(s->port_ctx);
    c->state = CLIENT_IDLE;
    return 0;
}

void nango_close(struct nango_client *client)
{
    struct client *c = client_inside(client);
    if (client_is_running(c)) {
        c->doubt |= c->left;
        client_give_up(c, NANGO_E_CANCELLED);
    }
    if (c->tls.port != NULL) {
        client_disconnect(c);
    }
    client_wipe(c, offsetof(struct client, id)); /* result.connection_id is of use even now */
}
