/* SPDX-License-Identifier: MIT
 *
 * nango_port_lwip.h: the port for lwIP's raw API without an operating system (NO_SYS = 1), lwIP
 * 2.1 or newer.
 *
 * It needs LWIP_TCP, LWIP_DNS and LWIP_TIMERS. lwIP is used from the one thread that calls
 * nango_poll() or nango_call(); the driver's interrupt only queues frames (or leaves them in the
 * chip) and wakes the processor, and `pump` hands them to netif->input. A program with a
 * superloop of its own (nango_poll, never nango_call) pumps lwIP and calls sys_check_timeouts()
 * there and never sees `wait`.
 *
 * lwIP's resolver gives one address a name (its first A record; AAAA where there is none and
 * IPv6 is on), so the whole share of an opening belongs to that one. A question cannot be
 * cancelled, and need not be: an answer that comes after net_close is dropped, even when the
 * context is gone.
 *
 * What net_send took is still delivered after net_close, for ten seconds at most. A connection
 * in that state gives its place to a new one when the pool is empty, so that MEMP_NUM_TCP_PCB
 * can be one for each client.
 */
#ifndef NANGO_PORT_LWIP_H
#define NANGO_PORT_LWIP_H

#include <stdbool.h>
#include <stdint.h>

#include "nango_port.h"
#include "question.h"

#if !NO_SYS
#error "this port is for NO_SYS = 1; under an operating system take port/lwip_sockets"
#endif

struct pbuf;
struct tcp_pcb;

/* nango_settings.port_ctx, one for each client: zero but for the first three members, which the
 * board sets. */
struct nango_lwip {
    /* Gives every frame that has arrived to netif->input. Never blocks. */
    void (*pump)(void *board);
    /* Sleeps for `ms` milliseconds or until an interrupt. Returns at once where a frame waits
     * for `pump`, and must not miss one that comes just before the processor sleeps (look and
     * sleep with interrupts masked: WFI wakes all the same). */
    void (*sleep)(void *board, uint32_t ms);
    void *board;

    /* From here on the port's own. */
    struct nango_question question;
    uint64_t uptime; /* its low half is the last sys_now(); asked once in 49 days, it never wraps */
    struct tcp_pcb *pcb; /* NULL: not yet, or lwIP has freed it */
    struct pbuf *rx;     /* arrived, not yet taken */
    int8_t state;        /* see nango_port_lwip.c; < 0: the code that ended it */
    bool fin;            /* the peer's stream ends after rx */
    bool stalled;        /* lwIP had no memory: not again before `wait` has let something happen */
};

extern const struct nango_port nango_port_lwip;

#endif
