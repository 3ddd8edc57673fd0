/* SPDX-License-Identifier: MIT
 *
 * rate: when the next request may begin. Nango counts the requests of an account, production's
 * among them, in fixed windows of a minute, and says in each answer how many are left and when the
 * window ends. `--reserve P%` of a window are left to production, `--rate N/m` is a limit of our
 * own. What is waited for here is outside of the calls' deadlines.
 *
 * As long as nothing is known of a window (at the beginning, and when one has ended) one request
 * goes alone: its answer tells. So a wrong key, too, is tried once and not by all connections.
 */
#ifndef RATE_H
#define RATE_H

#include "options.h"

int rate_set(const struct options *o);
/* How many milliseconds from now on nothing may begin, with so many that run. UINT32_MAX: until one
 * of these has ended. */
uint32_t rate_wait_ms(uint64_t now, unsigned running);
void rate_started(uint64_t now);
/* A call has ended. Returns 1 where the server had no place for it in this window (it is to be made
 * again). */
int rate_learn(uint64_t now, const struct nango_result *r);

/* What a run can send, as far as it is known; else by Nango's smallest limit, 200. */
unsigned rate_per_minute(void);

/* For people: of the window that runs; limit 0: it is not known. */
struct rate_state {
    uint32_t limit, remaining, reserve;
    uint64_t reset_at;
};
struct rate_state rate_state(void);

#endif
