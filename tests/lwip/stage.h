/* SPDX-License-Identifier: MIT
 *
 * stage.h: where the port for lwIP is tested: lwIP's own loopback interface, in virtual time. The
 * peer and the DNS server are in the same lwIP, so that every order of events can be made.
 */
#ifndef STAGE_H
#define STAGE_H

#include "lwip/dns.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "nango_port_lwip.h"

enum { PORT = 8443, CLOSED_PORT = 8444 };

/* Time moves in the port's sleep only. */
extern uint32_t now_ms;
extern uint32_t slept_ms;
extern unsigned sleeps;

/* The port under test, and a context for it. */
extern const struct nango_port *const port;
extern const struct nango_lwip fresh;

/* The DNS server keeps the questions, and answers when it is told to: 127.0.0.`host`; 0: no such
 * name. */
struct names {
    struct udp_pcb *pcb;
    struct {
        uint8_t bytes[128];
        u16_t len;
        u16_t port;
    } questions[4];
    unsigned len;
};
extern struct names names;
void answer_question(unsigned number, uint8_t host);

/* The peer, at 127.0.0.1, PORT: one connection at a time, with what came over it. */
struct peer {
    struct tcp_pcb *listener;
    struct tcp_pcb *pcb;
    uint8_t bytes[200000]; /* that it got */
    size_t len;
    int fin, reset, hold; /* hold: does not open its window */
    size_t held;
};
extern struct peer peer;
void peer_say(const char *text);
void peer_end(void);

/* Begins a case; ends one: all that it opened must be gone after the time that TCP itself needs. */
void start(void);
void check_nothing_left(struct nango_lwip *c);

/* n times around the loop of a program that waits for nothing. */
void turns(struct nango_lwip *c, unsigned n);
/* net_open until it is no longer 0, or `tries` waits have passed. */
int open_to(struct nango_lwip *c, const char *host, uint16_t tcp_port, unsigned tries);
/* Takes all that is there: this text, and then `end`. */
void check_recv(struct nango_lwip *c, const char *want, int end);

#endif
