/* SPDX-License-Identifier: MIT
 *
 * tls_resume: one session, kept from a connection that has ended for the next handshake with the
 * same server to be a short one (RFC 5077; RFC 8446 section 2.2). It is offered only where the full
 * handshake would have come to the same: bound to host, port, all that says whom to trust, and the
 * time up to which the server's chain is valid. What tls_session checks of a handshake's end, it
 * checks of a short one too. (NANGO_SESSION, nango_session.h)
 */
#ifndef TLS_RESUME_H
#define TLS_RESUME_H

#include "tls_platform.h"

#if TLS_RESUME

/* Of a connection. */
struct tls_resume {
    uint8_t binding[32]; /* what a session of it is bound to */
    uint64_t until;      /* of the session that was offered; 0: none was */
    uint8_t bound;       /* it is to be kept */
    uint8_t fresh;       /* TLS 1.3: a ticket came, which was never used */
};

/* Before the handshake: gives Mbed TLS what was kept, if it is for this connection; and whoever
 * takes it, has it: nothing is kept until a connection ends well. 0, or Mbed TLS's code. */
int tls_resume_offer(struct tls_resume *r, struct nango_tls *tls, const char *host, uint16_t port,
                     mbedtls_ssl_context *ssl);
/* The connection ends well: moves its session out of Mbed TLS, without a copy. `judged`: up to when
 * the chain of a full handshake is valid; 0: it was a short one. */
void tls_resume_keep(const struct tls_resume *r, struct nango_tls *tls, mbedtls_ssl_context *ssl,
                     uint64_t judged);
void tls_resume_forget(struct nango_tls *tls);

#else

struct tls_resume {
    uint8_t until, fresh; /* 0, and nobody looks */
};
#define tls_resume_offer(r, tls, host, port, ssl) 0
#define tls_resume_keep(r, tls, ssl, judged) ((void)0)

#endif

#endif
