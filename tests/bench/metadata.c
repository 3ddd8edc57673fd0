/* SPDX-License-Identifier: MIT
 *
 * One import with LEN bytes of metadata that are in no memory, through a work buffer of 1 KB. Run
 * under a counter of instructions: tests/bench/bench_metadata.sh.
 */
#include "fake_port.h"

#include <stdlib.h>
#include <string.h>

/* {"a":["0123456789","0123456789",...,""]} */
static int read_at(void *ctx, size_t off, void *buf, size_t len)
{
    static const char begin[] = "{\"a\":[", element[] = "\"0123456789\",", end[] = "\"\"]}";
    size_t tail = *(size_t *)ctx - (sizeof end - 1);
    for (char *to = buf; len > 0; len--, off++) {
        size_t in = off - (sizeof begin - 1);
        *to++ = off < sizeof begin - 1 ? begin[off]
                : off >= tail          ? end[off - tail]
                                       : element[in % (sizeof element - 1)];
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct nango_tls tls;
    static struct nango_client client;
    static struct nango_result result;
    static char work[1024];
    size_t elements = argc > 1 ? strtoul(argv[1], NULL, 10) / 13 : 1;
    size_t len = 10 + 13 * elements;
    struct nango_connection c = {
        .provider_config_key = NANGO_STR("github"),
        .connection_id = NANGO_STR("bench"),
        .credentials = {.type = NANGO_API_KEY, .api_key = {NANGO_STR("key")}},
        .metadata = {.len = len, .read_at = read_at, .ctx = &len},
    };
    struct fake_connection script = {
        .answer =
            "HTTP/1.1 201 Created\r\nContent-Length: 25\r\n\r\n{\"connection_id\":\"bench\"}"};
    struct fake fake = {.script = &script, .script_len = 1};
    struct nango_tls_settings t = {.entropy = fake_entropy};
    struct nango_settings s = {.tls = &tls,
                               .port = &fake_port,
                               .port_ctx = &fake,
                               .host = "localhost",
                               .plain_http = 1,
                               .secret_key = NANGO_STR("c561815d-4b9e-4464-a3a8-e0cd610fd807"),
                               .work = work,
                               .work_cap = sizeof work};
    return nango_tls_init(&tls, &t) != 0 || nango_init(&client, &s) != 0 ||
           nango_import(&client, &c, &result) != 0;
}
