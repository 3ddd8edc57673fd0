/* SPDX-License-Identifier: MIT
 *
 * tls_trust: whom to believe: pins, and what Mbed TLS alone would let pass.
 */
#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include "nango.h"

#include <mbedtls/x509_crt.h>

/* Judges each certificate of a chain that was built, the leaf last: Mbed TLS's verify callback,
 * with this as its ctx. */
struct tls_judge {
    const struct nango_tls *tls;
    const char *host;
    uint8_t address[16]; /* the host, where it is one */
    uint8_t address_len; /* 0: it is a name, which Mbed TLS compares */
    uint8_t pinned;      /* a pin has matched */
    uint64_t until;      /* the first notAfter of the chain, in seconds since 1970; 0: none yet */
};
int tls_trust_judge(void *ctx, mbedtls_x509_crt *crt, int depth, uint32_t *flags);

/* What is said more exactly beside MBEDTLS_X509_BADCERT_... (which end below 0x100000), for those
 * who explain it: all of it is the `cause` of the error. */
enum {
    TLS_TRUST_NAMELESS = 0x100000,    /* CN_MISMATCH: no subjectAltName */
    TLS_TRUST_CA = 0x200000,          /* KEY_USAGE: the server's own certificate is a CA's */
    TLS_TRUST_CONSTRAINED = 0x400000, /* KEY_USAGE: of a CA that is for some names only */
    TLS_TRUST_SELF = 0x800000,        /* NOT_TRUSTED: the chain ends in what signed itself */
    TLS_TRUST_ALONE = 0x1000000       /* NOT_TRUSTED: none that was sent signs the server's own */
};

/* What the flags of a chain come to: an enum nango_error. */
int tls_trust_error(uint32_t flags);

/* Algorithms and keys that a chain may use. */
extern const mbedtls_x509_crt_profile tls_trust_profile;

#endif
