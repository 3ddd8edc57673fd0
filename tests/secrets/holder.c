/* SPDX-License-Identifier: MIT
 *
 * holder PORT ROOTS KEY-FILE TOKEN-FILE KEEP-SESSION: imports, and stops at each stage for somebody
 * to look at its memory: "open" with the connection kept, "closed" after nango_close, "freed" after
 * nango_tls_free. A line on standard input moves it on. What is the caller's own it has wiped
 * before "closed".
 */
#include "nango.h"
#include "nango_port_posix.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct nango_tls tls;
static struct nango_client client;
static struct nango_posix posix;
static unsigned char arena[NANGO_ARENA_LEN], work[1024];
static char key[64], token[64];

static struct nango_text read_secret(const char *path, char *buf, size_t cap)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, buf, cap);
    close(fd);
    return (struct nango_text){buf, n > 0 ? (size_t)n : 0};
}

static void wipe(volatile char *p, size_t len)
{
    while (len > 0) {
        p[--len] = 0;
    }
}

static void stage(const char *name)
{
    char c;
    printf("%s\n", name);
    fflush(stdout);
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
    }
}

int main(int argc, char **argv)
{
    struct nango_tls_settings t = {.arena = arena,
                                   .arena_cap = sizeof arena,
                                   .entropy = nango_posix_entropy,
                                   .unix_time = nango_posix_time};
    if (argc != 6 || nango_posix_file(argv[2], &t.trust.bundle) != 0) {
        return 2;
    }
    t.keep_session = (uint8_t)atoi(argv[5]);
    struct nango_settings s = {.tls = &tls,
                               .port = &nango_port_posix,
                               .port_ctx = &posix,
                               .host = "localhost",
                               .tcp_port = (uint16_t)atoi(argv[1]),
                               .secret_key = read_secret(argv[3], key, sizeof key),
                               .work = work,
                               .work_cap = sizeof work};
    struct nango_connection c = {.provider_config_key = NANGO_STR("github"),
                                 .connection_id = NANGO_STR("device-42")};
    struct nango_result r = {0};
    c.credentials.type = NANGO_API_KEY;
    c.credentials.api_key.api_key = read_secret(argv[4], token, sizeof token);
    int rc = nango_tls_init(&tls, &t);
    if (rc != 0 || (rc = nango_init(&client, &s)) != 0 ||
        (rc = nango_import(&client, &c, &r)) != 0) {
        fprintf(stderr, "%s %d\n", nango_error_name(rc), r.cause);
        return 1;
    }
    stage("open");
    wipe(key, sizeof key);
    wipe(token, sizeof token);
    nango_close(&client);
    stage("closed");
    nango_tls_free(&tls);
    stage("freed");
    return 0;
}
