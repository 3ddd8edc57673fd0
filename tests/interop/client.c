/* SPDX-License-Identifier: MIT
 *
 * client HOST PORT ROOTS TIMES [CERTIFICATE KEY]: imports so many times, each on a connection of
 * its own, with a short handshake where there can be one. A line for each: its outcome and error.
 * CERTIFICATE and KEY are the client's, DER.
 */
#include "nango.h"
#include "nango_port_posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nango_tls tls;
static struct nango_client client;
static struct nango_posix posix;
static unsigned char arena[NANGO_ARENA_LEN], work[1024], certificate[8192], key[4096];

static struct nango_der read_der(const char *path, unsigned char *buf, size_t cap)
{
    FILE *f = fopen(path, "rb");
    size_t len = f == NULL ? 0 : fread(buf, 1, cap, f);
    if (f != NULL) {
        fclose(f);
    }
    return (struct nango_der){buf, len};
}

static int import(const struct nango_settings *s)
{
    struct nango_connection c = {.provider_config_key = NANGO_STR("github"),
                                 .connection_id = NANGO_STR("device-42")};
    struct nango_result r = {0};
    c.credentials.type = NANGO_OAUTH2;
    c.credentials.oauth2.access_token = NANGO_STR("token");
    int rc = nango_init(&client, s);
    if (rc == 0) {
        rc = nango_import(&client, &c, &r);
    }
    printf("%s %s %d\n", nango_outcome_name(r.outcome), nango_error_name(rc), r.cause);
    nango_close(&client);
    return rc;
}

int main(int argc, char **argv)
{
    struct nango_tls_settings t = {.arena = arena,
                                   .arena_cap = sizeof arena,
                                   .entropy = nango_posix_entropy,
                                   .unix_time = nango_posix_time,
                                   .keep_session = 1};
    if (argc < 5 || nango_posix_file(argv[3], &t.trust.bundle) != 0) {
        return 2;
    }
    if (argc > 6) {
        t.client_cert = read_der(argv[5], certificate, sizeof certificate);
        t.client_key = read_der(argv[6], key, sizeof key);
    }
    struct nango_settings s = {.tls = &tls,
                               .port = &nango_port_posix,
                               .port_ctx = &posix,
                               .host = argv[1],
                               .tcp_port = (uint16_t)atoi(argv[2]),
                               .secret_key = NANGO_STR("de300000-0000-4000-8000-000000000001"),
                               .work = work,
                               .work_cap = sizeof work};
    int rc = nango_tls_init(&tls, &t);
    for (int i = 0; i < atoi(argv[4]) && rc == 0; i++) {
        rc = import(&s);
    }
    nango_tls_free(&tls);
    return rc != 0;
}
