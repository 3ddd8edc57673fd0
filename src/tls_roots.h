/* SPDX-License-Identifier: MIT
 *
 * tls_roots: the roots that may have issued a certificate, out of flash and out of a bundle of any
 * size.
 */
#ifndef TLS_ROOTS_H
#define TLS_ROOTS_H

#include "nango.h"

#include <mbedtls/x509_crt.h>

/* Finds the roots that may have issued a certificate: Mbed TLS's CA callback; ctx is the struct
 * nango_tls. All roots and certificates of the bundle whose subject is the child's issuer; both
 * are gone through anew each time, so that they cost the memory of those alone. A certificate
 * that cannot be read is no root. */
int tls_roots_find(void *ctx, const mbedtls_x509_crt *child, mbedtls_x509_crt **roots);

#if defined(MBEDTLS_ECP_RESTARTABLE)
/* All roots of the flash. Mbed TLS interrupts the check of a chain only if it has the roots
 * beforehand: with each one in memory (400 bytes, where it stands in flash), and no bundle. */
int tls_roots_all(struct nango_tls *tls, mbedtls_x509_crt **roots);
#endif

#endif
