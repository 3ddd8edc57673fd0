/* SPDX-License-Identifier: MIT */
#include "faulty.h"

#include <string.h>

#define DAY ((int64_t)86400000)
enum { HOUR = 3600000 };
#define NEVER_BROKEN (HTTP | JSON | RESULT | TLS | PORT | CLIENT)

/* function, way, code, by, name, is_overcome, bands, error */
const struct fault faults[] = {
    {OPEN, FAIL, NANGO_PORT_NO_NAME, 0, "net_open: no name", 1, PORT, NANGO_E_NO_NAME},
    {OPEN, FAIL, NANGO_PORT_UNREACHABLE, 0, "net_open: unreachable", 1, PORT, NANGO_E_UNREACHABLE},
    {OPEN, FAIL, NANGO_PORT_FAILED, 0, "net_open: failed", 1, PORT, NANGO_E_PORT},
    {OPEN, NOTHING, 0, 0, "net_open: not yet", 1, CLIENT, NANGO_E_DEADLINE},
    {OPEN, SILENCE, 0, 0, "net_open: never", 1, CLIENT, NANGO_E_DEADLINE},
    {SEND, FAIL, NANGO_PORT_RESET, 0, "net_send: reset", 1, PORT, NANGO_E_RESET},
    {SEND, FAIL, NANGO_PORT_FAILED, 0, "net_send: failed", 1, PORT, NANGO_E_PORT},
    {SEND, NOTHING, 0, 0, "net_send: nothing", 1, CLIENT, NANGO_E_DEADLINE},
    {SEND, SILENCE, 0, 0, "net_send: silence", 1, CLIENT, NANGO_E_DEADLINE},
    {SEND, ONE_BYTE, 0, 0, "net_send: one byte", 1, 0, 0},
    {SEND, FLIPPED, 0, 0, "net_send: a flipped bit", 0, NEVER_BROKEN, 0},
    {RECV, FAIL, NANGO_PORT_RESET, 0, "net_recv: reset", 1, PORT, NANGO_E_RESET},
    {RECV, FAIL, NANGO_PORT_FAILED, 0, "net_recv: failed", 1, PORT, NANGO_E_PORT},
    {RECV, FAIL, NANGO_PORT_FIN, 0, "net_recv: FIN", 1, PORT | HTTP, 0},
    {RECV, NOTHING, 0, 0, "net_recv: nothing", 1, CLIENT, NANGO_E_DEADLINE},
    {RECV, SILENCE, 0, 0, "net_recv: silence", 1, CLIENT, NANGO_E_DEADLINE},
    {RECV, ONE_BYTE, 0, 0, "net_recv: one byte", 1, 0, 0},
    {RECV, FLIPPED, 0, 0, "net_recv: a flipped bit", 0, NEVER_BROKEN, 0},
    {WAIT, EARLY, 0, 0, "wait: wakes early", 1, 0, 0},
    {WAIT, OVERSLEPT, 0, 0, "wait: sleeps for an hour", 0, CLIENT | PORT, 0},
    {UPTIME, MOVED, 0, HOUR, "uptime_ms: leaps by an hour", 0, CLIENT | PORT, 0},
    {UPTIME, MOVED, 0, 30 * DAY, "uptime_ms: leaps by a month", 0, CLIENT | PORT, 0},
    {UPTIME, MOVED, 0, -HOUR, "uptime_ms: falls back by an hour", 1, 0, 0},
    {ENTROPY, FAIL, -7, 0, "entropy: fails", 0, TLS, NANGO_E_TLS_ENTROPY},
    {CLOCK, MOVED, 0, 0, "unix_time: not known", 0, TLS, NANGO_E_TLS_CLOCK},
    {CLOCK, MOVED, 0, CERT_NOW + 20 * 365 * (DAY / 1000), "unix_time: too late", 0, TLS,
     NANGO_E_TLS_EXPIRED},
    {CLOCK, MOVED, 0, 1, "unix_time: 1970", 0, TLS, NANGO_E_TLS_NOT_YET},
    {ALLOC, FAIL, 0, 0, "allocation: fails", 0, TLS, NANGO_E_TLS_ARENA},
};
const size_t faults_len = sizeof faults / sizeof faults[0];

struct faulty faulty;

/* Does this call go wrong? */
static int is_struck(enum function function)
{
    struct faulty *f = &faulty;
    if (f->fault == NULL || f->fault->function != function) {
        return 0;
    }
    f->calls++;
    int struck = f->lasts ? f->calls >= f->at : f->calls == f->at;
    f->struck += (size_t)struck;
    return struck;
}

