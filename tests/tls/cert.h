/* SPDX-License-Identifier: MIT
 *
 * cert: certificates for the tests of TLS, good and bad, made by OpenSSL in memory.
 */
#ifndef CERT_H
#define CERT_H

#include <openssl/x509.h>
#include <stddef.h>

/* All times are around this one, in seconds since 1970: 24 November 2025. */
#define CERT_NOW 1764000000

enum cert_key { CERT_P256, CERT_P384, CERT_RSA2048, CERT_RSA1024, CERT_KEYS };

/* What a certificate says; a member that is 0 or NULL is as it should be. */
struct cert_spec {
    const char *name; /* the subject's common name */
    enum cert_key key;
    int version1;
    int ca;                  /* 1: a CA; -1: no basicConstraints at all */
    const char *constraints; /* basicConstraints as openssl.cnf writes them, instead of ca */
    const char *san;         /* "DNS:localhost,IP:127.0.0.1"; NULL: none */
    const char *usage;       /* keyUsage; NULL: as it should be; "": none */
    const char *extended;    /* extendedKeyUsage */
    const char *critical;    /* the OID of an extension that nobody knows */
    const char *names;       /* nameConstraints */
    const EVP_MD *md;        /* NULL: SHA-256 */
    long from, until;        /* seconds from CERT_NOW; 0, 0: a day before to a day after */
};

struct cert {
    X509 *x509;
    EVP_PKEY *key;
    unsigned char der[4096];
    size_t der_len;
};

/* issuer NULL: self-signed. The key is shared by all certificates of its kind and `slot` (0..2). */
void cert_make(struct cert *c, const struct cert_spec *spec, int slot, const struct cert *issuer);
void cert_free(struct cert *c);
/* SHA-256 of its SubjectPublicKeyInfo. */
void cert_pin(const struct cert *c, unsigned char pin[32]);
/* Appends it as PEM; returns the length of the text. */
size_t cert_pem(const struct cert *c, char *text, size_t len, size_t cap);
/* The private key as DER. */
size_t cert_key_der(const struct cert *c, unsigned char *der, size_t cap);
void cert_end(void);

#endif
