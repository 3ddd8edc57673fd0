/* SPDX-License-Identifier: MIT
 *
 * measure.c: build/size/measure.elf counts instructions and stack on a Cortex-M3. QEMU runs it with
 * -icount shift=6: an instruction takes 64 ns, so the board's timer of 25 MHz counts all of them.
 * Prints `name number` lines for size.mjs.
 */
#include "nango.h"

#include <string.h>

#include "client.h"
#include "inputs.h"
#include "mps2.h"
#include "out.h"

enum { PAINTED = 4096, RUNS = 16 };

static const struct nango_tag tags[] = {{NANGO_STR("team"), NANGO_STR("fleet")}};
static const struct nango_tag user_tags[] = {
    {NANGO_STR("org_id"), NANGO_STR("org_77")},
    {NANGO_STR("organization"), NANGO_STR("Analytical Engines Ltd")}};
static const char metadata[] =
    "{\"device\":\"gw-0042\",\"region\":\"eu-west-1\",\"firmware\":\"4.2.10000\"}";

static struct nango_connection connection;
static struct nango_connection raw; /* the same as a body */
static struct nango_result result;
static struct nango_client client;
static struct nango_tls tls;
static struct request rq;
static char work[2048];

static void put(const char *name, uint32_t number)
{
    char digits[12];
    size_t at = sizeof digits;
    digits[--at] = '\n';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    digits[--at] = ' ';
    board_write(name, strlen(name));
    board_write(digits + at, sizeof digits - at);
}

/* ---- instructions ---- */

static uint32_t instructions(void (*work_to_do)(void))
{
    MPS2_REG(MPS2_TIMER0 + TIMER_RELOAD) = UINT32_MAX;
    MPS2_REG(MPS2_TIMER0 + TIMER_VALUE) = UINT32_MAX;
    MPS2_REG(MPS2_TIMER0 + TIMER_CTRL) = TIMER_ENABLE;
    uint32_t from = MPS2_REG(MPS2_TIMER0 + TIMER_VALUE);
    for (unsigned i = 0; i < RUNS; i++) {
        work_to_do();
    }
    uint32_t ticks = from - MPS2_REG(MPS2_TIMER0 + TIMER_VALUE);
    return (uint32_t)((uint64_t)ticks * 5 / 8 / RUNS); /* 40 ns a tick, 64 ns an instruction */
}

static void nothing(void)
{
}

/* What the library does for a request that was checked, and so measured. */
static void build(void)
{
    struct http_request h = {.method = "POST",
                             .prefix = "",
                             .target = request_import_target,
                             .body = request_import_body,
                             .ctx = &rq,
                             .body_len = rq.body_len,
                             .host = "api.nango.dev",
                             .bearer = inputs.secret_key,
                             .user_agent = {NULL, 0}};
    struct window w = {.buf = work, .cap = sizeof work, .sum = OUT_SUM_START};
    http_write(&w, &h);
    if (w.len > sizeof work || w.error != 0) {
        board_off(20);
    }
}

static void read_in(size_t step)
{
    static struct http http;
    static struct result answer;
    static char text[5][64];
    struct nango_field fields[] = {
        {.name = "id", .buf = text[0], .cap = sizeof text[0]},
        {.name = "connection_id", .buf = text[1], .cap = sizeof text[1]},
        {.name = "provider_config_key", .buf = text[2], .cap = sizeof text[2]},
        {.name = "created_at", .buf = text[3], .cap = sizeof text[3]},
        {.name = "credentials.expires_at", .buf = text[4], .cap = sizeof text[4]}};
    int rc = HTTP_MORE;
    http_init(&http, result.message, sizeof result.message);
    const char *p = inputs.answer.ptr, *end = p + inputs.answer.len;
    while (rc == HTTP_MORE && p < end) {
        const char *stop = (size_t)(end - p) < step ? end : p + step;
        do {
            size_t used;
            rc = http_feed(&http, p, (size_t)(stop - p), &used);
            p += used;
            if (rc == HTTP_HEAD) {
                result_init(&answer, http.status, &result, "connection_id", JSON_STRING, fields, 5);
            } else if (http.body_len > 0) {
                result_feed(&answer, p - http.body_len, http.body_len);
            }
        } while (rc == HTTP_HEAD || (rc == HTTP_MORE && p < stop));
    }
    if (rc != HTTP_END || result_finish(&answer) != 0 || fields[4].kind != NANGO_STRING) {
        board_off(21);
    }
}

