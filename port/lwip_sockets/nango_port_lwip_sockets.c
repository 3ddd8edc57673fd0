/* SPDX-License-Identifier: MIT
 *
 * The six functions on lwIP's sockets, by their lwip_ names: connect and send may be macros.
 */
#include "nango_port_lwip_sockets.h"

#include "lwip/sockets.h"
#include "lwip/tcpip.h"

enum { NEW, CONNECTING, OPEN }; /* in the last two there is a descriptor */
enum { MOST_MS = 100000000, AGAIN_MS = 50, LAST_READS = 64 };

/* What just failed passes when memory or a place comes free, or it is this end. */
static int not_now_or(int end)
{
    return errno == EWOULDBLOCK || errno == ENOMEM || errno == ENOBUFS || errno == ENFILE ? 0 : end;
}

static bool is_ready(const struct nango_lwip_sockets *c, int events, uint32_t ms)
{
    struct timeval limit = {.tv_sec = (long)(ms / 1000), .tv_usec = (long)(ms % 1000 * 1000)};
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_SET(c->fd, &readable);
    writable = readable;
    return lwip_select(c->fd + 1, events & NANGO_READ ? &readable : NULL,
                       events & NANGO_WRITE ? &writable : NULL, NULL, &limit) > 0;
}

static int connect_to(int fd, const ip_addr_t *addr, uint16_t port)
{
#if LWIP_IPV6
    if (IP_IS_V6(addr)) {
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = lwip_htons(port)};
        inet6_addr_from_ip6addr(&v6.sin6_addr, ip_2_ip6(addr));
        return lwip_connect(fd, (struct sockaddr *)&v6, sizeof v6);
    }
#endif
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = lwip_htons(port)};
    inet_addr_from_ip4addr(&v4.sin_addr, ip_2_ip4(addr));
    return lwip_connect(fd, (struct sockaddr *)&v4, sizeof v4);
}

static int start_connect(struct nango_lwip_sockets *c, uint16_t port)
{
    int on = 1;
    c->fd = lwip_socket(IP_IS_V6(&c->question.addr) ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0) {
        return not_now_or(NANGO_PORT_FAILED);
    }
    (void)lwip_ioctl(c->fd, FIONBIO, &on); /* neither can fail on a new connection */
    (void)lwip_setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect_to(c->fd, &c->question.addr, port) == 0 || errno == EINPROGRESS) {
        c->state = CONNECTING;
        return 0;
    }
    int rc = not_now_or(NANGO_PORT_UNREACHABLE); /* EHOSTUNREACH: no interface */
    (void)lwip_close(c->fd);
    return rc;
}

static int connected(struct nango_lwip_sockets *c)
{
    int error = 0;
    socklen_t len = sizeof error;
    if (!is_ready(c, NANGO_WRITE, 0)) {
        return 0;
    }
    (void)lwip_getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    c->state = error == 0 ? OPEN : CONNECTING;
    return error == 0 ? 1 : NANGO_PORT_UNREACHABLE;
}

static void answer_came(struct nango_question *q) /* in lwIP's task */
{
    sys_sem_signal(&((struct nango_lwip_sockets *)(void *)q)->answer);
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct nango_lwip_sockets *c = ctx;
    (void)share_ms; /* there is one address, and the library watches the time */
    if (c->state != NEW) {
        return c->state == OPEN ? 1 : connected(c);
    }
    if (!sys_sem_valid(&c->answer) && sys_sem_new(&c->answer, 0) != ERR_OK) {
        return 0;
    }
    LOCK_TCPIP_CORE();
    c->question.came = answer_came;
    int known = question_ask(&c->question, host);
    UNLOCK_TCPIP_CORE();
    return known > 0 ? start_connect(c, port) : known;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct nango_lwip_sockets *c = ctx;
    int n = (int)lwip_send(c->fd, buf, len < INT16_MAX ? len : INT16_MAX, 0);
    return n >= 0 ? n : not_now_or(NANGO_PORT_RESET);
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct nango_lwip_sockets *c = ctx;
    int n = c->fin ? 0 : (int)lwip_recv(c->fd, buf, cap < INT16_MAX ? cap : INT16_MAX, 0);
    c->fin = n == 0;
    return n > 0 ? n : c->fin ? NANGO_PORT_FIN : not_now_or(NANGO_PORT_RESET);
}

static void net_close(void *ctx)
{
    struct nango_lwip_sockets *c = ctx;
    char rest[64];
    LOCK_TCPIP_CORE();
    question_forget(&c->question);
    UNLOCK_TCPIP_CORE();
    if (sys_sem_valid(&c->answer)) {
        sys_sem_free(&c->answer);
    }
    /* With something unread lwIP closes by a RST, which would overtake what was sent. */
    for (int i = 0; i < LAST_READS && c->state == OPEN && net_recv(c, rest, sizeof rest) > 0; i++) {
    }
    if (c->state != NEW) {
        (void)lwip_close(c->fd);
    }
    *c = (struct nango_lwip_sockets){.uptime = c->uptime};
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct nango_lwip_sockets *c = ctx;
    uint32_t nap = events == 0 || ms < AGAIN_MS ? ms : AGAIN_MS; /* memory may be there again */
    if (c->state != NEW && events != 0) {
        (void)is_ready(c, events, ms < MOST_MS ? ms : MOST_MS);
    } else if (nap > 0 && sys_sem_valid(&c->answer)) {
        (void)sys_arch_sem_wait(&c->answer, nap);
    } else {
        sys_msleep(nap);
    }
}

static uint64_t uptime_ms(void *ctx)
{
    struct nango_lwip_sockets *c = ctx;
    return c->uptime += (uint32_t)(sys_now() - (uint32_t)c->uptime);
}

const struct nango_port nango_port_lwip_sockets = {net_open,  net_send, net_recv,
                                                   net_close, wait,     uptime_ms};
