/* SPDX-License-Identifier: MIT
 *
 * check_object: what is being checked, and the rules of objects: which members there may and must
 * be, how often, and tags. A struct and JSON both come here, member by member:
 *
 *     open -> (member | tag -> value fed -> end, or open ... close)* -> close
 */
#ifndef CHECK_OBJECT_H
#define CHECK_OBJECT_H

#include "check_value.h"
#include "json_read.h"

enum {
    CHECK_LEVELS = 3, /* of objects in one another: connection, credentials, config_override */
    CHECK_TAGS = 10,
    MEMBER_STRINGS = MEMBER_CREDENTIALS + 1 /* an array of strings: only JSON has one */
};

/* An object that is open. */
struct check_level {
    const struct member *of; /* the member that it is the value of */
    const struct member *list;
    uint8_t len;
    uint8_t next;   /* of a struct: the member that comes */
    uint8_t seen;   /* a bit for each member that was there */
    uint8_t closed; /* 1: there may be no others than those of the list */
};

/* The room of a result, which is free before there is an answer, saves the stack the larger things:
 * r->room holds the reader of JSON, whose `key` is free but while a name is read, and holds the
 * value's text; r->member holds what tells the keys of tags apart. */
struct check {
    struct request *rq;
    struct nango_result *r;
    struct json *json;
    char *scratch;
    size_t scratch_cap;
    const struct nango_source *source; /* that is read */
    size_t from;                       /* where in it the text of json begins */
    const char *base;                  /* of a struct: where the innermost level is */
    const struct member *at;           /* the member that is being checked; NULL: none */
    struct nango_text name;            /* its name, if it is in no table; ptr NULL: it is */
    struct check_level levels[CHECK_LEVELS];
    uint8_t depth; /* how many are open */
    uint8_t tags_len;
    uint8_t config; /* 1: connection_config was there */
    int8_t type;    /* of the credentials; -1: none that is known */
    int error;      /* the first, which ends the check */
    struct check_value value;
};

/* A connection as a whole, as the value of a member. */
extern const struct member check_document;
/* An element of a MEMBER_STRINGS; credentials.type. */
extern const struct member check_string, check_type;

/* c->at has an object as its value, which begins. */
void check_object_open(struct check *c);
/* The innermost object has ended: is all there? */
void check_object_close(struct check *c);
/* Value by value: m begins (NULL: nothing does); the i-th member of the innermost object begins;
 * the tag with the key c->name does; the value that was fed to c->value has ended. */
void check_object_begin(struct check *c, const struct member *m);
void check_object_member(struct check *c, unsigned i);
void check_object_tag(struct check *c);
void check_object_end(struct check *c, int is_number);
#endif
