/* SPDX-License-Identifier: MIT
 *
 * index: a set of 64-bit hashes with a number each, of any size, in a file that has no name and is
 * gone with the process: so memory stays what it is.
 */
#ifndef INDEX_H
#define INDEX_H

#include "nangoc.h"

/* Beside this file (NULL: in TMPDIR or /tmp). Returns 0 or an exit code. */
int index_open(const char *beside);
void index_close(void);
/* *value: what the hash has; where it is not there, it is put there with that. 1: it was there. 0:
 * it was not. < 0: the file failed, and it was said. */
int index_put(uint64_t hash, uint32_t *value);
int index_has(uint64_t hash);

#endif
