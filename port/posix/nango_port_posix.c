/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "nango_port_posix.h"

#include "resolve.h"

#include <errno.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

/* CLOSED -net_open-> NAME -> ADDRESS -> OPEN -net_close-> CLOSED; FAILED from anywhere, with
 * nothing open. */
enum { CLOSED, NAME, ADDRESS, OPEN, FAILED };

static uint64_t uptime_ms(void *ctx)
{
    struct timespec t;
    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Starts with the next address that can be started with. */
static int connect_next(struct nango_posix *p, uint16_t port, uint32_t share_ms)
{
    const uint8_t *ip;
    for (uint32_t left; (left = resolve_next(&p->resolver, &ip)) > 0;) {
        p->fd = resolve_connect(ip, port, SOCK_STREAM);
        if (p->fd >= 0) {
            p->until = uptime_ms(NULL) + share_ms / left;
            p->state = ADDRESS;
            return 0;
        }
        p->error = errno;
    }
    return NANGO_PORT_UNREACHABLE;
}

/* Both: > 0: done. 0: not yet. < 0: it failed, or its time is over. */
static int named(struct nango_posix *p, const char *host, uint32_t share_ms)
{
    uint64_t now = uptime_ms(NULL);
    if (p->state == CLOSED) {
        p->state = NAME;
        p->until = now + share_ms;
        return resolve_begin(&p->resolver, host, now);
    }
    int rc = resolve_step(&p->resolver, host, now);
    return rc == 0 && now >= p->until ? NANGO_PORT_NO_NAME : rc;
}

static int connected(struct nango_posix *p)
{
    struct pollfd fd = {.fd = p->fd, .events = POLLOUT};
    socklen_t len = sizeof p->error;
    if (poll(&fd, 1, 0) > 0) {
        getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &p->error, &len); /* cannot fail */
        return p->error == 0 ? 1 : -1;
    }
    p->error = ETIMEDOUT;
    return uptime_ms(NULL) < p->until ? 0 : -1;
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct nango_posix *p = ctx;
    share_ms -= share_ms / 8; /* so that UNREACHABLE comes before the caller's own deadline */
    int rc = p->state == ADDRESS ? connected(p) : named(p, host, share_ms);
    if (rc == 0) {
        return 0;
    }
    if (p->state == NAME) {
        resolve_end(&p->resolver);
    } else if (rc > 0) {
        p->state = OPEN;
        return 1;
    } else {
        close(p->fd);
        rc = 1; /* there may be a next address */
    }
    p->state = FAILED; /* unless connect_next finds one */
    return rc > 0 ? connect_next(p, port, share_ms) : rc;
}

static int moved(struct nango_posix *p, ssize_t n)
{
    if (n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        return n > 0 ? (int)n : 0;
    }
    p->error = errno;
    int reset = errno == ECONNRESET || errno == EPIPE || errno == ETIMEDOUT;
    return reset ? NANGO_PORT_RESET : NANGO_PORT_FAILED;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct nango_posix *p = ctx;
    return moved(p, send(p->fd, buf, len < INT_MAX ? len : INT_MAX, MSG_NOSIGNAL));
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct nango_posix *p = ctx;
    ssize_t n = recv(p->fd, buf, cap < INT_MAX ? cap : INT_MAX, 0);
    return n == 0 ? NANGO_PORT_FIN : moved(p, n);
}

static void net_close(void *ctx)
{
    struct nango_posix *p = ctx;
    if (p->state == NAME) {
        resolve_end(&p->resolver);
    } else if (p->state == ADDRESS || p->state == OPEN) {
        close(p->fd);
    }
    p->state = CLOSED;
}

int nango_posix_fd(const struct nango_posix *p)
{
    return p->state == OPEN ? p->fd : -1;
}

struct pollfd nango_posix_pollfd(const struct nango_posix *p, int events, uint32_t *ms)
{
    struct pollfd fd = {.fd = p->fd};
    fd.events = (short)((events & NANGO_READ ? POLLIN : 0) | (events & NANGO_WRITE ? POLLOUT : 0));
    if (p->state == CLOSED || p->state == FAILED || fd.events == 0) {
        fd.fd = -1;
    } else if (p->state != OPEN) {
        uint64_t now = uptime_ms(NULL), wake = p->until;
        if (p->state == NAME) {
            fd = (struct pollfd){.fd = p->resolver.fd, .events = POLLIN};
            wake = p->resolver.wake < wake ? p->resolver.wake : wake;
        }
        *ms = wake <= now ? 0 : wake - now < *ms ? (uint32_t)(wake - now) : *ms;
    }
    return fd;
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct pollfd fd = nango_posix_pollfd(ctx, events, &ms);
    poll(&fd, 1, ms < INT_MAX ? (int)ms : INT_MAX);
}

const struct nango_port nango_port_posix = {net_open,  net_send, net_recv,
                                            net_close, wait,     uptime_ms};
