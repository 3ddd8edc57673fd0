/* SPDX-License-Identifier: MIT
 *
 * request: the table of members, and the requests made of it.
 *
 * One table says of each member of POST /connections its name, what it is, its limits, and where it
 * stands in struct nango_connection. It drives the writer (request.c), the rules (check.c), and the
 * flags and columns of the program.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "http_write.h"

enum member_kind {
    MEMBER_TEXT,   /* struct nango_text */
    MEMBER_ID,     /* the connection_id: text without control characters, counted in code points */
    MEMBER_EMAIL,  /* text that is an e-mail address */
    MEMBER_URL,    /* text that is "" or a URL that Nango lets a webhook have */
    MEMBER_TIME,   /* struct nango_time: a text or a number */
    MEMBER_TYPE,   /* credentials.type: not in a struct's table of values, but in JSON */
    MEMBER_TAGS,   /* struct nango_tags: an object of text */
    MEMBER_JSON,   /* struct nango_source: an object with anything in it */
    MEMBER_CONFIG, /* the same, with the rules of connection_config */
    MEMBER_OBJECT, /* a struct with a table of its own: `max` is its number */
    MEMBER_CREDENTIALS, /* the same; which table is the type's affair */
};

struct member {
    const char *name;
    uint8_t kind;
    uint8_t min : 1; /* fewest UTF-16 units */
    uint8_t required : 1;
    uint16_t max;     /* most UTF-16 units (MEMBER_ID: code points); 0: no limit; MEMBER_OBJECT: the
                       * number of its table */
    uint16_t offset;  /* in the struct that the table is of */
    uint8_t name_len; /* only in the tables below */
};

struct member_table {
    const struct member *list;
    uint8_t len;
};

enum { /* the tables; that of credentials type T is REQUEST_CREDENTIALS + T */
       REQUEST_CONNECTION,
       REQUEST_END_USER,
       REQUEST_CONFIG_OVERRIDE,
       REQUEST_CREDENTIALS,
       REQUEST_TABLES = REQUEST_CREDENTIALS + NANGO_TYPES_LEN
};
extern const struct member_table request_tables[REQUEST_TABLES];
extern const char *const request_types[NANGO_TYPES_LEN]; /* "OAUTH2", ... */

/* What a call sends. Filled by check.c (all that it found out on its way) and client.c. */
struct request {
    const struct nango_connection *connection;
    struct nango_text
        connection_id;    /* the caller's, or the one made; ptr NULL: the body has its own */
    size_t body_at;       /* of a raw body: its first byte behind the { */
    uint8_t body_members; /* of a raw body: 1 where it is not {} */
    uint8_t body_has_id;  /* of a raw body: 1 where it brings its own connection_id */
    uint32_t id_sum;      /* out_sum over the connection_id (of a raw body: its own, decoded), which
                           * the answer must have too; 0: there is none */
    uint32_t sum;         /* over all source bytes, in the order in which they are sent */
};

/* Is this member of the struct at `base` there? */
int request_has(const struct member *m, const void *base);
/* The number of the table of a MEMBER_OBJECT or MEMBER_CREDENTIALS whose struct is at `at`. */
unsigned request_table_of(const struct member *m, const void *at);

/* RFC 9562, section 5.4, UUID v4: the first 16 bytes of id are random, and become 36 characters and
 * a NUL. */
enum { REQUEST_UUID_RANDOM = 16, REQUEST_UUID_CAP = 37 };
void request_uuid(char id[REQUEST_UUID_CAP]);

/* The target and the body of POST /connections, for struct http_request; ctx is a struct
 * request. */
void request_import_target(struct window *w, const void *ctx);
void request_import_body(struct window *w, const void *ctx);

#endif
