/* SPDX-License-Identifier: MIT
 *
 * import.c: the programs build/size/import-min.elf (NANGO_TYPES=9, NANGO_BODY=0) and import-
 * full.elf: two imports over a port that is a console and a canned answer. Everything that is in
 * the image counts, start-up and this file too. There is no static data: all of it is on the
 * stack.
 */
#include "nango.h"

#include "inputs.h"
#include "mps2.h"

#ifdef IMPORT_FULL
enum { WORK_LEN = 1024 };
#else
enum { WORK_LEN = 512 };
#endif

extern const uint32_t stack_start[];

_Noreturn void start(void);

struct canned {
    size_t at; /* in the answer; its end: none is there */
    uint64_t now;
};

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    (void)ctx, (void)host, (void)port, (void)share_ms;
    return 1;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct canned *c = ctx;
    c->at = inputs.answer.len; /* nothing yet */
    for (size_t i = 0; i < len; i++) {
        while (MPS2_REG(MPS2_UART0 + UART_STATE) & UART_TX_FULL) {
        }
        MPS2_REG(MPS2_UART0 + UART_DATA) = ((const uint8_t *)buf)[i];
    }
    return (int)len;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct canned *c = ctx;
    size_t n = 0;
    while (n < cap && c->at < inputs.answer.len) {
        ((char *)buf)[n++] = inputs.answer.ptr[c->at++];
    }
    return (int)n;
}

static void net_close(void *ctx)
{
    (void)ctx;
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct canned *c = ctx;
    if (events == NANGO_READ) { /* the request is whole: the answer comes */
        c->at = 0;
        ms = 1;
    }
    c->now += ms;
}

static uint64_t uptime_ms(void *ctx)
{
    struct canned *c = ctx;
    return c->now;
}

static const struct nango_port port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};

static int entropy(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = 4;
    }
    return 0;
}

#ifdef IMPORT_FULL
static void set_credentials(struct nango_credentials *c)
{
    const struct nango_text t = inputs.api_key;
    *c = (struct nango_credentials){.type = (enum nango_type)inputs.type.len};
    switch (c->type) {
    case NANGO_OAUTH2_CC:
        c->oauth2_cc.token = c->oauth2_cc.client_id = c->oauth2_cc.client_secret = t;
        break;
    case NANGO_OAUTH1: c->oauth1.oauth_token = c->oauth1.oauth_token_secret = t; break;
    case NANGO_API_KEY: c->api_key.api_key = t; break;
    case NANGO_BASIC: c->basic.username = c->basic.password = t; break;
    case NANGO_TBA: c->tba.token_id = c->tba.token_secret = t; break;
    case NANGO_APP:
    case NANGO_CUSTOM: c->app.app_id = c->app.installation_id = t; break;
    default: break;
    }
}
#endif

/* Both imports; 0 when both ended well, and the answer's id was read. */
static int run(void)
{
    struct canned canned = {0};
    struct nango_tls tls = {.settings = {.entropy = entropy}};
    struct nango_client client;
    struct nango_result result;
    uint8_t work[WORK_LEN];
    int rc = nango_init(&client, &(struct nango_settings){.tls = &tls,
                                                          .port = &port,
                                                          .port_ctx = &canned,
                                                          .host = "localhost",
                                                          .plain_http = 1,
                                                          .secret_key = inputs.secret_key,
                                                          .work = work,
                                                          .work_cap = sizeof work});
    if (rc != 0) {
        return 10;
    }
    struct nango_connection c = {
        .provider_config_key = inputs.provider_config_key,
        .connection_id = inputs.connection_id,
        .credentials = {.type = NANGO_OAUTH2,
                        .oauth2 = {.access_token = inputs.access_token,
                                   .refresh_token = inputs.refresh_token,
                                   .expires_at = {.iso = inputs.expires_at}}},
    };
#ifdef IMPORT_FULL
    char text[64], errors[128];
    struct nango_field fields[] = {{.name = "id", .buf = text, .cap = sizeof text},
                                   {.name = "errors", .buf = errors, .cap = sizeof errors}};
    struct nango_tag tag = {inputs.tag_key, inputs.tag_value};
    struct nango_detail detail;
    size_t pos = 0;
    nango_want(&client, fields, 2);
    c.tags = (struct nango_tags){&tag, 1};
    c.metadata = (struct nango_source){.len = inputs.metadata.len, .mem = inputs.metadata.ptr};
    c.connection_config = (struct nango_source){.len = inputs.connection_config.len,
                                                .mem = inputs.connection_config.ptr};
#endif
    if (nango_import(&client, &c, &result) != 0) {
        return 11;
    }
#ifdef IMPORT_FULL
    set_credentials(&c.credentials);
    while (nango_detail_next(errors, fields[1].len, &pos, &detail) == 1) {
    }
#else
    c.credentials =
        (struct nango_credentials){.type = NANGO_API_KEY, .api_key = {.api_key = inputs.api_key}};
#endif
    if (nango_import(&client, &c, &result) != 0) {
        return 12;
    }
#ifdef IMPORT_FULL
    struct nango_connection raw = {
        .body = {.len = inputs.body.len, .mem = inputs.body.ptr},
    };
    if (nango_check(&raw, NULL, 0, &result) != 0 || nango_import(&client, &raw, &result) != 0 ||
        fields[0].kind != NANGO_NUMBER) {
        return 13;
    }
#endif
    nango_close(&client);
    return 0;
}

/* Semihosting's SYS_EXIT_EXTENDED ends the emulator. */
_Noreturn void start(void)
{
    MPS2_REG(MPS2_UART0 + UART_CTRL) = UART_TX_ENABLE;
    uint32_t block[2] = {0x20026 /* ADP_Stopped_ApplicationExit */, (uint32_t)run()};
    register uint32_t operation __asm__("r0") = 0x20;
    register uint32_t *argument __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

struct vectors {
    const uint32_t *stack;
    void (*reset)(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = {stack_start,
                                                                                  start};
