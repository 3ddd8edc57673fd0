/* SPDX-License-Identifier: MIT
 *
 * tls_turn: one thread at a time inside of TLS. Mbed TLS's hooks, the arena, the DRBG and what
 * struct nango_tls says of a failure are shared by all clients, so threads take turns, each for a
 * step, in which nobody waits for a network. (NANGO_THREADS)
 */
#ifndef TLS_TURN_H
#define TLS_TURN_H

#include "nango.h"

#if NANGO_TLS && NANGO_THREADS

/* Called by nango_tls_init, before there are threads. 0, or the code of a mutex that does not work:
 * with MBEDTLS_THREADING_ALT, mbedtls_threading_set_alt() comes first. */
int tls_turn_init(void);
/* Waits for it: 0. Where Mbed TLS has no mutex and another thread has the turn: NANGO_E_BUSY. */
int tls_turn_take(void);
void tls_turn_end(void);

#else

#define tls_turn_init() 0
#define tls_turn_take() 0
#define tls_turn_end() ((void)0)

#endif

#endif
