/* SPDX-License-Identifier: MIT
 *
 * check_json: JSON from a source, by the rules of objects and values: a raw body, and the sources
 * of a struct.
 */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "check_object.h"

/* Checks c->source from byte `at` on as the value of c->at: from its first byte, or from the one
 * behind the { that begins it. An error's place goes to r->offset. */
void check_json(struct check *c, size_t at);
/* Of the body whose first member begins at rq->body_at: finds c->type; fills fields (if body_at is
 * 0, they are absent). 0, or what went wrong; what that is, check_json says better. */
int check_json_type(struct check *c);
int check_json_pick(struct check *c, struct nango_field *fields, size_t fields_len);

#endif
