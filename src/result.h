/* SPDX-License-Identifier: MIT
 *
 * result: what an answer says: the members that are wanted, and whether it is the success that the
 * call expects.
 *
 * Nothing of an answer is kept but what a field asks for, error.code and error.message: the
 * credentials that Nango sends back pass by.
 */
#ifndef RESULT_H
#define RESULT_H

#include "json_read.h"

/* Fills fields from the events of a JSON text: the sink of a struct json. Also used on request
 * bodies, where another sink passes the events on: it may be given more than it asked for, but its
 * answers must be honoured (join two sinks' answers by |, a negative one counts alone). */
struct result_pick {
    struct nango_field *fields;
    uint8_t fields_len;
    uint8_t first;  /* what a name at the top may begin with: a bit for each byte & 7 */
    uint16_t level; /* how many objects and arrays that were announced are open */
};

/* All fields absent, and its sink. NANGO_E_ANSWER is its answer to a member that comes twice. */
struct json_sink result_pick_init(struct result_pick *p, struct nango_field *fields,
                                  size_t fields_len);

/* That sink. */
int result_pick_event(void *ctx, enum json_event event, const char *bytes, size_t len);

/* Reads an answer's body. `expect` names the member (a path) that a success of this call must have,
 * and `event` as what: JSON_STRING, JSON_TRUE, JSON_ARRAY, ... It must last as long as the answer
 * is being read. */
struct result {
    int8_t verdict;            /* the status's: 0 for a success, else NANGO_E_STATUS, ... */
    uint8_t found;             /* as what the expected member came, an enum json_event */
    uint8_t expect;            /* as what it must */
    struct nango_field own[2]; /* the expected member; or error.code and error.message */
    uint32_t sum;              /* out_sum over what came of the expected member */
    /* Where the members of a success go: result_pick_event, or what the call has instead, which
     * passes all events on to it. ctx is &wanted. */
    int (*values)(void *ctx, enum json_event event, const char *bytes, size_t len);
    struct nango_result *out;
    struct result_pick ours;   /* own */
    struct result_pick wanted; /* the caller's fields */
    struct json json;
};

/* Clears code and message of *out, but for a 3xx, of which message has the Location. */
void result_init(struct result *a, uint16_t status, struct nango_result *out, const char *expect,
                 enum json_event event, struct nango_field *fields, size_t fields_len);
/* Always uses everything: a body that is no JSON is a verdict, not a reason to stop reading. */
void result_feed(struct result *a, const char *bytes, size_t len);
/* The body has ended whole. 0: the success that was expected; else NANGO_E_STATUS, NANGO_E_LIMITED,
 * NANGO_E_REDIRECT, NANGO_E_ANSWER or, of a success, NANGO_E_JSON_...; fills code, message, offset
 * of *out. Of a body that is not JSON, or has a wanted member twice, no field is filled. */
int result_finish(struct result *a);

#endif
