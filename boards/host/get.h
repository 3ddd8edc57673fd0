/* SPDX-License-Identifier: MIT
 *
 * get: nangoc get: a connection without its secrets, or one value of it, which must be asked for by
 * its name.
 */
#ifndef GET_H
#define GET_H

#include "options.h"

int get_run(const struct options *o);

#endif