/* What a call on a connection says where it goes wrong as a whole; 1: it does not. */
static int strike(int struck)
{
    struct faulty *f = &faulty;
    if (struck && f->fault->way == FAIL) {
        f->dead = f->fault->code;
    }
    if (struck && f->fault->way == SILENCE) {
        f->dead = 1;
    }
    if (f->dead != 0) {
        return f->dead < 0 ? f->dead : 0;
    }
    return struck && f->fault->way == NOTHING ? 0 : 1;
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct faulty *f = ctx;
    if (f->stage.opened == f->stage.closed) { /* counted there, whatever becomes of it here */
        f->dead = 0;
        f->opens = stage_port.net_open(&f->stage, host, port, share_ms);
    }
    int rc = strike(is_struck(OPEN));
    return rc <= 0 ? rc : f->opens;
}

static size_t portion(int struck, size_t len)
{
    return struck && faulty.fault->way == ONE_BYTE ? 1 : len;
}

static void flip(int struck, unsigned char *bytes, size_t len)
{
    if (struck && faulty.fault->way == FLIPPED) {
        bytes[faulty.at * 7 % len] ^= (unsigned char)(1u << faulty.at % 8);
    }
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct faulty *f = ctx;
    unsigned char copy[8192];
    int struck = is_struck(SEND), rc = strike(struck);
    if (rc <= 0) {
        return rc;
    }
    len = portion(struck, len < sizeof copy ? len : sizeof copy);
    memcpy(copy, buf, len);
    flip(struck, copy, len);
    return stage_port.net_send(&f->stage, copy, len);
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct faulty *f = ctx;
    int struck = is_struck(RECV), rc = strike(struck);
    if (rc <= 0) {
        return rc;
    }
    rc = stage_port.net_recv(&f->stage, buf, portion(struck, cap));
    if (rc > 0) {
        flip(struck, buf, (size_t)rc);
    }
    return rc;
}

static void net_close(void *ctx)
{
    struct faulty *f = ctx;
    f->dead = 0;
    stage_port.net_close(&f->stage);
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct faulty *f = ctx;
    if (is_struck(WAIT)) {
        uint32_t instead = f->fault->way == EARLY ? 1 : HOUR;
        f->overslept += instead > ms ? instead - ms : 0;
        f->stage.now += instead;
    } else if (f->dead < 0) {
        f->stage.now++;
    } else if (f->dead > 0) {
        f->stage.now += ms;
    } else {
        stage_port.wait(&f->stage, events, ms);
    }
}

static uint64_t uptime_ms(void *ctx)
{
    struct faulty *f = ctx;
    if (is_struck(UPTIME)) {
        f->moved += f->fault->by;
    }
    return (uint64_t)((int64_t)stage_port.uptime_ms(&f->stage) + 10 * HOUR + f->moved);
}

const struct nango_port faulty_port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};

/* ---- entropy, time, memory ------------------------------------------------------------------- */

int faulty_entropy(void *ctx, void *buf, size_t len)
{
    static uint32_t x = 1;
    (void)ctx;
    if (is_struck(ENTROPY)) {
        return faulty.fault->code;
    }
    for (size_t i = 0; i < len; i++) {
        x = x * 1664525u + 1013904223u;
        ((uint8_t *)buf)[i] = (uint8_t)(x >> 24);
    }
    return 0;
}

uint64_t faulty_time(void *ctx)
{
    (void)ctx;
    return is_struck(CLOCK) ? (uint64_t)faulty.fault->by : CERT_NOW;
}

/* The linker puts these in front of Mbed TLS's (--wrap): what fails is asked of the arena as more
 * than it has, so that it says so in its own way. */
void *__real_mbedtls_calloc(size_t n, size_t size);
void __real_mbedtls_free(void *memory);
void *__wrap_mbedtls_calloc(size_t n, size_t size);
void __wrap_mbedtls_free(void *memory);

void *__wrap_mbedtls_calloc(size_t n, size_t size)
{
    enum { TOO_MUCH = 200000 };
    void *memory =
        is_struck(ALLOC) ? __real_mbedtls_calloc(1, TOO_MUCH) : __real_mbedtls_calloc(n, size);
    faulty.living += memory != NULL;
    return memory;
}

void __wrap_mbedtls_free(void *memory)
{
    faulty.living -= memory != NULL;
    __real_mbedtls_free(memory);
}
