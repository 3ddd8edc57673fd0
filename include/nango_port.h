/* SPDX-License-Identifier: MIT
 *
 * nango_port.h: what a platform gives nango-c: six functions in one constant table.
 *
 * The contract, for all of them
 * - The table is `const` and can live in flash. It is copied by nobody: it outlives each client
 *   that uses it.
 * - `ctx` is the pointer of nango_settings.port_ctx, passed through untouched. One ctx belongs to
 *   one client: it holds at most one connection, between net_open and net_close. Two clients never
 *   share a ctx.
 * - None of them blocks, except `wait`. All are called from the thread that runs nango_poll() or
 *   nango_call(), never from an interrupt, never twice at once for one ctx.
 * - The sign of a result is the control flow: > 0 it moved, 0 not now (ask again after `wait`, or
 *   after the next event), < 0 final for this connection. After a final result the library calls
 *   net_close, once, and nothing else; but for net_send's, after which net_recv is called until it
 *   has one as well: a server that hangs up has often said why, and that is still to be given.
 * - No member is optional. A wrapper (tracing, fault injection, a simulator) is a table of its own
 *   that calls another.
 *
 * What the library guarantees: net_open is repeated with the same host and port while it says 0,
 * and each net_open that was ever called is followed by exactly one net_close before the next one
 * (also when it failed). `buf` is never NULL, `len` and `cap` are never 0. Nothing is sent or
 * received before net_open said > 0.
 *
 * port/posix is the model to read, port/template the file to copy, tests/port the acceptance test
 * to run.
 */
#ifndef NANGO_PORT_H
#define NANGO_PORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a call waits for; a bit mask. Also what nango_poll() returns. */
enum {
    NANGO_READ = 1,  /* until net_recv has something to say: bytes, a FIN or a failure */
    NANGO_WRITE = 2, /* until net_send takes a byte, or net_open has something new to say */
    NANGO_TIMER = 4  /* until nango_wake_ms() has passed; never passed to `wait` */
};

/* The final results of a port, all of them. Everything else that is negative counts as
 * NANGO_PORT_FAILED. */
enum {
    NANGO_PORT_FIN = -1, /* net_recv: the peer ended its stream in order (TCP FIN); every byte
                            before it was given */
    NANGO_PORT_RESET =
        -2, /* the connection is gone without an end: RST, keep-alive failure, link lost */
    NANGO_PORT_NO_NAME =
        -3, /* net_open: the name does not resolve (final, or no resolver answered) */
    NANGO_PORT_UNREACHABLE = -4, /* net_open: no address could be reached: refused, no route, none
                                    answered in its share */
    NANGO_PORT_FAILED = -5       /* anything else, an out-of-memory that will not pass included */
};

struct nango_port {
    /* Starts, and while it returns 0 goes on with, opening a TCP connection (TCP_NODELAY set, where
     * there is such a thing). host: a NUL-terminated DNS name or address literal (an IPv6 literal
     * without its brackets), valid until net_close. share_ms: how much time the whole opening (name
     * resolution and all addresses) still has; each address that is left gets an even share of it,
     * so that one black hole cannot eat the time of the next. It shrinks from call to call. > 0
     * open; 0 not yet (what `wait` must watch is the port's own affair: it is called with
     * NANGO_WRITE); < 0 NO_NAME, UNREACHABLE, FAILED. Where the platform's name resolution blocks
     * or cannot be cancelled, the port's manual says so. */
    int (*net_open)(void *ctx, const char *host, uint16_t port, uint32_t share_ms);

    /* Hands bytes to the network. > 0: so many were taken, in order; 0: none now; < 0: RESET or
     * FAILED. Never raises a signal. */
    int (*net_send)(void *ctx, const void *buf, size_t len);

    /* Takes bytes that have arrived. > 0: so many were written to buf; 0: none now; < 0: FIN, RESET
     * or FAILED. A FIN is reported after the last byte, and again at each later call. */
    int (*net_recv)(void *ctx, void *buf, size_t cap);

    /* Ends the connection, or the opening of one, and frees what belongs to it. Cannot fail, sends
     * no RST for a connection that is at peace. A DNS answer or an acknowledgement that comes later
     * must find nothing to break. */
    void (*net_close)(void *ctx);

    /* The only one that sleeps: until one of `events` (NANGO_READ | NANGO_WRITE; 0: just sleep) may
     * have come true, or until `ms` milliseconds have passed; waking earlier is always allowed. On
     * bare metal it drives the network stack. */
    void (*wait)(void *ctx, int events, uint32_t ms);

    /* Milliseconds since some moment, never going back; 64 bits, so that it never wraps. A step
     * back counts as zero. */
    uint64_t (*uptime_ms)(void *ctx);
};

#ifdef __cplusplus
}
#endif

#endif
