/* SPDX-License-Identifier: MIT
 *
 * flags: one connection from flags. Each member of src/request.h's table is a flag: access_token is
 * --access-token, apiKey is --api-key, end_user.id is --end-user-id; but provider_config_key is
 * --integration, connection_id --id, an entry of tags --tag KEY=VALUE. --basic USER:SECRET (or
 * @FILE with both) is --username and --password. The credentials type is the one that has all flags
 * that are given; --type says it where several have.
 */
#ifndef FLAGS_H
#define FLAGS_H

#include "options.h"
#include "source.h"

enum {
    FLAGS_TAGS_MAX = 11
}; /* one more than Nango takes, which the library refuses with its name */

struct flags {
    struct nango_connection connection;
    struct nango_tag tags[2][FLAGS_TAGS_MAX]; /* tags, end_user.tags */
    struct source_file files[2];              /* metadata, connection_config */
};

/* Is this the name of such a flag? */
int flags_know(const char *name, size_t len);
/* Fills *f, which is zero. names: the flags that the command takes, each between spaces (NULL:
 * all); with_credential: one credential with its type is asked for, and its flags are taken too. */
int flags_read(struct flags *f, const struct options *o, const char *names, int with_credential);

#endif
