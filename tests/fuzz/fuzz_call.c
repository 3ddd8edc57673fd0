/* SPDX-License-Identifier: MIT
 *
 * A whole call, of which the fuzzer is the server: two imports on one client, over plain http and a
 * virtual clock. The input is what the server sends, over all connections; bytes that no HTTP has
 * are orders:
 *
 *     f8  the stream ends      f9  a reset       either: the rest is for the next connection
 *     fa  a second passes      fb  eight seconds pass
 *     fc  the next net_open fails                fd  so do sends from now on
 *     fe  only when a whole request has come     ff  the clock jumps back a second
 *
 * Whatever comes: each call ends within its deadline, in an outcome that is true.
 */
#include "fuzz.h"
#include "nango.h"

#include <string.h>

enum { DEADLINE_MS = 20000, WORK_CAP = 640, STEPS_MAX = 100000 };
#define DONE_ID "fuzz"

static struct server {
    const uint8_t *bytes;
    size_t len, at;
    uint32_t seed; /* of the slicing */
    uint64_t now;
    uint64_t hold; /* nothing comes before this moment */
    unsigned opened, closed, steps;
    int is_open, end, send_fails;
    char request[2048];
    size_t request_len;
    unsigned whole_requests; /* that came */
    size_t taken;            /* bytes of requests, over all connections of a call */
    struct fuzz_text first;  /* the first whole request of a call; all others must be the same */
} server;

static size_t request_len(const struct server *s)
{
    const char *at = s->request;
    for (size_t i = 0; i + 4 <= s->request_len; i++) {
        if (memcmp(at + i, "\r\n\r\n", 4) == 0) {
            size_t len = 0;
            for (size_t k = 0; k + 17 < i; k++) {
                if (memcmp(at + k, "\r\nContent-Length: ", 18) == 0) {
                    for (k += 18; at[k] >= '0' && at[k] <= '9'; k++) {
                        len = len * 10 + (size_t)(at[k] - '0');
                    }
                }
            }
            return i + 4 + len;
        }
    }
    return 0;
}

static int is_whole(const struct server *s)
{
    size_t len = request_len(s);
    return len > 0 && s->request_len >= len;
}

static void count_step(struct server *s)
{
    FUZZ_CHECK(++s->steps < STEPS_MAX);
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct server *s = ctx;
    (void)host, (void)port;
    count_step(s);
    FUZZ_CHECK(share_ms <= DEADLINE_MS);
    if (!s->is_open) {
        s->is_open = 1;
        s->opened++;
        s->end = 0;
        s->send_fails = 0;
        s->request_len = 0;
    }
    if (s->at < s->len && s->bytes[s->at] == 0xfc) {
        s->at++;
        return NANGO_PORT_UNREACHABLE;
    }
    return fuzz_next(&s->seed) % 8 > 0;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct server *s = ctx;
    count_step(s);
    FUZZ_CHECK(s->is_open && len > 0);
    if (s->send_fails || s->end == NANGO_PORT_RESET) {
        return NANGO_PORT_RESET;
    }
    if (is_whole(s)) { /* the next one, on a kept connection */
        s->request_len = 0;
    }
    size_t n = fuzz_next(&s->seed) % 4 == 0 ? fuzz_next(&s->seed) % 50 : len;
    n = n < len ? n : len;
    FUZZ_CHECK(s->request_len + n <= sizeof s->request);
    memcpy(s->request + s->request_len, buf, n);
    s->request_len += n;
    s->taken += n;
    if (n > 0 && is_whole(s)) {
        FUZZ_CHECK(s->request_len == request_len(s)); /* not a byte too many */
        s->whole_requests++;
        if (s->first.len == 0) {
            fuzz_add(&s->first, s->request, s->request_len);
        }
        FUZZ_CHECK(s->first.len == s->request_len &&
                   memcmp(s->first.ptr, s->request, s->request_len) == 0);
    }
    return (int)n;
}

static int order(struct server *s, uint8_t byte)
{
    s->at++;
    switch (byte) {
    case 0xf8: return s->end = NANGO_PORT_FIN;
    case 0xf9: return s->end = NANGO_PORT_RESET;
    case 0xfa: s->hold = s->now + 1000; break;
    case 0xfb: s->hold = s->now + 8000; break;
    case 0xfd: s->send_fails = 1; break;
    case 0xfe:
        if (!is_whole(s)) {
            s->at--;
        }
        break;
    case 0xff: s->now -= s->now < 1000 ? s->now : 1000; break;
    default: break;
    }
    return 0;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct server *s = ctx;
    count_step(s);
    FUZZ_CHECK(s->is_open && cap > 0);
    if (s->end != 0) {
        return s->end;
    }
    if (s->now < s->hold || s->at == s->len) {
        return 0;
    }
    if (s->bytes[s->at] >= 0xf8) {
        return order(s, s->bytes[s->at]);
    }
    size_t most = fuzz_next(&s->seed) % 3 == 0 ? 1 + fuzz_next(&s->seed) % 9 : cap, n = 0;
    while (n < cap && n < most && s->at < s->len && s->bytes[s->at] < 0xf8) {
        ((uint8_t *)buf)[n++] = s->bytes[s->at++];
    }
    return (int)n;
}

