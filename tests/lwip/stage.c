/* SPDX-License-Identifier: MIT
 *
 * stage.c: see stage.h.
 */
#include "stage.h"

#include <string.h>

#include "lwip/init.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "unit.h"

enum { DNS_PORT_HERE = 5300 };

uint32_t now_ms;
uint32_t slept_ms;
unsigned sleeps;

uint16_t test_dns_port = DNS_PORT_HERE;

u32_t sys_now(void)
{
    return now_ms;
}

uint32_t test_random(void)
{
    static uint32_t state = 1;
    return state = state * 1664525 + 1013904223;
}

static void pump(void *board)
{
    (void)board;
    netif_poll_all();
}

static void sleep_for(void *board, uint32_t ms)
{
    (void)board;
    sleeps++;
    slept_ms += ms;
    now_ms += ms;
}

const struct nango_lwip fresh = {.pump = pump, .sleep = sleep_for};
const struct nango_port *const port = &nango_port_lwip;

/* ---- the DNS server: keeps the questions, answers when it is told to ---- */

struct names names;

static void asked(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t at)
{
    (void)arg, (void)pcb, (void)from;
    if (names.len < 4) {
        names.questions[names.len].len =
            pbuf_copy_partial(p, names.questions[names.len].bytes, 128, 0);
        names.questions[names.len].port = at;
        names.len++;
    }
    pbuf_free(p);
}

/* 127.0.0.`host` for the question with that number; 0: no such name. */
void answer_question(unsigned number, uint8_t host)
{
    static const uint8_t record[] = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0};
    uint8_t message[160];
    ip_addr_t loopback;
    size_t len = names.questions[number].len;
    memcpy(message, names.questions[number].bytes, len);
    message[2] = 0x81;
    message[3] = host != 0 ? 0x80 : 0x83;
    if (host != 0) {
        message[7] = 1;
        memcpy(message + len, record, sizeof record);
        message[len + sizeof record] = host;
        len += sizeof record + 1;
    }
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)len, PBUF_RAM);
    pbuf_take(p, message, (u16_t)len);
    IP_ADDR4(&loopback, 127, 0, 0, 1);
    udp_sendto(names.pcb, p, &loopback, names.questions[number].port);
    pbuf_free(p);
}

/* ---- the peer ---- */

struct peer peer;

static err_t peer_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg, (void)err;
    if (p == NULL) {
        peer.fin = 1;
        return ERR_OK;
    }
    pbuf_copy_partial(p, peer.bytes + peer.len, p->tot_len, 0);
    peer.len += p->tot_len;
    if (peer.hold) {
        peer.held += p->tot_len;
    } else {
        tcp_recved(pcb, p->tot_len);
    }
    pbuf_free(p);
    return ERR_OK;
}

static void peer_lost(void *arg, err_t err)
{
    (void)arg;
    peer.reset = err == ERR_RST;
    peer.pcb = NULL;
}

static err_t peer_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg, (void)err;
    peer.pcb = pcb;
    tcp_recv(pcb, peer_received);
    tcp_err(pcb, peer_lost);
    return ERR_OK;
}

void peer_say(const char *text)
{
    tcp_write(peer.pcb, text, (u16_t)strlen(text), TCP_WRITE_FLAG_COPY);
    tcp_output(peer.pcb);
}

void peer_end(void)
{
    if (peer.pcb != NULL) {
        tcp_recv(peer.pcb, NULL);
        tcp_err(peer.pcb, NULL);
        tcp_close(peer.pcb);
        peer.pcb = NULL;
    }
}

/* ---- driving ---- */

void turns(struct nango_lwip *c, unsigned n)
{
    while (n-- > 0) {
        port->wait(c, 0, 10);
    }
}

void start(void)
{
    static int started;
    if (!started) {
        started = 1;
        lwip_init();
        names.pcb = udp_new();
        udp_bind(names.pcb, IP_ADDR_ANY, DNS_PORT_HERE);
        udp_recv(names.pcb, asked, NULL);
        struct tcp_pcb *pcb = tcp_new();
        tcp_bind(pcb, IP_ADDR_ANY, PORT);
        peer.listener = tcp_listen(pcb);
        tcp_accept(peer.listener, peer_accepted);
    }
    ip_addr_t loopback;
    IP_ADDR4(&loopback, 127, 0, 0, 1);
    dns_setserver(0, &loopback);
    names.len = 0;
    peer.len = peer.held = 0;
    peer.fin = peer.reset = peer.hold = 0;
}

/* All that a case opened is gone, after the time that TCP itself needs. */
void check_nothing_left(struct nango_lwip *c)
{
    peer_end();
    for (unsigned i = 0; i < 200; i++) {
        port->wait(c, 0, 250);
    }
    CHECK_INT(lwip_stats.memp[MEMP_TCP_PCB]->used, 0);
    CHECK_INT(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
    CHECK_INT(lwip_stats.memp[MEMP_PBUF_POOL]->used, 0);
    CHECK_INT(lwip_stats.mem.used, 0);
}

int open_to(struct nango_lwip *c, const char *host, uint16_t tcp_port, unsigned tries)
{
    int rc;
    while ((rc = port->net_open(c, host, tcp_port, 5000)) == 0 && tries-- > 0) {
        port->wait(c, NANGO_WRITE, 100);
    }
    return rc;
}

void check_recv(struct nango_lwip *c, const char *want, int end)
{
    char buf[64];
    size_t len = 0;
    int rc;
    while ((rc = port->net_recv(c, buf + len, sizeof buf - len)) > 0) {
        len += (size_t)rc;
    }
    CHECK_MEM(buf, len, want, strlen(want));
    CHECK_INT(rc, end);
}
