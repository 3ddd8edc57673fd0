/* SPDX-License-Identifier: MIT
 *
 * nango_connections.h: the other calls on connections: read, list, update, delete, metadata,
  * rotate, import only if it is not there yet; and on integrations and providers. What a program
  * does not call costs it no flash.
 *
 * Rules that hold for every call here, beside those of nango.h
 * - nango_X_begin checks what it is given and sends nothing; 0: go on with nango_poll; else the
 *   call has ended, with that error. nango_X is nango_X_begin and nango_call: it blocks in the
 *   port's `wait`, at most deadline_ms. Both use at most 512 bytes of stack on a 32-bit machine,
 *   outside TLS.
 * - What is given by pointer must stay as it is until the call has ended; all of it is zeroed
 *   before it is filled.
 * - They return 0 for NANGO_DONE and only then, else an enum nango_error; *result has the outcome.
  * What
 *   only reads is never NANGO_IN_DOUBT.
 * - Members of the answer that have no place in the structs below: by nango_want, with paths from
  * the
 *   top of the answer.
 * - A connection_id, an integration's key, a provider's name that no route of the server takes is
 *   refused: empty, "." or "..", over 255 bytes, or with anything but US-ASCII letters, digits and
 *   ,.;:=+~[]|@${}"'\/_ - (a key: ~:.@_ - and the space). result.member says which; error is
 *   NANGO_E_MISSING, _TOO_SHORT, _TOO_LONG or _FORMAT. All of them are percent-encoded (RFC 3986,
 *   section 2.1).
 * - What the server says no to is NANGO_E_STATUS, with status, code and message: 404 not_found of a
 *   connection, 400 unknown_provider_config of an integration, 403 forbidden of a scope, ...
 */
#ifndef NANGO_CONNECTIONS_H
#define NANGO_CONNECTIONS_H

#include "nango.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------- one connection, fresh
 * */

struct member; /* the library's own */

/* GET /connections/{connection_id}: the server refreshes a token that has expired, or will within
 * 15 minutes, before it answers; that takes the time of the provider. */
struct nango_get {
    struct nango_text provider_config_key;
    struct nango_text connection_id;
    uint8_t force_refresh; /* 1: refresh it in any case */
    uint8_t refresh_token; /* 1: with the refresh token, which is left out else */

    /* The caller's room for the texts of the credentials, each with a NUL behind it. A secret: it
     * is the caller's to wipe, and may hold a part of an answer until a call has ended with 0.
     * NULL: they are not wanted. */
    char *buf;
    size_t cap;

    /* What came: how many bytes of buf that takes (would take, with NANGO_E_ROOM). */
    size_t len;
    /* Once the call has ended with 0. type: NANGO_NONE where there are none (also where the key
     * lacks environment:connections:read_credentials), NANGO_TYPES_LEN where this program does not
     * know the type. Its texts point into buf. Absent is what the answer does not have, and what
     * an import of this type does not have (an APP's access_token): that is had by nango_want, as
     * "credentials.access_token". */
    struct nango_credentials credentials;

    const struct member *own_member; /* the library's own, as is what follows */
    size_t own_at;
    uint8_t own_types, own_inside;
};

/* Special errors, all of them NANGO_REFUSED: NANGO_E_REFRESH: the refresh at the provider failed, a
 * person must authorise again, or the provider is out of order; NANGO_E_ROOM: buf is too small,
  * `len` is what it takes. */
int nango_get(struct nango_client *client, struct nango_get *get, struct nango_result *result);
int nango_get_begin(struct nango_client *client, struct nango_get *get,
                    struct nango_result *result);

/* ---------------------------------------------------------------------------------- the list */

/* GET /connections: those that pass all filters that are given, newest first, without credentials
 * and connection_config. */
struct nango_list {
    struct nango_text connection_id;
    struct nango_text integration_ids; /* keys, separated by commas */
    struct nango_text end_user_id;
    struct nango_text end_user_organization_id;
    struct nango_text search; /* in connection_id, end_user's name and e-mail; any case */
    struct nango_tags tags;   /* each one must be there */
    uint32_t limit;           /* rows a page, up to 2000; 0: all, up to 10,000 */
    uint32_t page;            /* from 0 */

    /* What is wanted of a row, as in nango_want, with paths from the row ("connection_id",
     * "end_user.email", "tags"): filled anew before each on_row. */
    struct nango_field *fields;
    size_t fields_len;
    /* A row is there; called from within nango_poll, and must not call the client. Nothing of a
     * row but what the fields hold is kept, so rows of any number pass through the work buffer.
     * Rows are provisional until the call has ended with 0: before that the answer may still turn
     * out to be cut or broken. Returns 0 to go on; else no more rows are handed on. */
    int (*on_row)(void *ctx, const struct nango_list *list);
    void *ctx;

    uint32_t rows; /* how many were handed on */

