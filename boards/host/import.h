/* SPDX-License-Identifier: MIT
 *
 * import: the command: one connection from flags, or one for each line of the input.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "options.h"

/* Returns the exit code: the highest that occurred. */
int import_run(const struct options *o);

#endif
