/* SPDX-License-Identifier: MIT
 *
 * roots: the command `nangoc roots HOST`: which roots a device needs for that server.
 */
#ifndef ROOTS_H
#define ROOTS_H

#include "options.h"

/* Returns the exit code. */
int roots_run(const struct options *o);

#endif
