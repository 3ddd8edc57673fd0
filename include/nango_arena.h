/* SPDX-License-Identifier: MIT
 *
 * nango_arena.h: the arena that a configuration of Mbed TLS needs for one connection, in bytes,
 * computed from its options: for a board, which has Mbed TLS's headers. Measured in QEMU with each
 * image (`make size`) and on the host (tests/tls), chains of three, RSA up to 4096 bits. Each
 * further connection at the same time takes as much again.
 */
#ifndef NANGO_ARENA_H
#define NANGO_ARENA_H

#include "nango_config.h"

#include <mbedtls/build_info.h>
#include <mbedtls/ssl.h>

/* The context, the keys, the chain, and the arithmetic of a handshake on P-256 or P-384. */
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
#define NANGO_ARENA_HANDSHAKE 11264
#else
#define NANGO_ARENA_HANDSHAKE 7168
#endif

/* RSA: numbers of MBEDTLS_MPI_MAX_SIZE bytes, and certificates that are longer. */
#if defined(MBEDTLS_RSA_C)
#define NANGO_ARENA_RSA (17 * MBEDTLS_MPI_MAX_SIZE + 1536)
#else
#define NANGO_ARENA_RSA 0
#endif

/* The session that is kept, beside the one that is made (nango_session.h). */
#if NANGO_SESSION && defined(MBEDTLS_SSL_SESSION_TICKETS)
#define NANGO_ARENA_SESSION \
    (512 + (NANGO_SESSION_TICKET_MAX < 512 ? NANGO_SESSION_TICKET_MAX : 512))
#else
#define NANGO_ARENA_SESSION 0
#endif

/* What is interrupted, and a root in memory. */
#if defined(MBEDTLS_ECP_RESTARTABLE)
#define NANGO_ARENA_STEPS 512
#else
#define NANGO_ARENA_STEPS 0
#endif

/* Both records, and the rest: of pointers and numbers, and so twice on a 64-bit machine. */
#define NANGO_ARENA_NEED                                        \
    (MBEDTLS_SSL_IN_CONTENT_LEN + MBEDTLS_SSL_OUT_CONTENT_LEN + \
     sizeof(void *) / 4 *                                       \
         (NANGO_ARENA_HANDSHAKE + NANGO_ARENA_RSA + NANGO_ARENA_SESSION + NANGO_ARENA_STEPS))

#endif