static void read_whole(void)
{
    read_in(SIZE_MAX);
}

static void read_128(void)
{
    read_in(128);
}

/* ---- stack ---- */

/* How deep it went below the caller's frame. */
static uint32_t stack_of(void (*work_to_do)(void))
{
    uint32_t *top = (uint32_t *)__builtin_frame_address(0) - 32;
    for (volatile uint32_t *at = top - PAINTED / 4; at < top; at++) {
        *at = MPS2_PAINT;
    }
    uint32_t before;
    __asm__ volatile("mov %0, sp" : "=r"(before));
    work_to_do();
    uint32_t *at = top - PAINTED / 4;
    while (at < top && *at == MPS2_PAINT) {
        at++;
    }
    return (uint32_t)(uintptr_t)before - (uint32_t)(uintptr_t)at;
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    (void)ctx, (void)host, (void)port, (void)share_ms;
    return 1;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    (void)buf;
    *(size_t *)ctx = inputs.answer.len;
    return (int)len;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    size_t *at = ctx;
    size_t n = inputs.answer.len - *at < cap ? inputs.answer.len - *at : cap;
    memcpy(buf, inputs.answer.ptr + *at, n);
    *at += n;
    return (int)n;
}

static void net_close(void *ctx)
{
    (void)ctx;
}

static void wait(void *ctx, int events, uint32_t ms)
{
    (void)ms;
    *(size_t *)ctx = events == NANGO_READ ? 0 : inputs.answer.len;
}

static uint64_t uptime_ms(void *ctx)
{
    (void)ctx;
    return 0;
}

static const struct nango_port port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};

static int entropy(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    memset(buf, 4, len);
    return 0;
}

static void init(void)
{
    static size_t at;
    tls.settings.entropy = entropy;
    if (nango_init(&client, &(struct nango_settings){.tls = &tls,
                                                     .port = &port,
                                                     .port_ctx = &at,
                                                     .host = "localhost",
                                                     .plain_http = 1,
                                                     .secret_key = inputs.secret_key,
                                                     .work = work,
                                                     .work_cap = 512}) != 0) {
        board_off(22);
    }
}

static void import(void)
{
    if (nango_import(&client, &connection, &result) != 0) {
        board_off(23);
    }
}

static void import_body(void)
{
    if (nango_import(&client, &raw, &result) != 0) {
        board_off(24);
    }
}

static void check(void)
{
    if (nango_check(&raw, NULL, 0, &result) != 0) {
        board_off(25);
    }
}

static void detail(void)
{
    static const char errors[] = "[{\"code\":\"a\",\"message\":\"b\",\"path\":[\"c\",\"d\"]}]";
    static struct nango_detail d;
    size_t pos = 0;
    if (nango_detail_next(errors, sizeof errors - 1, &pos, &d) != 1) {
        board_off(26);
    }
}

static void close(void)
{
    nango_close(&client);
}

int main(void)
{
    connection = (struct nango_connection){
        .provider_config_key = inputs.provider_config_key,
        .connection_id = inputs.connection_id,
        .credentials = {.type = NANGO_OAUTH2,
                        .oauth2 = {.access_token = inputs.access_token,
                                   .refresh_token = inputs.refresh_token,
                                   .expires_at = {.iso = inputs.expires_at}}},
        .metadata = {.len = sizeof metadata - 1, .mem = metadata},
        .end_user = {.id = NANGO_STR("eu_20418"),
                     .email = NANGO_STR("ada.lovelace@example.com"),
                     .display_name = NANGO_STR("Ada Lovelace"),
                     .tags = {user_tags, 2}},
        .tags = {tags, 1},
    };
    raw.body = (struct nango_source){.len = inputs.body.len, .mem = inputs.body.ptr};
    rq.connection = &connection;
    if (check_connection(&rq, &result, work, sizeof work) != 0) {
        return 19;
    }
    uint32_t loop = instructions(nothing);
    put("instructions.build", instructions(build) - loop);
    put("instructions.read", instructions(read_whole) - loop);
    put("instructions.read-128", instructions(read_128) - loop);
    put("stack.nango_init", stack_of(init));
    put("stack.nango_import", stack_of(import));
    put("stack.nango_import-body", stack_of(import_body));
    put("stack.nango_check", stack_of(check));
    put("stack.nango_detail_next", stack_of(detail));
    put("stack.nango_close", stack_of(close));
    put("sizeof.nango_client", sizeof(struct nango_client));
    return 0;
}
