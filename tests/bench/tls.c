/* SPDX-License-Identifier: MIT
 *
 * bench-tls full|resumed|kept COUNT PORT ROOT.pem: so many imports to localhost, each over a full
 * handshake, or all but the first over a short one, or all over one connection. For tls.mjs, which
 * counts.
 */
#include "nango_port_posix.h"
#include "nango_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static uint8_t arena[NANGO_ARENA_LEN], work[1024];
static char pem[16384];
static struct nango_tls tls;
static struct nango_client client;
static struct nango_posix posix;

static int entropy(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    return getrandom(buf, len, 0) == (ssize_t)len ? 0 : -1;
}

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return (uint64_t)time(NULL);
}

static int open_client(uint16_t port)
{
    return nango_init(&client, &(struct nango_settings){
                                   .tls = &tls,
                                   .port = &nango_port_posix,
                                   .port_ctx = &posix,
                                   .host = "localhost",
                                   .tcp_port = port,
                                   .secret_key = NANGO_STR("c2f40b6b-0f3d-4b9a-9f5e-3d1c9a7f2b11"),
                                   .work = work,
                                   .work_cap = sizeof work,
                               });
}

static int import_once(void)
{
    struct nango_result result;
    struct nango_connection c = {
        .provider_config_key = NANGO_STR("github"),
        .connection_id = NANGO_STR("device-42"),
        .credentials = {.type = NANGO_API_KEY, .api_key = {.api_key = NANGO_STR("sk_live_51H8x")}},
    };
    int rc = nango_import(&client, &c, &result);
    if (rc != 0) {
        fprintf(stderr, "%s, cause %d\n", nango_error_name(rc), result.cause);
    }
    return rc;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 5 ? fopen(argv[4], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: %s full|resumed|kept COUNT PORT ROOT.pem\n", argv[0]);
        return 2;
    }
    int kept = strcmp(argv[1], "kept") == 0, count = atoi(argv[2]);
    uint16_t port = (uint16_t)atoi(argv[3]);
    size_t len = fread(pem, 1, sizeof pem, file);
    fclose(file);
    struct nango_tls_settings settings = {
        .arena = arena,
        .arena_cap = sizeof arena,
        .trust = {.bundle = {.mem = pem, .len = len}},
        .entropy = entropy,
        .unix_time = unix_time,
        .keep_session = strcmp(argv[1], "resumed") == 0,
    };
    int rc = nango_tls_init(&tls, &settings);
    rc = rc == 0 ? open_client(port) : rc;
    for (int i = 0; rc == 0 && i < count; i++) {
        rc = import_once();
        if (rc == 0 && !kept) {
            nango_close(&client);
            rc = open_client(port);
        }
    }
    nango_close(&client);
    printf("handshakes %u resumed %u\n", (unsigned)tls.handshakes, (unsigned)tls.resumed);
    nango_tls_free(&tls);
    return rc == 0 ? 0 : 1;
}
