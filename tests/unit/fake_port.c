/* SPDX-License-Identifier: MIT */
#include "fake_port.h"

#include <string.h>

static const struct fake_connection *current(const struct fake *f)
{
    return &f->script[f->opened - 1];
}

static int fake_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct fake *f = ctx;
    (void)host;
    (void)port;
    (void)share_ms;
    if (!f->is_open) {
        f->is_open = 1;
        f->request_len = 0;
        f->got = 0;
        f->answer_at = 0;
        f->opened++;
    }
    if (f->opened > f->script_len) {
        return NANGO_PORT_UNREACHABLE;
    }
    return current(f)->never ? 0 : current(f)->open < 0 ? current(f)->open : 1;
}

static size_t answer_len(const struct fake_connection *c)
{
    return c->answer == NULL ? 0 : c->answer_len != 0 ? c->answer_len : strlen(c->answer);
}

static size_t at_most(size_t len, size_t limit)
{
    return limit != 0 && len > limit ? limit : len;
}

static int fake_send(void *ctx, const void *buf, size_t len)
{
    struct fake *f = ctx;
    const struct fake_connection *c = current(f);
    if (f->got > 0 && f->got == answer_len(c)) { /* the next request on the same connection */
        f->request_len = 0;
        f->got = 0;
        f->answer_at = 0;
    }
    if (c->takes != 0 && f->request_len >= c->takes) {
        return NANGO_PORT_RESET;
    }
    len = at_most(len, c->step);
    if (c->takes != 0) {
        len = at_most(len, c->takes - f->request_len);
    }
    if (f->request_len < sizeof f->request) {
        memcpy(f->request + f->request_len, buf, at_most(len, sizeof f->request - f->request_len));
    }
    f->request_len += len;
    f->total_len += len;
    f->sends++;
    return (int)len;
}

/* The request's whole length, as its head says; 0: the head is not there yet. */
static size_t request_len(const struct fake *f)
{
    static const char field[] = "Content-Length: ";
    size_t kept = f->request_len < sizeof f->request ? f->request_len : sizeof f->request - 1;
    size_t body_len = 0, at = 0;
    for (; at + 4 <= kept && memcmp(f->request + at, "\r\n\r\n", 4) != 0; at++) {
        if (at + sizeof field < kept && memcmp(f->request + at, field, sizeof field - 1) == 0) {
            for (const char *p = f->request + at + sizeof field - 1; *p >= '0' && *p <= '9'; p++) {
                body_len = body_len * 10 + (size_t)(*p - '0');
            }
        }
    }
    return at + 4 <= kept ? at + 4 + body_len : 0;
}

static int is_due(struct fake *f)
{
    const struct fake_connection *c = current(f);
    if (f->answer_at == 0) {
        size_t after = c->after != 0 ? c->after : request_len(f);
        if (after == 0 || f->request_len < after) {
            return 0;
        }
        f->answer_at = f->now + c->delay_ms + 1;
    }
    return f->now + 1 >= f->answer_at;
}

static int fake_recv(void *ctx, void *buf, size_t cap)
{
    struct fake *f = ctx;
    const struct fake_connection *c = current(f);
    if (!is_due(f)) {
        return 0;
    }
    if (f->got == answer_len(c)) {
        return c->end;
    }
    size_t len = at_most(answer_len(c) - f->got, cap);
    len = at_most(len, f->got == 0 && c->first != 0 ? c->first : c->step);
    memcpy(buf, c->answer + f->got, len);
    f->got += len;
    return (int)len;
}

static void fake_close(void *ctx)
{
    struct fake *f = ctx;
    f->closed++;
    f->is_open = 0;
}

/* Wakes at the answer, or when the time is over. */
static void fake_wait(void *ctx, int events, uint32_t ms)
{
    struct fake *f = ctx;
    uint64_t end = f->now + ms;
    if ((events & NANGO_READ) && f->is_open && f->opened <= f->script_len) {
        int due = is_due(f);
        const struct fake_connection *c = current(f);
        int something = f->got < answer_len(c) || c->end != 0;
        if (something && f->answer_at != 0 && f->answer_at - 1 < end) {
            end = due ? f->now : f->answer_at - 1;
        }
    }
    f->now = end;
}

static uint64_t fake_uptime(void *ctx)
{
    return ((struct fake *)ctx)->now;
}

const struct nango_port fake_port = {
    .net_open = fake_open,
    .net_send = fake_send,
    .net_recv = fake_recv,
    .net_close = fake_close,
    .wait = fake_wait,
    .uptime_ms = fake_uptime,
};

int fake_entropy(void *ctx, void *buf, size_t len)
{
    static uint8_t next;
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = next += 37;
    }
    return 0;
}
