/* SPDX-License-Identifier: MIT
 *
 * check: every rule of Nango's contract that can be checked without a server, for a struct and for
 * a raw body alike.
 */
#ifndef CHECK_H
#define CHECK_H

#include "request.h"

/* Checks rq->connection and fills the rest of *rq but a missing connection_id (where has_id is 0,
 * the caller makes it). *r is all zero at first. scratch is room for reading sources, of any size.
 * Returns 0, or the error with
 * - r->member, its path: "credentials.access_token"; "body" where that stands beside others;
 * - r->offset, in the body or source, however that was cut into pieces. Of RFC 8259's errors: the
 *   byte that is wrong. Else the end of the member's name, the { or [ that may not be its value,
 *   or, where a member is missing, what is behind the object. 0 in a struct's texts;
 * - r->cause, of NANGO_E_SOURCE.
 * Of the rest of *r, warnings are added; code and message are room to work in, and end as "". */
int check_connection(struct request *rq, struct nango_result *r, void *scratch, size_t scratch_cap);

#endif
