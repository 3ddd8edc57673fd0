/* SPDX-License-Identifier: MIT
 *
 * tls_hello: reads ServerHello as it comes by, in any slices, for what Mbed TLS 3.6 does not tell:
 * which of the extensions of TLS 1.2 the server has granted. What it reads is still unproven: the
 * Finished messages, which cover it, prove it.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <stddef.h>
#include <stdint.h>

enum { TLS_HELLO_MAX_FRAGMENT_LENGTH = 1, TLS_HELLO_EXTENDED_MASTER_SECRET = 2 };

struct tls_hello {
    uint8_t seen; /* TLS_HELLO_..., to be read when the handshake has ended */
    /* Inside. */
    uint8_t step;
    uint8_t record_at; /* octets of the record's header */
    uint8_t record_type;
    uint16_t record_left;
    uint32_t number; /* the last octets */
    uint32_t left;   /* octets of the message that come, */
    uint32_t need;   /* and of its field */
};

void tls_hello_init(struct tls_hello *h);
void tls_hello_feed(struct tls_hello *h, const uint8_t *bytes, size_t len);

#endif
