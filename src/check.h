/* SPDX-License-Identifier: MIT
 *
 * check: every rule of Nango's contract that can be checked without a server, for a struct and for
 * a raw body alike.
 */
#ifndef CHECK_H
#define CHECK_H

#include "request.h"

/* Checks rq->connection and fills the rest of *rq but a missing connection_id. scratch is room for
 * reading sources. Returns 0, or the error with r->member, r->offset and, from a source, r->cause;
 * warnings are added to r->warnings. */
int check_connection(struct request *rq, struct nango_result *r, void *scratch, size_t scratch_cap);

#endif
