/* SPDX-License-Identifier: MIT
 *
 * check_json: JSON from a source, by the rules of objects and values: a raw body, and the sources of
 * a struct.
 */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "check_object.h"

/* Checks c->source from byte `at` on as the value of c->at: from its first byte, or from the one
 * behind the { that begins it. An error's place goes to r->offset. */
void check_json(struct check *c, size_t at);
/* The same bytes to any sink, adding to rq->sum. 0, or the sink's error, the reader's or
 * NANGO_E_SOURCE. */
int check_json_read(struct check *c, struct json_sink sink, size_t at);

#endif
