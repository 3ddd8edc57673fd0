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

enum {
    CHECK_TAGS = 10,
    /* 1: there is JSON to be read. 0: only structs are walked over, so no member can come twice, be
     * of another kind, have a name that is in no table, ... */
    CHECK_READS = NANGO_METADATA || NANGO_BODY
};

/* The room of a result, which is free before there is an answer, saves the stack the larger things.
 * r->room holds the reader of JSON, whose `key` is free but while a name is read, and holds the
 * value's text or a tag's key; r->member holds what tells the keys of tags apart; r->code has a
 * byte for each member of the table: 1 if it was there; 2: an accountId that is none, which matters
 * if the type comes and is TBA. */
struct check {
    struct request *rq;
    struct nango_result *r;
    char *scratch;
    size_t scratch_cap;
    const struct nango_source *source; /* that is read */
    size_t from;                       /* where in it the text of json begins */
    const struct member *open;         /* the innermost object */
    struct check_value value;          /* of the member that is being checked */
    struct nango_text name;            /* its name, if it is in no table; len 0: it is */
    int error;                         /* the first, which ends the check */
    uint8_t types;                     /* that the credentials may be of, a bit for each */
    uint8_t tags_len;
};

/* The value begins that has the rules of `of`; that was fed to c->value has ended. */
void check_object_begin(struct check *c, const struct member *of);
void check_object_end(struct check *c, int is_number);
/* The innermost object's member m begins; the tag with the key c->name does. */
void check_object_member(struct check *c, const struct member *m);
void check_object_tag(struct check *c);
/* Is c->name one that Nango refuses in this object, or drops without a word? */
int check_object_is_forbidden(const struct check *c);
/* The value that began is an object. It has ended: is all there? */
void check_object_open(struct check *c);
void check_object_close(struct check *c);

#endif
