/* SPDX-License-Identifier: MIT
 *
 * nango_port_lwip.c: the six functions on lwIP's raw API. lwIP's callbacks note what happened,
 * the functions read it.
 */
#include "nango_port_lwip.h"

#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"

/* NEW -> CONNECTING -> OPEN; < 0: the code that ended it. */
enum { NEW, OPEN, CONNECTING };
enum { LINGER_HALF_SECONDS = 20 };

static err_t connected(void *ctx, struct tcp_pcb *pcb, err_t err)
{
    ((struct nango_lwip *)ctx)->state = OPEN;
    return (void)pcb, err; /* always ERR_OK */
}

static err_t received(void *ctx, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct nango_lwip *c = ctx;
    c->fin = p == NULL;
    if (p != NULL && c->rx != NULL) {
        pbuf_cat(c->rx, p); /* TCP_WND at most, which tcp_recved alone opens again */
    } else if (p != NULL) {
        c->rx = p;
    }
    return (void)pcb, err; /* always ERR_OK */
}

static void lost(void *ctx, err_t err) /* a RST, or nobody answered; lwIP frees the pcb */
{
    struct nango_lwip *c = ctx;
    (void)err;
    c->pcb = NULL;
    c->state = c->state == OPEN ? NANGO_PORT_RESET : NANGO_PORT_UNREACHABLE;
}

static void start_connect(struct nango_lwip *c, uint16_t port)
{
    const ip_addr_t *addr = &c->question.addr;
    if (c->pcb == NULL && (c->pcb = tcp_new_ip_type(IP_GET_TYPE(addr))) != NULL) {
        tcp_nagle_disable(c->pcb);
        tcp_arg(c->pcb, c);
        tcp_recv(c->pcb, received);
        tcp_err(c->pcb, lost);
    }
    err_t err = c->pcb == NULL ? ERR_MEM : tcp_connect(c->pcb, addr, port, connected);
    if (err != ERR_MEM && err != ERR_BUF) { /* no room, or no free port: not now */
        c->state = err == ERR_OK ? CONNECTING : NANGO_PORT_UNREACHABLE; /* ERR_RTE: no interface */
    }
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct nango_lwip *c = ctx;
    (void)share_ms; /* there is one address, and the library watches the time */
    int known = c->state == NEW ? question_ask(&c->question, host) : 0;
    if (known > 0) {
        start_connect(c, port);
    }
    c->stalled = c->state == NEW;
    return known < 0 ? known : c->state <= OPEN ? c->state : 0;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct nango_lwip *c = ctx;
    if (c->state < 0) {
        return c->state;
    }
    u16_t n = len < tcp_sndbuf(c->pcb) ? (u16_t)len : tcp_sndbuf(c->pcb);
    err_t err = ERR_MEM;
    while (n > 0 && (err = tcp_write(c->pcb, buf, n, TCP_WRITE_FLAG_COPY)) == ERR_MEM) {
        n /= 2; /* lwIP may have the memory for a part */
    }
    c->stalled = n == 0;
    (void)tcp_output(c->pcb); /* what does not leave now, leaves by lwIP's timer */
    return err == ERR_OK || err == ERR_MEM ? n : NANGO_PORT_FAILED;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct nango_lwip *c = ctx;
    if (c->rx == NULL) {
        return c->fin ? NANGO_PORT_FIN : c->state < 0 ? c->state : 0;
    }
    u16_t n = pbuf_copy_partial(c->rx, buf, cap < TCP_WND ? (u16_t)cap : TCP_WND, 0);
    c->rx = pbuf_free_header(c->rx, n);
    if (c->pcb != NULL) {
        tcp_recved(c->pcb, n);
    }
    return n;
}

static err_t linger_is_over(void *ctx, struct tcp_pcb *pcb)
{
    tcp_abort(pcb);
    return (void)ctx, ERR_ABRT;
}

static void net_close(void *ctx)
{
    struct nango_lwip *c = ctx;
    question_forget(&c->question);
    if (c->pcb != NULL) {
        tcp_recved(c->pcb, c->rx != NULL ? c->rx->tot_len : 0);
        tcp_recv(c->pcb, NULL); /* lwIP's own drops what comes, and closes at the FIN: no RST */
        tcp_err(c->pcb, NULL);
        tcp_poll(c->pcb, linger_is_over, LINGER_HALF_SECONDS);
        tcp_setprio(c->pcb, TCP_PRIO_MIN);
        (void)(c->state == OPEN ? tcp_shutdown(c->pcb, 0, 1) : tcp_close(c->pcb));
    }
    if (c->rx != NULL) {
        pbuf_free(c->rx);
    }
    *c = (struct nango_lwip){
        .pump = c->pump, .sleep = c->sleep, .board = c->board, .uptime = c->uptime};
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct nango_lwip *c = ctx;
    bool readable = c->rx != NULL || c->fin;
    bool writable = !c->stalled && (c->state == OPEN ? tcp_sndbuf(c->pcb) > 0 : c->state == NEW);
    bool ready = (events & NANGO_READ && readable) || (events & NANGO_WRITE && writable);
    if (c->state >= 0 && !ready) {
        uint32_t timer_ms = sys_timeouts_sleeptime();
        c->sleep(c->board, timer_ms < ms ? timer_ms : ms);
    }
    c->pump(c->board);
    sys_check_timeouts();
    c->stalled = false;
}

static uint64_t uptime_ms(void *ctx)
{
    struct nango_lwip *c = ctx;
    return c->uptime += (uint32_t)(sys_now() - (uint32_t)c->uptime);
}

const struct nango_port nango_port_lwip = {net_open,  net_send, net_recv,
                                           net_close, wait,     uptime_ms};
