/* SPDX-License-Identifier: MIT
 *
 * entropy.h: random bytes of the example firmware. FOR DEMONSTRATION ONLY.
 *
 * The boards that QEMU emulates have no source of randomness, so the settings page brings 32
 * bytes that the host drew for this one run, and SHA-256 over them, a counter and the clock
 * makes the rest. After a reset only the clock tells one run from the other, and a clock can be
 * guessed: who knows the page reads everything. A real board must give the output of a hardware
 * generator that is tested at start (NIST SP 800-90B: repetition count and adaptive proportion),
 * or a seed in flash that is replaced before it is used, and must fail when that does not work:
 * nango-c then ends the call (NANGO_E_TLS_ENTROPY). / */
#ifndef ENTROPY_H
#define ENTROPY_H

#include <stddef.h>
#include <stdint.h>

/* Without it entropy_fill fails. The seed must stay. */
void entropy_init(const uint8_t seed[32]);

/* nango_tls_settings.entropy: 0, or -1. */
int entropy_fill(void *ctx, void *buf, size_t len);

#endif
