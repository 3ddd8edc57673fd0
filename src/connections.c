/* SPDX-License-Identifier: MIT
 *
 * connections: the calls of nango_connections.h that change a connection that is there, or read of
 * integrations and providers: each a short description for the machine.
 */
#include "nango_connections.h"

#include "calls_common.h"
#include "out.h"

#include <string.h>

#define PUT(w, literal) http_put(w, literal, sizeof(literal) - 1)

static int finish(struct nango_client *client, int rc)
{
    return rc != 0 ? rc : nango_call(client);
}

/* ---- update ---------------------------------------------------------------------------------- */

static void put_update_body(struct window *w, const void *rq)
{
    calls_put_changes(w, rq, '{');
}

int nango_update_begin(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result)
{
    static const struct client_call call = {
        .method = "PATCH",
        .target = calls_connection_target,
        .body = put_update_body,
        .expect = "success",
        .event = JSON_TRUE,
        .flags = CLIENT_WRITES,
    };
    struct client *c = client_inside(client);
    int rc = calls_open_connection(client, result, connection);
    if (rc != 0) {
        return rc;
    }
    rc = calls_check_changes(c);
    return rc != 0 ? rc : client_begin(c, &call);
}

int nango_update(struct nango_client *client, const struct nango_connection *connection,
                 struct nango_result *result)
{
    return finish(client, nango_update_begin(client, connection, result));
}

/* ---- metadata -------------------------------------------------------------------------------- */

static void put_metadata_target(struct window *w, const void *rq)
{
    (void)rq;
    PUT(w, "/connections/metadata");
}

static void put_metadata_body(struct window *w, const void *rq)
{
    const struct nango_metadata *m = calls_args(rq);
    PUT(w, "{\"connection_id\":");
    if (m->ids == NULL) {
        out_string(w, m->connection.connection_id.ptr, m->connection.connection_id.len);
    }
    for (size_t i = 0; m->ids != NULL && i < m->ids_len; i++) {
        http_put_char(w, "[,"[i != 0]);
        out_string(w, m->ids[i].ptr, m->ids[i].len);
    }
    http_put(w, "]", m->ids != NULL);
    PUT(w, ",\"provider_config_key\":");
    out_string(w, m->connection.provider_config_key.ptr, m->connection.provider_config_key.len);
    PUT(w, ",\"metadata\":");
    out_source(w, &m->connection.metadata, 0);
    http_put_char(w, '}');
}

static const struct client_call set_metadata = {
    .method = "POST",
    .target = put_metadata_target,
    .body = put_metadata_body,
    .expect = "provider_config_key",
    .event = JSON_STRING,
    .flags = CLIENT_WRITES,
};
static const struct client_call merge_metadata = {
    .method = "PATCH",
    .target = put_metadata_target,
    .body = put_metadata_body,
    .expect = "provider_config_key",
    .event = JSON_STRING,
    .flags = CLIENT_WRITES,
};

static int check_ids(struct client *c, const struct nango_metadata *m)
{
    if (m->ids == NULL) {
        return calls_check_id(c, m->connection.connection_id);
    }
    int rc = m->ids_len == 0 ? calls_refuse(c, NANGO_E_MISSING, "connection_id") : 0;
    for (size_t i = 0; rc == 0 && i < m->ids_len; i++) {
        rc = calls_check_id(c, m->ids[i]);
    }
    return rc;
}

int nango_set_metadata_begin(struct nango_client *client, const struct nango_metadata *metadata,
                             struct nango_result *result)
{
    const struct nango_connection *connection = &metadata->connection;
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, metadata);
    rc = rc != 0 ? rc : check_ids(c, metadata);
    if (rc == 0) {
        rc = calls_check_key(c, connection->provider_config_key, "provider_config_key");
    }
    if (rc == 0 && !request_has_source(&connection->metadata)) {
        rc = calls_refuse(c, NANGO_E_MISSING, "metadata");
    }
    rc = rc != 0 ? rc : calls_check(c, 1);
    calls_expect(c, connection->provider_config_key);
    return rc != 0 ? rc : client_begin(c, metadata->merge ? &merge_metadata : &set_metadata);
}

int nango_set_metadata(struct nango_client *client, const struct nango_metadata *metadata,
                       struct nango_result *result)
{
    return finish(client, nango_set_metadata_begin(client, metadata, result));
}

/* ---- delete ---------------------------------------------------------------------------------- */

/* What is unknown once a DELETE may have been executed, that was. */
static int judge_delete(struct client *c, int error)
{
    static const char gone[] = "unknown_connection";
    return error == NANGO_E_STATUS && (c->doubt & CLIENT_WRITES) &&
                   memcmp(c->out->code, gone, sizeof gone) == 0
               ? 0
               : error;
}

int nango_delete_begin(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result)
{
    static const struct client_call call = {
        .method = "DELETE",
        .target = calls_connection_target,
        .verdict = judge_delete,
        .expect = "success",
        .event = JSON_TRUE,
        .flags = CLIENT_WRITES,
    };
    int rc = calls_open_connection(client, result, connection);
    return rc != 0 ? rc : client_begin(client_inside(client), &call);
}

int nango_delete(struct nango_client *client, const struct nango_connection *connection,
                 struct nango_result *result)
{
    return finish(client, nango_delete_begin(client, connection, result));
}

/* ---- integrations and providers -------------------------------------------------------------- */

static void put_integration(struct window *w, const void *rq)
{
    PUT(w, "/integrations/");
    calls_put_encoded(w, *(const struct nango_text *)calls_args(rq));
}

int nango_integration_begin(struct nango_client *client, const struct nango_text *key,
                            struct nango_result *result)
{
    static const struct client_call call = {
        .method = "GET",
        .target = put_integration,
        .expect = "data.unique_key",
        .event = JSON_STRING,
    };
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, key);
    rc = rc != 0 ? rc : calls_check_key(c, *key, "integration");
    calls_expect(c, *key);
    return rc != 0 ? rc : client_begin(c, &call);
}

int nango_integration(struct nango_client *client, const struct nango_text *key,
                      struct nango_result *result)
{
    return finish(client, nango_integration_begin(client, key, result));
}

static void put_provider(struct window *w, const void *rq)
{
    PUT(w, "/providers/");
    calls_put_encoded(w, *(const struct nango_text *)calls_args(rq));
}

int nango_provider_begin(struct nango_client *client, const struct nango_text *name,
                         struct nango_result *result)
{
    static const struct client_call call = {
        .method = "GET",
        .target = put_provider,
        .expect = "data.name",
        .event = JSON_STRING,
    };
    struct client *c = client_inside(client);
    int rc = calls_open(client, result, name);
    rc = rc != 0 ? rc : calls_check_key(c, *name, "provider");
    calls_expect(c, *name);
    return rc != 0 ? rc : client_begin(c, &call);
}

int nango_provider(struct nango_client *client, const struct nango_text *name,
                   struct nango_result *result)
{
    return finish(client, nango_provider_begin(client, name, result));
}
