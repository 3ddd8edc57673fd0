/* SPDX-License-Identifier: MIT
 *
 * nango_session.h: TLS sessions that outlive the connection, so that the next handshake with the
 * same server is a short one: no certificates, no signatures (TLS 1.2), or none but a key exchange
 * (TLS 1.3). The README has the figures.
 *
 * With nango_tls_settings.keep_session = 1 a struct nango_tls keeps the session of the connection
 * that was closed last, and offers it to the same server: same host, same port, same roots, bundle,
 * pins and client certificate, byte by byte; not before it was made, nor after any certificate of
 * the server's chain has expired, and at most 7 days. So the time must be known. A server that does
 * not want it goes on with a full handshake; one that stumbles over it is asked again without. Each
 * session of TLS 1.3 is used once.
 *
 * A SESSION IS A SECRET: who has it can read what is sent over it (of TLS 1.2 also what was sent),
 * and who can write it can be the server. It is wiped by nango_session_forget and nango_tls_free.
 * Where it is saved, the secret key could be saved, too.
 *
 * Not there with NANGO_SESSION=0, or where Mbed TLS is built without MBEDTLS_SSL_SESSION_TICKETS.
 */
#ifndef NANGO_SESSION_H
#define NANGO_SESSION_H

#include "nango.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for any session that is kept. Most take 300 to 450 bytes. */
#define NANGO_SESSION_CAP (NANGO_SESSION_TICKET_MAX + 512)

/* For a deep sleep, or a program's next run, after nango_close() of the client (a connection that
 * is open has its session still): writes the session that is kept, if it fits into cap. Returns its
 * length; 0: there is none, or it could not be written. The session stays. */
size_t nango_session_save(struct nango_tls *tls, void *buf, size_t cap);

/* Takes what nango_session_save wrote, after nango_tls_init. 1: it will be offered to the server
 * that it came from. 0: it is damaged, or of another build, or there is no memory, or keep_session
 * is 0: nothing is lost but time. The buffer is the caller's to wipe. */
int nango_session_load(struct nango_tls *tls, const void *buf, size_t len);

/* Wipes the session that is kept. */
void nango_session_forget(struct nango_tls *tls);

#ifdef __cplusplus
}
#endif

#endif
