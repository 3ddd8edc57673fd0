/* SPDX-License-Identifier: MIT
 *
 * tls_trust: whom to believe: roots, pins, and what Mbed TLS alone would let pass.
 */
#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include "nango.h"

#include <mbedtls/x509_crt.h>

/* Finds the roots that may have issued a certificate: Mbed TLS's CA callback; ctx is the struct
 * nango_tls. All roots and certificates of the bundle whose subject is the child's issuer; both
 * are gone through anew each time, so that they cost the memory of those alone. A certificate
 * that cannot be read is no root. */
int tls_trust_find(void *ctx, const mbedtls_x509_crt *child, mbedtls_x509_crt **roots);

/* Judges each certificate of a chain that was built, the leaf last: Mbed TLS's verify callback,
 * with this as its ctx. */
struct tls_judge {
    const struct nango_tls *tls;
    uint8_t address[16]; /* the host, where it is one */
    uint8_t address_len; /* 0: it is a name, which Mbed TLS compares */
    uint8_t pinned;      /* a pin has matched */
};
int tls_trust_judge(void *ctx, mbedtls_x509_crt *crt, int depth, uint32_t *flags);

/* What the flags of a chain come to: an enum nango_error. */
int tls_trust_error(uint32_t flags);

/* Algorithms and keys that a chain may use. */
extern const mbedtls_x509_crt_profile tls_trust_profile;

#endif
