/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "trace.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static const struct nango_port *const port = &nango_port_posix;

/* Seconds since the first event, then the event. */
#define TELL(t, ...) (print_time(t), print_f(&print_err, __VA_ARGS__), print_end())

static void print_time(struct trace *t)
{
    uint64_t now = port->uptime_ms(&t->posix);
    t->start = t->start != 0 ? t->start : now;
    unsigned ms = (unsigned)(now - t->start);
    print_f(&print_err, "* %u.%u%u%u ", ms / 1000, ms / 100 % 10, ms / 10 % 10, ms % 10);
    if (t->number != 0) {
        print_f(&print_err, "[%u] ", t->number);
    }
}

static void print_end(void)
{
    print_bytes(&print_err, "\n", 1);
    print_flush(&print_err);
}

static const char *why(const struct trace *t, int rc)
{
    switch (rc) {
    case NANGO_PORT_FIN: return "the server ended the connection";
    case NANGO_PORT_RESET: return "the connection was reset";
    case NANGO_PORT_NO_NAME: return "the name does not resolve";
    default: return strerror(t->posix.error);
    }
}

/* Of IPv6 all eight groups: inet_ntop would link a printf of the C library. */
static void tell_peer(struct trace *t)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    socklen_t len = sizeof peer;
    getpeername(nango_posix_fd(&t->posix), (struct sockaddr *)&peer, &len);
    if (peer.ss_family == AF_INET) {
        const uint8_t *ip = (const uint8_t *)&((struct sockaddr_in *)&peer)->sin_addr;
        TELL(t, "connected to %d.%d.%d.%d", ip[0], ip[1], ip[2], ip[3]);
        return;
    }
    const uint8_t *ip = ((struct sockaddr_in6 *)&peer)->sin6_addr.s6_addr;
    print_time(t);
    print_f(&print_err, "connected to ");
    for (int i = 0; i < 16; i += 2) {
        print_f(&print_err, i > 0 ? ":%x" : "%x", ip[i] * 256u + ip[i + 1]);
    }
    print_end();
}

static int net_open(void *ctx, const char *host, uint16_t tcp_port, uint32_t share_ms)
{
    struct trace *t = ctx;
    if (!t->opening) {
        TELL(t, "connecting to %s port %u", host, tcp_port);
        t->opening = 1;
    }
    int rc = port->net_open(&t->posix, host, tcp_port, share_ms);
    if (rc > 0) {
        tell_peer(t);
    } else if (rc < 0) {
        TELL(t, "not connected: %s", why(t, rc));
    }
    return rc;
}

/* What has moved one way, until something else happens. */
static void tell_moved(struct trace *t)
{
    if (t->moved > 0) {
        TELL(t, "%s %zu bytes", t->way == NANGO_WRITE ? ">" : "<", t->moved);
    }
    t->moved = 0;
}

/* rc: of net_send or net_recv. */
static int moved(struct trace *t, int way, int rc)
{
    if (rc < 0 || t->way != way) {
        tell_moved(t);
    }
    t->way = way;
    if (rc > 0) {
        t->moved += (size_t)rc;
    } else if (rc < 0) {
        TELL(t, "%s %s", way == NANGO_WRITE ? ">" : "<", why(t, rc));
    }
    return rc;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct trace *t = ctx;
    return moved(t, NANGO_WRITE, port->net_send(&t->posix, buf, len));
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct trace *t = ctx;
    return moved(t, NANGO_READ, port->net_recv(&t->posix, buf, cap));
}

static void net_close(void *ctx)
{
    struct trace *t = ctx;
    tell_moved(t);
    TELL(t, "closed");
    t->opening = 0;
    port->net_close(&t->posix);
}

static void wait(void *ctx, int events, uint32_t ms)
{
    tell_moved(ctx);
    port->wait(&((struct trace *)ctx)->posix, events, ms);
}

static uint64_t uptime_ms(void *ctx)
{
    return port->uptime_ms(&((struct trace *)ctx)->posix);
}

const struct nango_port trace_port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};

void trace_result(struct trace *t, const struct nango_result *r)
{
    tell_moved(t);
    print_f(&print_err, "* %s", nango_outcome_name(r->outcome));
    if (r->error != 0) {
        print_f(&print_err, " %s, cause %d", nango_error_name(r->error), r->cause);
    }
    print_f(&print_err, ", status %u, attempts %u", r->status, r->attempts);
    if (r->rate_limit != 0) {
        print_f(&print_err, ", %u of %u requests left for %u s", r->rate_remaining, r->rate_limit,
                r->rate_reset_ms / 1000);
    }
    print_end();
}
