/* SPDX-License-Identifier: MIT
 *
 * request: the table of members, and the requests made of it.
 *
 * One table says of each member of POST /connections its name, what it is, its limits, and where it
 * stands in struct nango_connection. It drives the writer (request.c), the rules (check.c), and the
 * flags of the program.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "http_write.h"
#include "json_read.h"

enum member_kind {
    MEMBER_TEXT,    /* struct nango_text */
    MEMBER_REFRESH, /* text: a token that is of no use without a MEMBER_TIME */
    MEMBER_ACCOUNT, /* text that only JSON has: connection_config.accountId */
    MEMBER_ID,      /* the connection_id: text without control characters */
    MEMBER_EMAIL,   /* text that is an e-mail address */
    MEMBER_URL,     /* text that is "" or a URL that Nango lets a webhook have */
    MEMBER_TIME,    /* struct nango_time: a text or a number */
    MEMBER_TYPE,    /* credentials.type: enum nango_type */
    MEMBER_TAGS,    /* struct nango_tags: an object of text */
    MEMBER_JSON,    /* struct nango_source: an object with anything in it */
    MEMBER_CONFIG,  /* the same; what of it has rules follows in the table */
    MEMBER_STRINGS, /* an array of strings: only JSON has one */
    MEMBER_OBJECT   /* an object with the members that follow in the table, and no others */
};

enum member_limit {             /* the most UTF-16 units (MEMBER_ID: code points) of a text */
                    MEMBER_ANY, /* as many as there are */
                    MEMBER_255,
                    MEMBER_1024,
                    MEMBER_2048,
                    MEMBER_4096,
                    MEMBER_10000,
                    MEMBER_16384
};
extern const uint16_t request_limits[]; /* 0, 255, ... */

struct member {
    const char *name;
    uint32_t depth : 2; /* in how many objects it is; the members of an object follow it */
    uint32_t required : 1;
    uint32_t min : 1; /* fewest UTF-16 units */
    uint32_t kind : 4;
    uint32_t name_len : 5;
    uint32_t limit : 3;
    uint32_t at : 8; /* where in struct nango_connection, in pointers */
    uint32_t
        types : 8; /* which credentials can have it, see request_type_bit; 0: it was left out of
                         * this program */
};

/* Types of credentials as bits. APP and CUSTOM have the same members. */
enum {
    REQUEST_ALL_TYPES = 0xff,
    REQUEST_LEAVES_OUT = !(NANGO_METADATA && NANGO_TAGS && NANGO_END_USER && NANGO_WEBHOOK)
};
static inline unsigned request_type_bit(unsigned type)
{
    return 1u << (type - (type > NANGO_APP));
}

/* In the order of JSON. The first is the connection itself, whose name is ""; behind the last one
 * there is another of depth 0. */
enum { REQUEST_MEMBERS = 36 }; /* at most, the last one not counted */
extern const struct member request_members[];
extern const char *const request_types[NANGO_TYPES_LEN]; /* "OAUTH2", ... */

/* What a call sends. Filled by check.c (all that it found out on its way) and client.c. */
struct request {
    const struct nango_connection *connection;
    struct nango_text
        connection_id; /* the caller's, or the one made; ptr NULL: the body has its own */
    size_t body_len;   /* of what request_import_body writes, with a connection_id in any case;
                        * of another call it is the client's */
    size_t body_at;    /* of a raw body: its first byte behind the { */
    uint8_t part;      /* 1: the members of a connection that is there: none is missed, and the
                        * credentials' type is none of them */
    uint8_t has_id;    /* 1: a connection_id came with the connection or in the raw body */
    uint32_t id_sum;   /* out_sum over it, decoded */
    uint32_t sum;      /* over all source bytes, in the order in which they are sent */
};

/* Walks over what is in the connection (no raw body) as if it were read: JSON_KEY, JSON_OBJECT,
 * JSON_STRING, JSON_NUMBER and JSON_END come as from json_read.h; for a source there is one
 * JSON_SPAN with its length, and `bytes` is the struct nango_source. 0, or the negative answer that
 * ended it. */
int request_walk(const struct request *rq, struct json_sink sink);

/* The sink that writes what request_walk walks over. */
struct request_writer {
    struct window *w;
    char before; /* the next name: { at first */
};
int request_put(void *ctx, enum json_event event, const char *bytes, size_t len);

/* Where a member's value is in a connection. */
static inline const void *request_value(const struct nango_connection *c, const struct member *m)
{
    return (const char *)c + m->at * sizeof(void *);
}

static inline int request_has_source(const struct nango_source *s)
{
    return s->mem != NULL || s->read_at != NULL;
}

/* RFC 9562, section 5.4, UUID v4: the first 16 bytes of id are random, and become 36 characters and
 * a NUL. */
enum { REQUEST_UUID_RANDOM = 16, REQUEST_UUID_CAP = 37 };
/* What such an id takes as a member: `"connection_id":"...",` */
enum { REQUEST_ID_LEN = sizeof "\"connection_id\":\"\"," - 1 + REQUEST_UUID_CAP - 1 };
void request_uuid(char id[REQUEST_UUID_CAP]);

/* The target and the body of POST /connections, for struct http_request; ctx is a struct
 * request. */
void request_import_target(struct window *w, const void *ctx);
void request_import_body(struct window *w, const void *ctx);

#endif
