/* SPDX-License-Identifier: MIT
 *
 * bulk: the lines of an input, from where they stand to their outcomes.
 *
 * The lines between the oldest one whose outcome is not told yet and the newest one that was read
 * stand in a ring, a few for each connection. Whatever ends first, outcomes are told in the order
 * of the lines. Never are two of the same (integration, connection_id) in flight at once, and they
 * go in their order.
 *
 * A run stops where no other connection would fare better (401, 403, resource_capped, a
 * certificate), after three calls in a row that the network failed, at --limit and --max-refused,
 * and where a local file fails. What is in flight then ends, and is told.
 */
#ifndef BULK_H
#define BULK_H

#include "item.h"

/* The whole input; the slots are open. Returns the highest exit code; *stops is 1 where the next
 * input is of no use either. */
int bulk_run(const struct options *o, const struct settings *s, const char *path, int *stops);
/* Tells of one connection whose call has ended. Returns its exit code. */
int bulk_tell(const struct options *o, const struct settings *s, const struct item *item);

#endif
