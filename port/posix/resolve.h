/* SPDX-License-Identifier: MIT
 *
 * resolve: a host's addresses without blocking: literals, /etc/hosts, DNS over UDP (RFC 1035, RFC
 * 3596).
 *
 * A and AAAA are asked for at once. A server of resolv.conf that refuses (SERVFAIL, no such port)
 * gives way to the next one at once, a silent one after a second, doubled each time round. An
 * answer that was cut to fit (TC) is used as far as it goes: 512 bytes hold more addresses than are
 * tried. Answers are matched by server, id and question: that the peer is the right one is proved
 * by TLS, not here.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "nango_port_posix.h"

#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* a system without it has SO_NOSIGPIPE, which resolve_connect sets */
#endif

/* 1: the addresses are there; 0: not yet, call resolve_step when fd is readable or `wake` has come;
 * < 0: NANGO_PORT_... */
int resolve_begin(struct nango_posix_resolver *r, const char *host, uint64_t now);
int resolve_step(struct nango_posix_resolver *r, const char *host, uint64_t now);
/* The next address to try, IPv6 and IPv4 in turn. Returns how many there are with this one; 0: no
 * more. */
uint32_t resolve_next(struct nango_posix_resolver *r, const uint8_t **ip);
/* Closes what is open. Harmless when nothing is. */
void resolve_end(struct nango_posix_resolver *r);

/* Reads an address literal. Returns 1 if it is one. */
int resolve_literal(const char *text, uint8_t ip[16]);
/* Adds an address to those that are tried; beyond NANGO_POSIX_ADDRESSES of its family it is left
 * out. */
void resolve_add(struct nango_posix_resolver *r, const uint8_t ip[16]);
/* A socket that never blocks and is closed on exec, connected to the address or (SOCK_STREAM) on
 * its way there; or -1 and errno. */
int resolve_connect(const uint8_t ip[16], uint16_t port, int type);

#endif
