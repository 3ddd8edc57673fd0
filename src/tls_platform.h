/* SPDX-License-Identifier: MIT
 *
 * tls_platform: what Mbed TLS wants of a platform: memory, time and random bytes.
 *
 * Its hooks for these have no context, so one struct nango_tls at a time stands behind them.
 */
#ifndef TLS_PLATFORM_H
#define TLS_PLATFORM_H

#include "nango.h"

#include <mbedtls/hmac_drbg.h>
#include <mbedtls/ssl.h>

/* Records of full size need no consent of the server's. */
#define TLS_SMALL_RECORDS (MBEDTLS_SSL_IN_CONTENT_LEN < 16384)

/* Are sessions kept? tls_resume.h */
#if NANGO_SESSION && defined(MBEDTLS_SSL_SESSION_TICKETS)
#define TLS_RESUME 1
#else
#define TLS_RESUME 0
#endif

struct tls_kept {
    mbedtls_ssl_session *session; /* NULL: none */
    uint64_t since, until;        /* seconds since 1970 */
    uint8_t binding[32];
};

/* What all connections of a struct nango_tls share: nango_tls.state. */
struct tls_shared {
    mbedtls_ssl_config conf;
    mbedtls_x509_crt cert; /* the client's own, for mTLS */
    mbedtls_pk_context key;
    mbedtls_hmac_drbg_context drbg;
#if TLS_RESUME
    struct tls_kept kept;
#endif
    unsigned sessions; /* that there are */
    uint8_t faulty;    /* something failed in one of them: see tls_shared_leave */
};

/* Puts tls behind the hooks, its arena into use. 0, or NANGO_E_SETTINGS: another one is there,
 * or the arena makes no sense. After it mbedtls_calloc works. */
int tls_platform_init(struct nango_tls *tls);
/* Gives the hooks back and wipes the arena. */
void tls_platform_free(struct nango_tls *tls);

/* The arena as an allocator, as Mbed TLS has been given it. */
void *tls_platform_take(size_t n, size_t size);
void tls_platform_give_back(void *memory);

/* Is this code of Mbed TLS's, or a part of it, "no memory"? (The arena says by itself when it is
 * exhausted, an allocator of the program's own does not.) */
int tls_platform_no_memory(int code);

/* Seconds since 1970 to check dates against: of the clock or a verified answer (*known = 1), or the
 * floor date; 0: none of these. */
uint64_t tls_platform_seconds(const mbedtls_x509_time *time);
uint64_t tls_platform_time(const struct nango_tls *tls, int *known);

/* f_entropy and f_rng of Mbed TLS; ctx is the struct nango_tls. The second is the DRBG's, which
 * the first feeds. */
int tls_platform_entropy(void *ctx, unsigned char *buf, size_t len);
int tls_platform_random(void *ctx, unsigned char *buf, size_t len);

#endif
