/* SPDX-License-Identifier: MIT
 *
 * shard: --shard I/N: which lines of an input are this run's. All N runs of an input agree without
 * talking to each other, since a line's share hangs on its (integration, connection_id) alone; of a
 * line without an id on its number.
 */
#ifndef SHARD_H
#define SHARD_H

#include "nangoc.h"

struct shard {
    uint16_t i, n; /* 1/1: everything */
};
extern struct shard shard;

/* text: NULL or "I/N". */
int shard_set(const char *text);
/* A hash of (integration, id), id.ptr NULL: of the line's number. The same on every machine. */
uint64_t shard_hash(struct nango_text integration, struct nango_text id, unsigned line);
int shard_has(uint64_t hash);

#endif
