/* SPDX-License-Identifier: MIT
 *
 * tls_session: the secure half of tls.c: a TLS session by Mbed TLS over an open port. What its
 * functions return and expect is what tls.h says of tls_open, tls_send and tls_recv; tls.c keeps
 * the states and what has ended.
 */
#ifndef TLS_SESSION_H
#define TLS_SESSION_H

#include "tls.h"

#include <mbedtls/x509_crt.h>

/* Before anything is opened: is the time known, does the entropy work? 0 or an error. */
int tls_session_check(struct tls *t);
/* 0, or an error. */
int tls_session_start(struct tls *t);
/* 1: the peer is verified, and grants what is needed. */
int tls_session_handshake(struct tls *t);
int tls_session_send(struct tls *t, const void *buf, size_t len);
int tls_session_recv(struct tls *t, void *buf, size_t cap);
void tls_session_close(struct tls *t);

/* What the server has sent, its own certificate first, while the connection is ready; NULL where
 * Mbed TLS does not keep it. (For nangoc roots.) */
const mbedtls_x509_crt *tls_session_chain(const struct tls *t);
/* "TLSv1.3", while it is ready. (For nangoc check.) */
const char *tls_session_version(const struct tls *t);

#endif