    uint8_t inside, stopped; /* the library's own, as is what follows */
    void *own[2];
};

/* Is repeated until its first row, and not from then on. There is no total and no next page: ask
 * again until a page has less than `limit` rows. Rows shift between pages while connections are
 * made. */
int nango_list(struct nango_client *client, struct nango_list *list, struct nango_result *result);
int nango_list_begin(struct nango_client *client, struct nango_list *list,
                     struct nango_result *result);

/* ------------------------------------------------------------------------------------- changes */

/* PATCH /connections/{connection_id}: replaces tags, end_user and webhook_url_override ("" clears
 * it), those of them that are given in *connection; provider_config_key and connection_id say which
 * connection; credentials, metadata, connection_config and body are NANGO_E_UNKNOWN. Repeated like
 * an import. */
int nango_update(struct nango_client *client, const struct nango_connection *connection,
                 struct nango_result *result);
int nango_update_begin(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result);

/* POST /connections/metadata replaces the metadata of one connection or of many of one integration,
 * all of them or none; PATCH (merge = 1) merges it into theirs at its top level. */
struct nango_metadata {
    /* provider_config_key, metadata, and, where ids is NULL, connection_id. */
    struct nango_connection connection;
    const struct nango_text *ids;
    size_t ids_len;
    uint8_t merge;
};

int nango_set_metadata(struct nango_client *client, const struct nango_metadata *metadata,
                       struct nango_result *result);
int nango_set_metadata_begin(struct nango_client *client, const struct nango_metadata *metadata,
                             struct nango_result *result);

/* DELETE /connections/{connection_id}. Of *connection only provider_config_key and connection_id
 * are looked at. Repeated like an import: "400 unknown_connection" after an attempt of this call
 * that is in doubt means that it is done; without one it is NANGO_REFUSED. */
int nango_delete(struct nango_client *client, const struct nango_connection *connection,
                 struct nango_result *result);
int nango_delete_begin(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result);

/* ------------------------------------------------------------------------ imports that look first
 * */

enum nango_if_exists {
    NANGO_OVERWRITE, /* as nango_import does */
    NANGO_SKIP,      /* NANGO_DONE, with NANGO_WARN_EXISTS in result.warnings: nothing was sent */
    NANGO_FAIL       /* NANGO_REFUSED, NANGO_E_EXISTS */
};

/* An import that first asks the list whether the connection is there. It asks once, before the
 * first attempt to import; what another client imports in between is overwritten. An import that
 * ended IN_DOUBT is sent again with NANGO_OVERWRITE: what is there now may be its own. */
struct nango_import_if {
    struct nango_connection connection;
    enum nango_if_exists if_exists;
    /* Of a connection.body: its own two, as they stand in it. Without an id nothing is asked. */
    struct nango_text provider_config_key;
    struct nango_text connection_id;

    uint32_t own[3]; /* the library's own */
};

int nango_import_if(struct nango_client *client, struct nango_import_if *import,
                    struct nango_result *result);
int nango_import_if_begin(struct nango_client *client, struct nango_import_if *import,
                          struct nango_result *result);

/* Another credential for a connection, with its metadata, connection_config, tags and
 * webhook_url_override as they are: an import alone would wipe them. Reads the connection, keeps
  * them in buf, and imports the new credential with all of them. Also where the old credential is
  * so dead that reading it fails: the server then says what the connection was. It is not atomic:
  * what another client changes in between is put back. Members named refresh_token in
  * connection_config are never shown by the server, and get lost. */
struct nango_rotate {
    struct nango_connection connection; /* provider_config_key, connection_id and credentials */
    char *buf;                          /* the caller's room for what is kept, as JSON */
    size_t cap;

    size_t len; /* how many bytes of buf that takes; with NANGO_E_ROOM (nothing was sent): would */

    void *own[2]; /* the library's own, as is what follows */
    struct nango_field kept[4];
};

/* result.status is that of the import, once it was begun. */
int nango_rotate(struct nango_client *client, struct nango_rotate *rotate,
                 struct nango_result *result);
int nango_rotate_begin(struct nango_client *client, struct nango_rotate *rotate,
                       struct nango_result *result);

/* ------------------------------------------------------------------- integrations and providers */

/* GET /integrations/{key}: "data.provider" by nango_want. 404 not_found where it does not exist. */
int nango_integration(struct nango_client *client, const struct nango_text *key,
                      struct nango_result *result);
int nango_integration_begin(struct nango_client *client, const struct nango_text *key,
                            struct nango_result *result);

/* GET /providers/{name}: "data.auth_mode" by nango_want, which names the credentials type that an
 * import needs, and "data.connection_config", what it needs there. */
int nango_provider(struct nango_client *client, const struct nango_text *name,
                   struct nango_result *result);
int nango_provider_begin(struct nango_client *client, const struct nango_text *name,
                         struct nango_result *result);

#ifdef __cplusplus
}
#endif

#endif
