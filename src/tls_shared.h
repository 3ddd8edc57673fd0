/* SPDX-License-Identifier: MIT
 *
 * tls_shared: what all connections of a struct nango_tls have in common, where there is TLS: its
 * configuration, its random bytes, the client's own certificate. From nango_tls_init to
 * nango_tls_free.
 */
#ifndef TLS_SHARED_H
#define TLS_SHARED_H

#include "nango.h"

int tls_shared_init(struct nango_tls *tls);
/* Fresh entropy, for a connection that is about to be opened. 0, or an error. */
int tls_shared_reseed(struct nango_tls *tls);
/* A session begins: what it needs is there, or it is an error. */
int tls_shared_enter(struct nango_tls *tls);
void tls_shared_free(struct nango_tls *tls);
/* A session ends, perhaps because memory or entropy failed in it. On such paths Mbed TLS 3.6
 * loses memory, of keys even (if the second transform of TLS 1.3 cannot be set up, the first
 * one's), so once no session is left all is set up anew. */
void tls_shared_leave(struct nango_tls *tls, int faulty);
int tls_shared_random(struct nango_tls *tls, void *buf, size_t len);

#endif
