/* SPDX-License-Identifier: MIT
 *
 * check_json: JSON from a source, by the rules of objects and values: a raw body, and the sources
 * of a struct.
 */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "check_object.h"

/* Checks c->source from byte c->from on as the value of c->value.of. An error's place goes to
 * r->offset. */
void check_json(struct check *c);
/* The sink of json_read.h that does it; a text of a struct comes in one piece. */
int check_json_on(void *ctx, enum json_event event, const char *bytes, size_t len);
/* Fills fields from the same text; if it is no object they are absent. 0, or what went wrong; what
 * that is, check_json says better. */
int check_json_pick(struct check *c, struct nango_field *fields, size_t fields_len);

#endif
