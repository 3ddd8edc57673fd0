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
void tls_shared_free(struct nango_tls *tls);
int tls_shared_random(struct nango_tls *tls, void *buf, size_t len);

#endif
