/* SPDX-License-Identifier: MIT
 *
 * import: the command: one connection from flags, or one for each line of the input, one after the
 * other over one kept connection.
 *
 * A run stops where no other connection would fare better (401, 403, resource_capped, a
 * certificate), and after three calls in a row that the network failed. A used-up rate limit is
 * waited for between two calls of a file's lines; the single import from flags keeps to its
 * --timeout.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "options.h"

/* Returns the exit code: the highest that occurred. */
int import_run(const struct options *o);

#endif
