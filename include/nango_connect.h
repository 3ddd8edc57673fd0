/* SPDX-License-Identifier: MIT
 *
 * nango_connect.h: connect sessions: a device without Nango's key (nango_submit), and a device
 * without a browser (nango_connect_...). The rules of nango_connections.h hold.
 *
 * A connect session is a permission, good for 30 minutes, to add one credential. Who has the key (a
 * backend, a gateway) makes it, with tags that the new connection will carry; its token goes to a
 * device, which submits its own credential with it, or its link to a person, who authorises in a
 * browser.
 */
#ifndef NANGO_CONNECT_H
#define NANGO_CONNECT_H

#include "nango.h"
#include "nango_connections.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -------------------------------------------------------------------------------- the session */

/* POST /connect/sessions; with a connection_id, /connect/sessions/reconnect: for a new credential
 * of that connection. */
struct nango_session {
    /* tags (of the connection to come) or end_user: one of them must be; webhook_url_override. To
     * reconnect: provider_config_key and connection_id. Nothing else. */
    struct nango_connection connection;
    const struct nango_text *allowed_integrations; /* keys; none: all. Not to reconnect */
    size_t allowed_integrations_len;
    struct nango_source integrations_config_defaults; /* optional: a JSON object */
};

/* By nango_want: "data.token" (86 bytes), "data.connect_link", "data.expires_at" (ISO 8601). Goes
 * out on a fresh connection and is not repeated once it has left: IN_DOUBT. A session that nobody
 * heard of ends by itself. */
int nango_session(struct nango_client *client, const struct nango_session *session,
                  struct nango_result *result);
int nango_session_begin(struct nango_client *client, const struct nango_session *session,
                        struct nango_result *result);

/* --------------------------------------------------------------------- a device without the key */

/* Submits a credential with a session's token: nango_settings.secret_key is not sent, and may be
 * absent.
 *
 *     credentials.type   POST                              body
 *     NANGO_API_KEY      /api-auth/api-key/{key}           apiKey
 *     NANGO_BASIC        /api-auth/basic/{key}             username, password
 *     NANGO_TBA          /auth/tba/{key}                   token_id, token_secret, config_override
 *     NANGO_NONE         /auth/unauthenticated/{key}       none
 *     any, with `path`   {path}/{key}                      `connection.body`, or none
 *
 * `path` is for what has no type: "/auth/oauth-outbound" (no body), "/auth/jwt", "/auth/two-step",
 * "/auth/bill", "/auth/signature", "/auth/aws-sigv4", and those that are still to come. */
struct nango_submit {
    /* provider_config_key and credentials, or provider_config_key and body. The server makes the
     * connection_id, and the tags are the session's. */
    struct nango_connection connection;
    const char *path;
    struct nango_text session_token; /* nango_connect_session_... */
    /* 1: the token is of a session to reconnect, so to send it twice makes no second connection:
     * it is repeated like an import. 0: it is not repeated once it has left, but IN_DOUBT. */
    uint8_t is_reconnect;
    struct nango_tags params; /* optional: members of connection_config, as TBA's accountId */
};

/* By nango_want: "connectionId". 401 unknown_connect_session_token: it is over. */
int nango_submit(struct nango_client *client, const struct nango_submit *submit,
                 struct nango_result *result);
int nango_submit_begin(struct nango_client *client, const struct nango_submit *submit,
                       struct nango_result *result);

/* ------------------------------------------------------------------- a device without a browser */

/* The way by which a person authorises a device with a telephone:
 *
 *     nango_connect_start    makes a session: `link`, to be shown, as a QR code for instance
 *     nango_connect_look     looks once whether the connection is there: `connection_id`
 *     nango_connect_wait     looks again and again, politely, until it is or the session is over
 *
 * Or with a link that another made: connect.session's tags are those of its session, and
 * nango_connect_start is left out. The first of the tags must be this device's alone, now: the
  * newest connection that carries all of them is taken for the one that was waited for. */
struct nango_connect {
    struct nango_session session; /* with tags; allowed_integrations: best one */

    /* The caller's room, each ends in a NUL. A link that is cut is NANGO_E_ROOM. */
    char *link;
    size_t link_cap; /* 256 is enough for api.nango.dev */
    char *connection_id;
    size_t connection_id_cap;       /* 256 */
    char *provider_config_key;      /* of the connection that was made; NULL: not wanted */
    size_t provider_config_key_cap; /* 256 */

    uint8_t found;        /* 1: connection_id is there; of a look, once it ended with 0 */
    uint32_t next_ms;     /* when to look again: 2 s at first, later 15 s */
    uint32_t lifetime_ms; /* of nango_connect_wait, from its beginning; 0: 30 minutes */

    uint64_t until; /* the library's own, as is what follows */
    struct nango_list list;
    struct nango_field fields[2];
};

int nango_connect_start(struct nango_client *client, struct nango_connect *connect,
                        struct nango_result *result);
int nango_connect_start_begin(struct nango_client *client, struct nango_connect *connect,
                              struct nango_result *result);

/* 0: it looked: `found` says what it saw. */
int nango_connect_look(struct nango_client *client, struct nango_connect *connect,
                       struct nango_result *result);
int nango_connect_look_begin(struct nango_client *client, struct nango_connect *connect,
                             struct nango_result *result);

/* Blocks until `found`, 0; or an error that will not pass; or NANGO_E_DEADLINE where the session is
 * over. A look that failed for a passing reason is repeated. */
int nango_connect_wait(struct nango_client *client, struct nango_connect *connect,
                       struct nango_result *result);

#ifdef __cplusplus
}
#endif

#endif
