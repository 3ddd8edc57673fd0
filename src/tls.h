/* SPDX-License-Identifier: MIT
 *
 * tls: a connection, secure or (plain_http) not, on top of a port. The only file that knows Mbed TLS.
 *
 *     CLOSED -tls_open-> OPENING -> HANDSHAKE -> READY -tls_close-> CLOSED
 *                           any failure -> FAILED -tls_close-> CLOSED
 *
 * Results: > 0 it moved; 0 not now, and `want` says what for; < 0 enum nango_error, or one of the two ends below.
 */
#ifndef TLS_H
#define TLS_H

#include "nango.h"

enum {
    TLS_END = -1, /* tls_recv: the peer ended in order: close_notify, or FIN on a plain connection */
    TLS_CUT = -2  /* tls_recv: FIN without close_notify: what came may have been cut by anybody */
};

struct tls {
    struct nango_tls *shared;
    const struct nango_port *port;
    void *port_ctx;
    const char *host;
    void *session; /* Mbed TLS's context and its company, in the arena; NULL: none */
    int cause;     /* Mbed TLS's or the port's code of the last failure */
    int broken;    /* a final result of the port's net_send that waits until reading has ended */
    uint16_t tcp_port;
    uint8_t plain;
    uint8_t state;
    uint8_t want;  /* NANGO_READ | NANGO_WRITE */
    uint8_t flags; /* inside */
    size_t unsent; /* inside: bytes of a record that the port has not taken yet */
    size_t pending; /* inside: the length that tls_send was given when it had to wait; it must be given again */
};

/* Opens the connection step by step: name, TCP, handshake. > 0: ready. Call again after 0. The peer is verified, or it is an error. */
int tls_open(struct tls *t, uint32_t share_ms);
/* Takes up to len bytes. After 0 the same bytes must be given again (more may follow them). tls_recv may be called between. A failure of
 * the way out is kept aside: 0 until tls_recv has said how reading ended. */
int tls_send(struct tls *t, const void *buf, size_t len);
int tls_recv(struct tls *t, void *buf, size_t cap);
/* Ends it (close_notify if it can be sent at once), gives all memory back, wiped. Harmless when closed. */
void tls_close(struct tls *t);

/* Random bytes: 0 or NANGO_E_TLS_ENTROPY. */
int tls_random(struct nango_tls *shared, void *buf, size_t len);

#endif
