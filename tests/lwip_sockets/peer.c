/* SPDX-License-Identifier: MIT
 *
 * peer.c: the other end of tests/port/acceptance.c, as tests/port/peer.mjs is, inside of lwIP: a
 * line says what to do with a connection. Everything happens in lwIP's task.
 */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/tcp.h"
#include "lwip/timeouts.h"

enum { CONNECTIONS = 16, RST_MS = 50, AGAIN_MS = 10 };
enum verb { LINE, SOURCE, SINK, KEEP, OTHER };

struct conn {
    struct tcp_pcb *pcb; /* NULL: free */
    enum verb verb;
    char line[64];
    size_t line_len;
    size_t want, moved; /* of SOURCE and SINK */
    int bad, paused;
    u16_t held;
};

static struct conn conns[CONNECTIONS];
static char kept[32]; /* what the last `keep` came to */

static uint8_t pattern(size_t i)
{
    return (uint8_t)(7 * i + (i >> 8));
}

static void say(struct conn *c, const char *text)
{
    tcp_write(c->pcb, text, (u16_t)strlen(text), TCP_WRITE_FLAG_COPY);
    tcp_output(c->pcb);
}

static void abort_now(void *ctx)
{
    struct conn *c = ctx;
    tcp_abort(c->pcb); /* `lost` follows */
}

static void say_x(void *ctx)
{
    say(ctx, "x");
}

static void say_kept(void *ctx)
{
    if (kept[0] == 0) {
        sys_timeout(AGAIN_MS, say_kept, ctx);
    } else {
        say(ctx, kept);
    }
}

static void resume(void *ctx)
{
    struct conn *c = ctx;
    c->paused = 0;
    tcp_recved(c->pcb, c->held);
}

static void forget(struct conn *c, const char *how)
{
    if (c->verb == KEEP) {
        snprintf(kept, sizeof kept, "%zu %s\n", c->moved, how);
    }
    sys_untimeout(abort_now, c);
    sys_untimeout(say_x, c);
    sys_untimeout(say_kept, c);
    sys_untimeout(resume, c);
    c->pcb = NULL;
}

static void lost(void *ctx, err_t err)
{
    (void)err;
    forget(ctx, "rst");
}

static void pour(struct conn *c)
{
    uint8_t bytes[512];
    while (c->verb == SOURCE && c->moved < c->want) {
        size_t n = c->want - c->moved < sizeof bytes ? c->want - c->moved : sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            bytes[i] = pattern(c->moved + i);
        }
        if (tcp_sndbuf(c->pcb) < n ||
            tcp_write(c->pcb, bytes, (u16_t)n, TCP_WRITE_FLAG_COPY) != ERR_OK) {
            return; /* `sent` comes again */
        }
        c->moved += n;
        if (c->moved == c->want) {
            tcp_shutdown(c->pcb, 0, 1);
        }
    }
    tcp_output(c->pcb);
}

static err_t sent(void *ctx, struct tcp_pcb *pcb, u16_t len)
{
    (void)pcb, (void)len;
    pour(ctx);
    return ERR_OK;
}

static void obey(struct conn *c)
{
    char verb[8] = "";
    unsigned long a = 0, b = 0;
    sscanf(c->line, "%7s %lu %lu", verb, &a, &b);
    c->verb = OTHER;
    c->want = a;
    if (strcmp(verb, "source") == 0) {
        c->verb = SOURCE;
        pour(c);
    } else if (strcmp(verb, "sink") == 0) {
        c->verb = SINK;
        c->paused = 1;
        sys_timeout((u32_t)b, resume, c);
    } else if (strcmp(verb, "keep") == 0 || strcmp(verb, "greet") == 0) {
        c->verb = KEEP;
        kept[0] = 0;
        if (verb[0] == 'g') { /* of this peer alone: a greeting, then as `keep` */
            say(c, "hello");
        }
    } else if (strcmp(verb, "rst") == 0) {
        say(c, "bye");
        sys_timeout(RST_MS, abort_now, c);
    } else if (strcmp(verb, "later") == 0) {
        sys_timeout((u32_t)a, say_x, c);
    } else if (strcmp(verb, "closed") == 0) {
        snprintf(c->line, sizeof c->line, "%d\n", CLOSED_PORT);
        say(c, c->line);
    } else if (strcmp(verb, "last") == 0) {
        say_kept(c);
    }
}

static void take(struct conn *c, uint8_t byte)
{
    if (c->verb == LINE) {
        c->line[c->line_len++] = (char)byte;
        if (byte == '\n' || c->line_len == sizeof c->line - 1) {
            c->line[c->line_len] = 0;
            obey(c);
        }
    } else if (c->verb == SINK) {
        c->bad |= byte != pattern(c->moved++);
        if (c->moved == c->want) {
            say(c, c->bad ? "bad\n" : "ok\n");
        }
    } else if (c->verb == KEEP) {
        c->moved++;
    }
}

static err_t received(void *ctx, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct conn *c = ctx;
    (void)err;
    if (p == NULL) {
        forget(c, "fin");
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_err(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_close(pcb);
        return ERR_OK;
    }
    for (u16_t i = 0; i < p->tot_len; i++) {
        take(c, pbuf_get_at(p, i));
    }
    if (c->paused) {
        c->held = (u16_t)(c->held + p->tot_len);
    } else {
        tcp_recved(pcb, p->tot_len);
    }
    pbuf_free(p);
    return ERR_OK;
}

static err_t accepted(void *ctx, struct tcp_pcb *pcb, err_t err)
{
    (void)ctx, (void)err;
    struct conn *c = conns;
    while (c->pcb != NULL) {
        if (++c == conns + CONNECTIONS) {
            abort();
        }
    }
    *c = (struct conn){.pcb = pcb};
    tcp_arg(pcb, c);
    tcp_recv(pcb, received);
    tcp_sent(pcb, sent);
    tcp_err(pcb, lost);
    return ERR_OK;
}

void peer_listen(void)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    tcp_bind(pcb, IP_ANY_TYPE, PEER_PORT);
    tcp_accept(tcp_listen(pcb), accepted);
}
