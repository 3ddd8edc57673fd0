/* SPDX-License-Identifier: MIT
 *
 * The calls of nango_connections.h and nango_connect.h against a server that is the fuzzer. The
  * first byte chooses the call and how the answers are sliced; then come the answers, one for each
  * connection, with 0xf8 between them. What a call says must be consistent, and nothing of an
  * answer may stand where it does not belong.
 */
#include "fuzz.h"
#include "nango_connect.h"

#include <string.h>

static struct server {
    const uint8_t *bytes;
    size_t len, at;
    uint64_t now;
    uint32_t seed;
    size_t requests; /* on connections that are whole, or not */
    int sent;        /* something, on this connection */
    int short_reads;
} server;

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    (void)ctx, (void)host, (void)port, (void)share_ms;
    server.sent = 0;
    return server.at < server.len ? 1 : NANGO_PORT_UNREACHABLE;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    (void)ctx, (void)buf;
    server.requests += !server.sent;
    server.sent = 1;
    return (int)len;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    size_t n = 0, most = server.short_reads ? 1 + fuzz_next(&server.seed) % 7 : cap;
    (void)ctx;
    while (n < cap && n < most && server.at < server.len && server.bytes[server.at] != 0xf8) {
        ((uint8_t *)buf)[n++] = server.bytes[server.at++];
    }
    return n > 0 ? (int)n : server.sent ? NANGO_PORT_FIN : 0;
}

static void net_close(void *ctx)
{
    (void)ctx;
    while (server.sent && server.at < server.len && server.bytes[server.at++] != 0xf8) {
    }
    server.sent = 0;
}

static void wait(void *ctx, int events, uint32_t ms)
{
    (void)ctx, (void)events;
    server.now += ms;
}

static uint64_t uptime_ms(void *ctx)
{
    (void)ctx;
    return server.now;
}

static int entropy(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    memset(buf, 4, len);
    return 0;
}

static const struct nango_port port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};
static char work[512], room[256], row_id[24], row_tags[24];
static struct nango_tls tls;
static struct nango_client client;
static struct nango_result result;

static const struct nango_connection which = {.provider_config_key = {"github", 6},
                                              .connection_id = {"fuzz", 4}};
static const struct nango_tag tags[] = {{{"t", 1}, {"v", 1}}};

static void check_text(struct nango_text t, const struct nango_get *get)
{
    FUZZ_CHECK(t.ptr == NULL ||
               (t.ptr >= room && t.ptr + t.len < room + get->cap && t.ptr[t.len] == '\0'));
}

static int get(size_t cap)
{
    struct nango_get g = {.provider_config_key = which.provider_config_key,
                          .connection_id = which.connection_id,
                          .buf = room,
                          .cap = cap};
    int rc = nango_get(&client, &g, &result);
    FUZZ_CHECK(rc != NANGO_E_ROOM || g.len > cap);
    if (rc == 0) {
        const struct nango_credentials *c = &g.credentials;
        FUZZ_CHECK(g.len <= cap && c->type <= NANGO_TYPES_LEN);
        const struct nango_text *texts = (const struct nango_text *)(const void *)&c->oauth2;
        size_t n = c->type == NANGO_OAUTH2_CC ? 5 : c->type == NANGO_OAUTH2 ? 4 : 2;
        for (size_t i = 0; i < n; i++) {
            check_text(texts[i], &g);
        }
    }
    return rc;
}

static int on_row(void *ctx, const struct nango_list *list)
{
    FUZZ_CHECK(strlen(row_id) < sizeof row_id && strlen(row_tags) < sizeof row_tags);
    FUZZ_CHECK(list->rows == ++*(uint32_t *)ctx);
    return list->rows == 20;
}

static int list(void)
{
    uint32_t rows = 0;
    struct nango_field fields[] = {{.name = "connection_id", .buf = row_id, .cap = sizeof row_id},
                                   {.name = "tags", .buf = row_tags, .cap = sizeof row_tags}};
    struct nango_list l = {.fields = fields, .fields_len = 2, .on_row = on_row, .ctx = &rows};
    int rc = nango_list(&client, &l, &result);
    FUZZ_CHECK(rows == l.rows && rows <= 20);
    FUZZ_CHECK(rows == 0 || result.status / 100 == 2);
    return rc;
}