static void net_close(void *ctx)
{
    struct server *s = ctx;
    FUZZ_CHECK(s->is_open);
    s->is_open = 0;
    s->closed++;
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct server *s = ctx;
    uint64_t end = s->now + ms;
    count_step(s);
    FUZZ_CHECK((events & ~(NANGO_READ | NANGO_WRITE)) == 0);
    if (events & NANGO_READ && s->is_open && (s->at < s->len || s->end != 0)) {
        end = s->hold > s->now && s->hold < end ? s->hold : s->now + 1; /* there is something */
    } else if (events & NANGO_WRITE) {
        end = s->now + 1;
    }
    s->now = end < s->now + ms ? end : s->now + ms;
}

static uint64_t uptime_ms(void *ctx)
{
    return ((struct server *)ctx)->now;
}

static int entropy(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = (uint8_t)fuzz_next(&server.seed);
    }
    return 0;
}

static const struct nango_port port = {.net_open = net_open,
                                       .net_send = net_send,
                                       .net_recv = net_recv,
                                       .net_close = net_close,
                                       .wait = wait,
                                       .uptime_ms = uptime_ms};
static char work[WORK_CAP];

/* Did the server say so since then? Orders are no words. */
static int said(size_t since, const char *text)
{
    for (; since < server.at; since++) {
        size_t at = since, i = 0;
        while (at < server.at &&
               (server.bytes[at] >= 0xf8 || server.bytes[at] == (uint8_t)text[i])) {
            i += server.bytes[at++] < 0xf8;
            if (text[i] == '\0') {
                return 1;
            }
        }
    }
    return 0;
}

/* Is the outcome true? */
static void check_result(const struct nango_result *r, int rc, size_t before)
{
    static const char zero[sizeof work];
    const struct server *s = &server;
    FUZZ_CHECK(rc == r->error && (rc == 0) == (r->outcome == NANGO_DONE) && rc <= 0);
    FUZZ_CHECK(strcmp(nango_error_name(rc), "?") != 0);
    FUZZ_CHECK(memcmp(work, zero, sizeof work) == 0);
    FUZZ_CHECK(strlen(r->code) < sizeof r->code && strlen(r->message) < sizeof r->message);
    switch (r->outcome) {
    case NANGO_DONE:
        FUZZ_CHECK(s->whole_requests > 0 && r->status / 100 == 2);
        FUZZ_CHECK(s->at - before >=
                   strlen("HTTP/1.1 200\r\n\r\n{\"connection_id\":\"fuzz\"}") - 3);
        break;
    case NANGO_REFUSED:
        FUZZ_CHECK(rc == NANGO_E_STATUS && r->status / 100 == 4 && r->status != 429 &&
                   r->status != 408);
        break;
    case NANGO_NOT_SENT: /* nothing left whole, or a server said that it did nothing: 3xx, 429 */
        FUZZ_CHECK(s->whole_requests == 0 || said(before, " 3") || said(before, " 4"));
        break;
    case NANGO_IN_DOUBT: FUZZ_CHECK(s->taken > 0 && rc != 0); break;
    default: FUZZ_CHECK(0);
    }
}

static void import(struct nango_client *client, const struct nango_connection *connection)
{
    struct nango_result result;
    uint64_t begun = server.now;
    size_t before = server.at;
    server.whole_requests = 0;
    server.taken = 0;
    server.first.len = 0;
    server.steps = 0;
    int rc = nango_import(client, connection, &result);
    FUZZ_CHECK(server.now < begun || server.now - begun <= DEADLINE_MS + 1);
    check_result(&result, rc, before);
    FUZZ_CHECK(nango_poll(client) == rc && nango_wake_ms(client) == UINT32_MAX);
    FUZZ_CHECK(server.opened - server.closed == (unsigned)server.is_open);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct nango_tls tls;
    static struct nango_client client;
    static const char body[] = "{\"provider_config_key\":\"g\",\"connection_id\":\"" DONE_ID
                               "\",\"credentials\":{\"type\":\"NONE\"}}";
    struct nango_connection connections[] = {
        {.provider_config_key = NANGO_STR("github"),
         .connection_id = NANGO_STR(DONE_ID),
         .credentials = {.type = NANGO_API_KEY, .api_key = {NANGO_STR("k")}}},
        {.body = {.len = sizeof body - 1, .mem = body}}};
    struct nango_field field = {.name = "error.errors", .buf = (char[100]){0}, .cap = 100};
    memset(&server, 0, sizeof server);
    server.bytes = bytes;
    server.len = len;
    server.seed = fuzz_hash(bytes, len);
    server.now = 1;
    FUZZ_CHECK(nango_tls_init(&tls, &(struct nango_tls_settings){.entropy = entropy}) == 0);
    FUZZ_CHECK(nango_init(&client, &(struct nango_settings){.tls = &tls,
                                                            .port = &port,
                                                            .port_ctx = &server,
                                                            .host = "127.0.0.1",
                                                            .plain_http = 1,
                                                            .secret_key = NANGO_STR("key"),
                                                            .work = work,
                                                            .work_cap = sizeof work,
                                                            .deadline_ms = DEADLINE_MS}) == 0);
    nango_want(&client, &field, 1);
    import(&client, &connections[0]);
    import(&client, &connections[1]);
    nango_close(&client);
    FUZZ_CHECK(server.opened == server.closed && !server.is_open);
    nango_tls_free(&tls);
    fuzz_free(&server.first);
    return 0;
}
