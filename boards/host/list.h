/* SPDX-License-Identifier: MIT
 *
 * list: nangoc list: the connections that pass all filters, a line each, as they come.
 */
#ifndef LIST_H
#define LIST_H

#include "options.h"

int list_run(const struct options *o);

#endif
