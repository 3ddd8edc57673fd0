/* SPDX-License-Identifier: MIT
 *
 * stage: lwIP's own task, as contrib's unix port runs it, with a loopback interface, a name server,
 * and (peer.c) the peer of tests/port/acceptance.c, all in this process.
 */
#ifndef STAGE_H
#define STAGE_H

#include "lwip/tcpip.h"
#include "nango_port_lwip_sockets.h"

enum { PEER_PORT = 7000, CLOSED_PORT = 7001 };

extern const struct nango_port *const port;

/* At first; once is enough. */
void stage_start(void);

/* The name server knows "peer.test" (127.0.0.1), and keeps the questions for "late.*" until it is
 * told to answer; for all others there is no such name. Returns how many questions it had kept. */
unsigned stage_answer_late(void);

/* net_open and wait, until it has ended or so many milliseconds have passed. */
int stage_open(struct nango_lwip_sockets *c, const char *host, uint16_t tcp_port, uint32_t ms);

/* In lwIP's task. */
void peer_listen(void);

#endif