static int rotate(size_t cap)
{
    struct nango_rotate r = {.connection = which, .buf = room, .cap = cap};
    r.connection.credentials =
        (struct nango_credentials){.type = NANGO_API_KEY, .api_key = {{"k", 1}}};
    int rc = nango_rotate(&client, &r, &result);
    FUZZ_CHECK(rc != NANGO_E_ROOM || (r.len > cap && result.outcome == NANGO_REFUSED));
    FUZZ_CHECK(rc != 0 || (r.len <= cap && server.requests > 1));
    return rc;
}

static int import_if(enum nango_if_exists how)
{
    struct nango_import_if i = {.connection = which, .if_exists = how};
    i.connection.credentials =
        (struct nango_credentials){.type = NANGO_API_KEY, .api_key = {{"k", 1}}};
    int rc = nango_import_if(&client, &i, &result);
    FUZZ_CHECK(!(result.warnings & NANGO_WARN_EXISTS) || (rc == 0 && how == NANGO_SKIP));
    FUZZ_CHECK(rc != NANGO_E_EXISTS || how == NANGO_FAIL);
    return rc;
}

static int connect(int starts)
{
    static char link[40], id[256], key[16];
    struct nango_connect c = {.session = {.connection = {.tags = {tags, 1}}},
                              .link = link,
                              .link_cap = sizeof link,
                              .connection_id = id,
                              .connection_id_cap = sizeof id,
                              .provider_config_key = key,
                              .provider_config_key_cap = sizeof key,
                              .lifetime_ms = 60000};
    int rc = starts ? nango_connect_start(&client, &c, &result)
                    : nango_connect_wait(&client, &c, &result);
    FUZZ_CHECK(starts || (rc == 0) == c.found);
    FUZZ_CHECK(rc != 0 || strlen(starts ? link : id) < sizeof id);
    return rc;
}

static int submit(int is_reconnect)
{
    struct nango_submit s = {.connection = {.provider_config_key = which.provider_config_key,
                                            .credentials = {.type = NANGO_NONE}},
                             .session_token = {"t", 1},
                             .is_reconnect = (uint8_t)is_reconnect};
    int rc = nango_submit(&client, &s, &result);
    FUZZ_CHECK(is_reconnect || result.outcome != NANGO_IN_DOUBT || result.attempts > 0);
    return rc;
}

static int call(uint8_t choice)
{
    struct nango_metadata m = {.connection = which, .merge = choice & 1};
    m.connection.metadata = (struct nango_source){.len = 2, .mem = "{}"};
    switch (choice % 12) {
    case 0: return get(sizeof room);
    case 1: return get(choice / 12);
    case 2: return list();
    case 3: return nango_update(&client, &which, &result);
    case 4: return nango_delete(&client, &which, &result);
    case 5: return nango_set_metadata(&client, &m, &result);
    case 6: return rotate(sizeof room);
    case 7: return rotate(choice / 12);
    case 8: return import_if(choice & 32 ? NANGO_FAIL : NANGO_SKIP);
    case 9: return connect(0);
    case 10: return connect(1);
    default: return submit(choice & 32);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char zero[sizeof work];
    struct nango_tls_settings t = {.entropy = entropy};
    struct nango_settings s = {.tls = &tls,
                               .port = &port,
                               .host = "localhost",
                               .plain_http = 1,
                               .secret_key = {"key", 3},
                               .work = work,
                               .work_cap = sizeof work,
                               .deadline_ms = 20000};
    if (len < 2) {
        return 0;
    }
    server = (struct server){.bytes = bytes + 1, .len = len - 1, .short_reads = bytes[0] >= 128};
    server.seed = fuzz_hash(bytes, len) | 1;
    memset(&result, 0, sizeof result);
    FUZZ_CHECK(nango_tls_init(&tls, &t) == 0 && nango_init(&client, &s) == 0);
    int rc = call(bytes[0] & 127);
    FUZZ_CHECK(rc <= 0 && rc == result.error && (rc == 0) == (result.outcome == NANGO_DONE));
    FUZZ_CHECK(result.outcome != NANGO_IN_DOUBT || server.requests > 0);
    FUZZ_CHECK(result.outcome != NANGO_REFUSED || server.requests > 0);
    FUZZ_CHECK(strcmp(nango_error_name(rc), "?") != 0);
    FUZZ_CHECK(memcmp(work, zero, sizeof work) == 0);
    nango_close(&client);
    nango_tls_free(&tls);
    return 0;
}
