/* SPDX-License-Identifier: MIT
 *
 * nango_port_template.c: the six functions of include/nango_port.h, which has the contract; here
 * is what to write, and what goes wrong where it is not kept. Each GAP is a place to fill.
 *
 *     NEW -> RESOLVING -> CONNECTING -> OPEN
 *     each of them -> a NANGO_PORT_ code, and by net_close -> NEW
 *
 */
#include "nango_port_template.h"

enum { NEW, OPEN, RESOLVING, CONNECTING };

/* GAP: milliseconds since any moment, from a counter that does not stop while the processor
 * sleeps. 32 bits are enough here. */
static uint32_t ticks_ms(void)
{
    return 0;
}

/* One step each time that it is called; it never waits. The library calls it again after
 * `wait(ctx, NANGO_WRITE, ms)`. */
static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct nango_template *c = ctx;
    (void)host, (void)port, (void)share_ms;
    switch (c->state) {
    case NEW:
        /* GAP: ask for the addresses of `host`, which may be a literal ("192.0.2.7",
         * "2001:db8::7"). Where the stack can only block here, say so in the port's manual. No
         * memory for it now: return 0 and try again at the next call. */
        c->state = RESOLVING;
        break;
    case RESOLVING:
        /* GAP: has the answer come? No such name, or nobody answers: c->final =
         * NANGO_PORT_NO_NAME. Else begin to connect without blocking, with Nagle's algorithm off
         * (TCP_NODELAY: else a POST can cost 40 ms), and note the time. */
        c->state = CONNECTING;
        break;
    case CONNECTING:
        /* GAP: done? c->state = OPEN. Refused, or older than share_ms / (addresses left)? Close
         * the handle, begin with the next address; none left: */
        c->final = NANGO_PORT_UNREACHABLE;
        break;
    default: break;
    }
    return c->final != 0 ? c->final : c->state == OPEN;
}

/* Takes what the stack takes now, which may be less than len, and returns how much that was. 0
 * means "not now" and nothing else: the library then waits for NANGO_WRITE. The bytes are not
 * yours after the return: copy them, or let the stack copy them. */
static int net_send(void *ctx, const void *buf, size_t len)
{
    struct nango_template *c = ctx;
    (void)buf, (void)len;
    /* GAP: send without blocking, without a signal (MSG_NOSIGNAL). Would block, or no memory: 0.
     * Reset: c->final = NANGO_PORT_RESET. */
    return c->final;
}

/* Gives what has arrived, at most cap bytes. Bytes that came before a FIN or a RST are given
 * before it is reported. */
static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct nango_template *c = ctx;
    (void)buf, (void)cap;
    /* GAP: receive without blocking. Nothing there: 0. The peer has ended its stream (the FIN;
     * recv() returns 0): c->final must not become an error by that, for sending may go on;
     * return NANGO_PORT_FIN, now and at each later call. Anything that is not an orderly end is
     * NANGO_PORT_RESET: a FIN is what tells a whole answer from a cut one. */
    return c->final;
}

/* Called once after each opening, failed or not; cannot fail. Afterwards ctx is as it was before
 * net_open. */
static void net_close(void *ctx)
{
    struct nango_template *c = ctx;
    /* GAP: close the handle in order (no RST while all is well), whatever state it is in. An
     * opening may still run: a DNS answer or a connection that comes later must not touch ctx.
     * If the stack's callback cannot be taken back, give it a number instead of a pointer
     * (port/lwip does). */
    *c = (struct nango_template){.uptime = c->uptime};
}

/* The one that sleeps. It may return early, so one sleep is enough and no loop is needed. It
 * must not return late: each deadline of the library ends here. `events` 0: nothing but the time
 * counts. */
static void wait(void *ctx, int events, uint32_t ms)
{
    (void)ctx, (void)events, (void)ms;
    /* GAP: with an operating system: select() or a semaphore, with ms as its limit. Without:
     * give the frames that have arrived to the stack, run its timers, and if then nothing of
     * `events` is true, sleep until an interrupt or ms (no frame may slip in between the look
     * and the sleep). A watchdog is fed by the caller of nango_poll, not here. */
}

/* Never goes back, never wraps: a counter of 32 bits is carried on here, as long as it is asked
 * once in 49 days. */
static uint64_t uptime_ms(void *ctx)
{
    struct nango_template *c = ctx;
    return c->uptime += (uint32_t)(ticks_ms() - (uint32_t)c->uptime);
}

const struct nango_port nango_port_template = {net_open,  net_send, net_recv,
                                               net_close, wait,     uptime_ms};
