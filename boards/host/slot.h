/* SPDX-License-Identifier: MIT
 *
 * slot: --parallel N connections to the server, each with one request in flight at most, and one
 * poll(2) for all of them. No thread: whoever has something to read or write, or whose time has
 * come, is moved on.
 */
#ifndef SLOT_H
#define SLOT_H

#include "item.h"

/* Makes n clients. Returns 0 or an exit code. */
int slots_open(struct settings *s, const struct options *o, unsigned n);
void slots_close(void);

/* The list, by the first of them, while nothing else runs: the rows come by list->on_row. Returns
 * what nango_list does; *system_error: errno of the port. */
struct nango_list;
int slots_list(struct nango_list *list, struct nango_result *result, int *system_error);
/* A free one takes up the item's call. Returns 0 where all are busy. */
int slots_start(struct item *item);
unsigned slots_running(void);
/* Waits, at most `ms`, until something moves: a call, or what comes on `fd` (-1: nothing). Moves on
 * what can be. */
void slots_wait(int fd, uint32_t ms);
/* An item whose call has ended, each once; NULL: there is none. */
struct item *slots_ended(void);
/* All calls that run end now, NOT_SENT or IN_DOUBT. */
void slots_cancel(void);
uint64_t slots_now(void); /* milliseconds */

#endif
