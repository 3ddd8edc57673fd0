/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include <string.h>

#include "lwip/dns.h"
#include "lwip/udp.h"

enum { QUESTION_CAP = 128, KEPT = 8 };

uint16_t stage_dns_port = 5300;

const struct nango_port *const port = &nango_port_lwip_sockets;

static struct {
    uint8_t bytes[QUESTION_CAP];
    size_t len;
    ip_addr_t from;
    u16_t port;
} kept[KEPT];
static unsigned kept_len;
static struct udp_pcb *names;

/* RFC 1035 section 4: 127.0.0.1 for the question, or no such name. */
static void answer(const uint8_t *question, size_t len, int is_known, const ip_addr_t *to, u16_t at)
{
    static const uint8_t record[] = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1};
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)(len + sizeof record), PBUF_RAM);
    uint8_t *bytes = p->payload;
    memcpy(bytes, question, len);
    memcpy(bytes + len, record, sizeof record);
    bytes[2] = 0x81;
    bytes[3] = is_known ? 0x80 : 0x83;
    bytes[7] = (uint8_t)is_known;
    pbuf_realloc(p, (u16_t)(is_known ? len + sizeof record : len));
    udp_sendto(names, p, to, at);
    pbuf_free(p);
}

static int begins_with(const uint8_t *question, const char *label) /* "\4peer" */
{
    return memcmp(question + 12, label, strlen(label)) == 0;
}

static void asked(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t at)
{
    uint8_t question[QUESTION_CAP] = {0};
    (void)arg, (void)pcb;
    size_t len = pbuf_copy_partial(p, question, sizeof question, 0);
    pbuf_free(p);
    /* IPv6 is asked for where there is no IPv4: lwIP's second question. */
    int is_a = question[len - 3] == 1;
    if (begins_with(question, "\4late") && kept_len < KEPT) {
        memcpy(kept[kept_len].bytes, question, len);
        kept[kept_len].len = len;
        kept[kept_len].from = *from;
        kept[kept_len++].port = at;
    } else {
        answer(question, len, is_a && begins_with(question, "\4peer"), from, at);
    }
}

unsigned stage_answer_late(void)
{
    LOCK_TCPIP_CORE();
    unsigned n = kept_len;
    for (unsigned i = 0; i < n; i++) {
        answer(kept[i].bytes, kept[i].len, 1, &kept[i].from, kept[i].port);
    }
    kept_len = 0;
    UNLOCK_TCPIP_CORE();
    return n;
}

static void started(void *ctx)
{
    ip_addr_t loopback = IPADDR4_INIT_BYTES(127, 0, 0, 1);
    names = udp_new();
    udp_bind(names, IP_ANY_TYPE, stage_dns_port);
    udp_recv(names, asked, NULL);
    dns_setserver(0, &loopback);
    peer_listen();
    sys_sem_signal(ctx);
}

void stage_start(void)
{
    static int is_started;
    sys_sem_t ready;
    if (is_started) {
        return;
    }
    is_started = 1;
    sys_sem_new(&ready, 0);
    tcpip_init(started, &ready);
    sys_arch_sem_wait(&ready, 0);
    sys_sem_free(&ready);
}

int stage_open(struct nango_lwip_sockets *c, const char *host, uint16_t tcp_port, uint32_t ms)
{
    uint64_t end = port->uptime_ms(c) + ms;
    int rc;
    while ((rc = port->net_open(c, host, tcp_port, ms)) == 0 && port->uptime_ms(c) < end) {
        port->wait(c, NANGO_WRITE, ms);
    }
    return rc;
}
