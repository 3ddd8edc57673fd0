/* SPDX-License-Identifier: MIT
 *
 * check_value: the rules of one value, whatever it comes from. It is fed in pieces as they come (a
 * struct's text is one piece, a string of JSON as many as the reader hands on), judged at its end.
 */
#ifndef CHECK_VALUE_H
#define CHECK_VALUE_H

#include "json_read.h"
#include "request.h"

/* What is kept of a time, a type, and a URL. */
enum { CHECK_TEXT_CAP = 64 };

struct check_value {
    const struct member *of; /* whose rules it has */
    struct json *json;       /* json->key has room for CHECK_TEXT_CAP bytes of its text */
    size_t units;
    size_t escapes;  /* bytes that JSON needs more than the text has */
    uint8_t len;     /* of its text; CHECK_TEXT_CAP: there was more */
    uint8_t is_text; /* 1: it is a struct's: in one piece, and json is free to check its UTF-8 */
    uint8_t odd;     /* MEMBER_ID: 1: Nango's other calls will not take it */
    uint8_t state;   /* of the automaton of its kind; at the end of a MEMBER_TYPE: which it is */
    int8_t error;    /* the first that a piece had */
};

void check_value_begin(struct check_value *v, const struct member *of);
void check_value_feed(struct check_value *v, const char *bytes, size_t len);
/* The value has ended. It was a number (for a MEMBER_TIME only), else a string. 0 or the error. */
int check_value_end(struct check_value *v, int is_number);

/* A tag's key: 0 or the error. *hash: of the key in lower case. */
int check_value_tag_key(const char *key, size_t len, uint64_t *hash);
/* Is the name this one? */
int check_value_is(const char *name, size_t len, const char *known);

#endif
