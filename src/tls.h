/* SPDX-License-Identifier: MIT
 *
 * tls: a connection, secure or (plain_http) not, on top of a port. Of this and its parts,
 * tls_..., some know Mbed TLS, and nobody else does:
 *
 *     tls -> tls_shared   what all connections have in common
 *         -> tls_session  a secure connection -> tls_hello     what ServerHello granted
 *                                             -> tls_roots     whom to believe,
 *                                             -> tls_trust     and of whom what
 *                                             -> tls_resume    the session of the last one,
 *                                                                 and tls_saved outlives it
 *                                             -> tls_platform  memory, time, random bytes
 *
 *     CLOSED -tls_open-> OPENING -> HANDSHAKE -> READY -tls_close-> CLOSED
 *                           any failure -> FAILED -tls_close-> CLOSED
 *
 * Results: > 0 it moved; 0 not now, and `want` says what for; < 0 enum nango_error, or one of the
 * two ends below. What has ended stays so: the same result again, and the port is not asked any
 * more.
 */
#ifndef TLS_H
#define TLS_H

#include "nango.h"

/* Of tls_recv: the peer ended in order, by close_notify (on a plain connection by FIN); or by FIN
 * without close_notify, so what came may have been cut by anybody. */
enum { TLS_END = -1, TLS_CUT = -2 };

enum tls_state { TLS_CLOSED, TLS_OPENING, TLS_HANDSHAKE, TLS_READY, TLS_FAILED };

/* All zero, but for the members that say whereto. */
struct tls {
    struct nango_tls *shared;
    const struct nango_port *port;
    void *port_ctx;
    const char *host;
    void *session;  /* Mbed TLS's context and its company, in the arena; NULL: none */
    int cause;      /* Mbed TLS's or the port's code of the last failure */
    int16_t broken; /* how the way out failed (NANGO_E_...), kept until reading has ended; else 0 */
    int16_t end;    /* how reading ended (TLS_END, TLS_CUT, NANGO_E_...), or the opening; else 0 */
    /* Bytes of a record that the port has not taken yet; and the length that tls_send was given
     * when it had to wait for them, which it must be given again. */
    uint16_t unsent;
    uint16_t pending;
    uint16_t tcp_port;
    uint8_t plain;
    uint8_t state;  /* enum tls_state */
    uint8_t want;   /* NANGO_READ | NANGO_WRITE; 0: nothing, there is more to do at once */
    uint8_t opened; /* net_open was called, so net_close must be */
};

/* Opens the connection step by step: name, TCP, and each step of the handshake, since these are
 * long. > 0: ready. Call again after 0. The peer is verified, or it is an error. */
int tls_open(struct tls *t, uint32_t share_ms);
/* Takes up to len bytes. After 0 the same bytes must be given again (more may follow them).
 * tls_recv may be called between. A failure of the way out is kept aside, 0, until tls_recv has
 * said how reading ended: a server that hangs up while it is being sent to has often said why. */
int tls_send(struct tls *t, const void *buf, size_t len);
int tls_recv(struct tls *t, void *buf, size_t cap);
/* Ends it (close_notify if it can be sent at once), gives all memory back, wiped. Harmless when
 * closed. */
void tls_close(struct tls *t);

/* The date of an answer that came over it, in seconds since 1970, or 0: if the server was verified,
 * it is the clock of those who have none from now on. */
void tls_learn_time(struct tls *t, uint64_t date);

/* Random bytes: 0 or NANGO_E_TLS_ENTROPY. */
int tls_random(struct nango_tls *shared, void *buf, size_t len);

/* For tls_session.c: the enum nango_error of a port's final result, which becomes the cause. */
int16_t tls_port_error(struct tls *t, int rc);

#endif
