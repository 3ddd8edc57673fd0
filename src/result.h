/* SPDX-License-Identifier: MIT
 *
 * result: what an answer says: the members that are wanted, and whether it is the success that the call expects.
 */
#ifndef RESULT_H
#define RESULT_H

#include "json_read.h"

/* Fills fields from the events of a JSON text: the sink of a struct json. Also used on request bodies. */
struct result_pick {
    struct nango_field *fields;
    struct nango_field *now; /* the one that is being filled */
    uint8_t fields_len;
    uint8_t level;           /* depth of the objects that are open and taken */
};

/* All fields absent, and its sink. */
struct json_sink result_pick_init(struct result_pick *p, struct nango_field *fields, size_t fields_len);

/* Reads an answer's body. `expect` names the member (a path) that a success of this call must have as a string, and `same` (ptr NULL:
 * anything) what it must be; both as long as the answer is being read. */
struct result {
    struct json json;
    struct result_pick wanted;   /* the caller's fields */
    struct result_pick own;      /* of a success: expect; else error.code, error.message */
    struct nango_field mine[2];
    struct nango_result *out;
    struct nango_text same;
    size_t matched;
    uint16_t status;
};

void result_init(struct result *a, uint16_t status, struct nango_result *out, const char *expect, struct nango_text same,
                 struct nango_field *fields, size_t fields_len);
/* Always uses everything: a body that is no JSON is a verdict, not a reason to stop reading. */
void result_feed(struct result *a, const char *bytes, size_t len);
/* The body has ended whole. 0: the success that was expected; else NANGO_E_STATUS, NANGO_E_LIMITED, NANGO_E_REDIRECT,
 * NANGO_E_ANSWER or, of a success, NANGO_E_JSON_...; fills code, message, offset of *out, ends all buffers with NUL. */
int result_finish(struct result *a);

#endif
