/* SPDX-License-Identifier: MIT
 *
 * calls_common: what the calls share: how they begin, what they refuse, and how a target is
  * written.
 */
#ifndef CALLS_COMMON_H
#define CALLS_COMMON_H

#include "client.h"

/* The import of a connection: client.rq as check_connection left it, with a connection_id. */
extern const struct client_call calls_import;
/* Checks, makes the connection_id, and begins with this call, which may go on with calls_import. */
int calls_begin_import(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result, const struct client_call *first);

/* What the call was given stands where an import has its connection; many a struct begins with
 * one. */
static inline const void *calls_args(const void *rq)
{
    return ((const struct request *)rq)->connection;
}

/* The client whose answer.wanted this is: of a sink of its own, see struct result. */
static inline struct client *calls_client(void *wanted)
{
    return (struct client *)(void *)((char *)wanted - offsetof(struct client, answer.wanted));
}

/* client_open, and its args. */
int calls_open(struct nango_client *client, struct nango_result *result, const void *args);
/* The same, and the ids of a connection are checked. */
int calls_open_connection(struct nango_client *client, struct nango_result *result,
                          const struct nango_connection *connection);
/* Ends it: REFUSED, by what stands in this member. */
int calls_refuse(struct client *c, int error, const char *member);
/* Can a route of the server take it? 0, or the call was refused. */
int calls_check_id(struct client *c, struct nango_text id);
int calls_check_key(struct client *c, struct nango_text key, const char *member);
/* Everything that is in rq.connection, by the rules of an import; absent members are not missed
 * where `part` is 1. 0, or the call has ended. */
int calls_check(struct client *c, uint8_t part);
/* The same where nothing but ids, tags, end_user and webhook_url_override may be given. */
int calls_check_changes(struct client *c);
/* Tags, end_user and webhook_url_override as members of an object, and its end; `before` is { or ,
 * */
void calls_put_changes(struct window *w, const void *rq, char before);
/* A source by itself is JSON, and an object. Adds to rq.sum. 0, or the call has ended. */
int calls_check_source(struct client *c, const struct nango_source *source, const char *member);

/* The answer must name this, or it is another's. */
void calls_expect(struct client *c, struct nango_text text);

/* Percent-encoded (RFC 3986, section 2.1): all but unreserved characters. */
void calls_put_encoded(struct window *w, struct nango_text text);
/* name=text, with a ? or & before it; nothing where text is absent. *first is '?' at first. */
void calls_put_query(struct window *w, char *first, const char *name, struct nango_text text);
/* /connections/{connection_id}?provider_config_key= of a struct nango_connection. */
void calls_connection_target(struct window *w, const void *rq);

#endif
