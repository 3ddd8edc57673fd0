/* SPDX-License-Identifier: MIT
 *
 * exists: --if-exists: what becomes of a line whose connection is there already. An import replaces
 * a connection as a whole, and wipes what the line does not have; so from a file that is a refusal,
 * unless it is said that it is wanted. Nango's list is read once, by pages, before the first line:
 * not by one request a line, since the account's requests are counted.
 */
#ifndef EXISTS_H
#define EXISTS_H

#include "item.h"

/* Reads the option. */
int exists_set(const struct options *o);
/* Before the lines of an input: reads the list, where it matters. Returns 0 or an exit code. */
int exists_read(const struct options *o, const struct settings *s, const struct input *in);
/* A line that is READY: refuses or skips it where its connection is there, and an earlier run has
 * not perhaps sent it itself. Then it has ENDED. */
void exists_judge(struct item *item);
/* A connection was made: from now on it is there. */
void exists_add(const struct item *item);

#endif
