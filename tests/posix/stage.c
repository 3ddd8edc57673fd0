/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "stage.h"

#include "resolve.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

const char *stage_file(const char *name, const char *text)
{
    static char paths[2][512];
    char *path = paths[name[0] == 'h'];
    const char *dir = getenv("TMPDIR");
    strcpy(path, dir != NULL && strlen(dir) < 400 ? dir : "/tmp");
    strcat(path, "/");
    strcat(path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK_INT(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return path;
}

static int bound(int type, const char *ip, uint16_t *port)
{
    struct sockaddr_storage at = {.ss_family = strchr(ip, ':') != NULL ? AF_INET6 : AF_INET};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
    const int on = 1;
    socklen_t len = at.ss_family == AF_INET ? sizeof *v4 : sizeof *v6;
    int fd = socket(at.ss_family, type, 0);
    inet_pton(at.ss_family, ip,
              at.ss_family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr);
    v4->sin_port = htons(*port); /* at the same place in both */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0) {
        close(fd);
        return -1;
    }
    getsockname(fd, (struct sockaddr *)&at, &len);
    *port = ntohs(v4->sin_port);
    return fd;
}

int peer_listen(const char *ip, uint16_t *port, int backlog)
{
    int fd = bound(SOCK_STREAM, ip, port);
    if (fd >= 0) {
        listen(fd, backlog);
    }
    return fd;
}

void dns_start(struct dns *d)
{
    d->port = 0;
    d->fd = bound(SOCK_DGRAM, "127.0.0.1", &d->port);
    CHECK(d->fd >= 0);
    fcntl(d->fd, F_SETFL, O_NONBLOCK);
}

void dns_stop(struct dns *d)
{
    close(d->fd);
}

int dns_take(struct dns *d)
{
    socklen_t from_len = sizeof d->from;
    ssize_t n =
        recvfrom(d->fd, d->question, sizeof d->question, 0, (struct sockaddr *)d->from, &from_len);
    d->from_len = from_len;
    d->len = n > 0 ? (size_t)n : 0;
    return n > 16 ? d->question[n - 3] : 0;
}

const char *dns_name(const struct dns *d)
{
    static char name[256];
    size_t len = 0;
    for (const uint8_t *p = d->question + 12; *p != 0; p += 1 + *p) {
        memcpy(name + len, p + 1, *p);
        len += *p;
        name[len++] = '.';
    }
    name[len > 0 ? len - 1 : 0] = 0;
    return name;
}

static size_t put_answer(const struct dns *d, int code, unsigned records, uint8_t first,
                         uint8_t m[1500])
{
    static const uint8_t cname[] = {0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 'x', 0xc0, 12};
    uint8_t type = d->question[d->len - 3];
    uint8_t data_len = type == 1 ? 4 : 16;
    const uint8_t record[] = {1, 'x', 0xc0, 12, 0, type, 0, 1, 0, 0, 0, 9, 0, data_len};
    size_t len = d->len;
    memcpy(m, d->question, len);
    m[2] = 0x81;
    m[3] = (uint8_t)(0x80 | code);
    if (records > 0) {
        m[7] = (uint8_t)(records + 1);
        memcpy(m + len, cname, sizeof cname);
        len += sizeof cname;
    }
    for (unsigned i = 0; i < records; i++) {
        memcpy(m + len, record, sizeof record);
        len += sizeof record;
        memset(m + len, 0, data_len);
        m[len] = type == 1 ? 127 : 0xfd;
        m[len + data_len - 1u] = (uint8_t)(first + i);
        len += data_len;
    }
    return len;
}

static void reply(struct dns *d, const uint8_t *m, size_t len)
{
    CHECK_INT(sendto(d->fd, m, len, 0, (struct sockaddr *)d->from, d->from_len), len);
}

void dns_answer(struct dns *d, int code, unsigned records, uint8_t first)
{
    uint8_t m[1500];
    reply(d, m, put_answer(d, code, records, first, m));
}

void dns_answer_bent(struct dns *d, size_t len, int at, uint8_t flip)
{
    uint8_t m[1500];
    size_t whole = put_answer(d, 0, 2, 1, m);
    if (at >= 0) {
        m[at] ^= flip;
    }
    reply(d, m, len < whole ? len : whole);
}
