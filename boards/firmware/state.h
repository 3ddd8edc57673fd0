/* SPDX-License-Identifier: MIT
 *
 * state.h: what the device keeps over a reset or a power cut, in two pages of flash.
 *
 * A page is a row of slots. The newest whole slot counts; a slot that a power cut has torn fails
 * its checksum and is passed over. When a page is full the other one is erased and goes on, so
 * that there always is a whole slot. Nothing is written when nothing has changed, and `failures`
 * stops counting where the back-off stops growing: a server that is down for a week costs
 * STATE_FAILURES_MAX writes, and each page is erased once in 2 * 256 of them.
 */
#ifndef STATE_H
#define STATE_H

#include <stdint.h>

enum { STATE_FAILURES_MAX = 16 };

struct state {
    uint32_t failures;   /* nango_failures(), of which no more than STATE_FAILURES_MAX are kept */
    uint32_t registered; /* the checksum of the settings that were registered; 0: none */
};

void state_load(struct state *state);
void state_save(const struct state *state);

#endif
