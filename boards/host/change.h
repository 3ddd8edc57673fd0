/* SPDX-License-Identifier: MIT
 *
 * change: nangoc update, metadata, rotate, delete: what is done to a connection that is there. Each
 * tells its outcome as import does.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "options.h"

int change_update(const struct options *o);
int change_metadata(const struct options *o);
int change_rotate(const struct options *o);
int change_delete(const struct options *o);

#endif
