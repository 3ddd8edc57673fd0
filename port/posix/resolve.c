/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "resolve.h"

#include "etc.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { IPV6, IPV4, FAMILIES }; /* of addresses, and so of questions */
enum { NAME_CAP = ETC_NAME_CAP, HEADER = 12, MESSAGE_CAP = 512 }; /* RFC 1035 section 2.3.4 */
enum { AGAIN_MS = 1000 }; /* what a server has to answer, doubled each time round */
enum { GRACE_MS = 500 };  /* what the other family's answer has when one has come (RFC 8305: 50) */

static const uint8_t v4_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t types[FAMILIES] = {28, 1}; /* AAAA (RFC 3596), A (RFC 1035 section 3.2.2) */

/* ---- sockets and addresses ----------------------------------------------------------------- */

static int is_v4(const uint8_t ip[16])
{
    return memcmp(ip, v4_mapped, sizeof v4_mapped) == 0;
}

static socklen_t put_sockaddr(const uint8_t ip[16], uint16_t port, struct sockaddr_storage *to)
{
    memset(to, 0, sizeof *to);
    if (is_v4(ip)) {
        struct sockaddr_in *in = (struct sockaddr_in *)to;
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        memcpy(&in->sin_addr, ip + sizeof v4_mapped, 4);
        return sizeof *in;
    }
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)to;
    in->sin6_family = AF_INET6;
    in->sin6_port = htons(port);
    memcpy(&in->sin6_addr, ip, 16);
    return sizeof *in;
}

int resolve_connect(const uint8_t ip[16], uint16_t port, int type)
{
    const int on = 1;
    struct sockaddr_storage to;
    socklen_t len = put_sockaddr(ip, port, &to);
    int fd = socket(to.ss_family, type, 0);
    if (fd < 0) {
        return -1;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (type == SOCK_STREAM) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
#ifdef SO_NOSIGPIPE
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    /* A connect that a signal interrupts goes on, as one that is in progress does. */
    if (connect(fd, (const struct sockaddr *)&to, len) == 0 || errno == EINPROGRESS ||
        errno == EINTR) {
        return fd;
    }
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int resolve_literal(const char *text, uint8_t ip[16])
{
    memcpy(ip, v4_mapped, sizeof v4_mapped);
    return inet_pton(AF_INET, text, ip + sizeof v4_mapped) == 1 ||
           inet_pton(AF_INET6, text, ip) == 1;
}

void resolve_add(struct nango_posix_resolver *r, const uint8_t ip[16])
{
    int family = is_v4(ip) ? IPV4 : IPV6;
    if (r->len[family] < NANGO_POSIX_ADDRESSES) {
        memcpy(r->address[family][r->len[family]++], ip, 16);
    }
}

uint32_t resolve_next(struct nango_posix_resolver *r, const uint8_t **ip)
{
    uint32_t left = (uint32_t)(r->len[IPV6] - r->taken[IPV6] + r->len[IPV4] - r->taken[IPV4]);
    if (left > 0) {
        int family = r->taken[r->turn] < r->len[r->turn] ? r->turn : !r->turn;
        r->turn = (uint8_t)!family;
        *ip = r->address[family][r->taken[family]++];
    }
    return left;
}

/* ---- DNS ------------------------------------------------------------------------------------ */

/* Appends the labels of a text to r->name. Returns 0 where no such name can be. */
static int put_labels(struct nango_posix_resolver *r, const char *text)
{
    while (*text != 0) {
        size_t len = strcspn(text, ".");
        if (len == 0 || len > 63 || r->name_len + len + 2 > 255) { /* RFC 1035 section 2.3.4 */
            return 0;
        }
        r->name[r->name_len] = (uint8_t)len;
        memcpy(r->name + r->name_len + 1, text, len);
        r->name_len = (uint16_t)(r->name_len + 1 + len);
        text += len + (text[len] == '.');
    }
    r->name[r->name_len] = 0;
    return r->name_len > 0;
}

/* The questions about the next candidate that can be a name. Returns 0, or -1 when there is none
 * left. */
static int next_name(struct nango_posix_resolver *r, const char *host)
{
    char domain[NAME_CAP];
    for (; etc_read_resolv_conf(r, host, domain) == 0; r->candidate++) {
        r->name_len = 0;
        if (put_labels(r, host) && put_labels(r, domain)) {
            r->name_len++; /* the zero */
            r->heard = 0;
            r->candidate++;
            return 0;
        }
    }
    return -1;
}

static int send_questions(const struct nango_posix_resolver *r)
{
    uint8_t m[HEADER + NAME_CAP + 4] = {0, 0, 1, 0, 0, 1}; /* recursion desired, one question */
    size_t len = HEADER + r->name_len + 4u;
    memcpy(m + HEADER, r->name, r->name_len);
    m[len - 1] = 1; /* class IN */
    for (int f = 0; f < FAMILIES; f++) {
        uint16_t id = (uint16_t)(r->id + f);
        m[0] = (uint8_t)(id >> 8);
        m[1] = (uint8_t)id;
        m[len - 3] = types[f];
        if ((r->heard >> f & 1) == 0 && send(r->fd, m, len, 0) != (ssize_t)len) {
            return -1;
        }
    }
    return 0;
}

/* To the next server; the one before refused. */
static void change_server(struct nango_posix_resolver *r)
{
    resolve_end(r);
    r->at++;
}

/* Asks, of the servers from this one on, the first that can be asked. Returns 0, or NO_NAME. */
static int ask(struct nango_posix_resolver *r, uint64_t now)
{
    for (; r->failures < r->servers_len; r->failures++, change_server(r)) {
        unsigned i = r->at % r->servers_len;
        if (r->fd < 0) {
            r->fd = resolve_connect(r->server[i], r->server_port[i], SOCK_DGRAM);
        }
        if (r->fd >= 0 && send_questions(r) == 0) {
            unsigned times = r->round++ / r->servers_len;
            r->wake = now + ((uint64_t)AGAIN_MS << (times < 5 ? times : 5));
            return 0;
        }
    }
    return NANGO_PORT_NO_NAME;
}

/* The addresses of an answer, from byte `at` on; of one that was cut those that are there. */
static void read_answers(struct nango_posix_resolver *r, const uint8_t *m, size_t len, size_t at,
                         int f)
{
    uint8_t ip[16];
    size_t ip_len = f == IPV4 ? 4 : 16;
    memcpy(ip, v4_mapped, sizeof v4_mapped);
    for (unsigned left = m[6] * 256u + m[7]; left > 0; left--) {
        while (at < len && m[at] != 0 && m[at] < 0xc0) { /* labels, then zero or a pointer */
            at += 1u + m[at];
        }
        at += at < len && m[at] != 0 ? 2 : 1;
        if (at + 10 > len) {
            return;
        }
        const uint8_t *record = m + at; /* type, class, TTL, length, data */
        size_t data_len = record[8] * 256u + record[9];
        at += 10 + data_len;
        if (at <= len && record[0] == 0 && record[1] == types[f] && record[2] == 0 &&
            record[3] == 1 && data_len == ip_len) {
            memcpy(ip + sizeof ip - ip_len, record + 10, ip_len);
            resolve_add(r, ip);
        }
    }
}

/* Is this the answer to a question that is open, from the server that was asked (the socket is
 * connected)? Its family, or -1. */
static int match(const struct nango_posix_resolver *r, const uint8_t *m, size_t len)
{
    size_t end = HEADER + r->name_len + 4u;
    unsigned f = len < end ? FAMILIES : (uint16_t)(m[0] * 256u + m[1] - r->id);
    if (f >= FAMILIES || (r->heard >> f & 1) != 0 || (m[2] & 0xf8) != 0x80 || m[4] != 0 ||
        m[5] != 1) {
        return -1;
    }
    for (unsigned i = 0; i < r->name_len; i++) { /* a length is below any letter */
        if (tolower(m[HEADER + i]) != tolower(r->name[i])) {
            return -1;
        }
    }
    const uint8_t *tail = m + end - 4;
    return tail[0] == 0 && tail[1] == types[f] && tail[2] == 0 && tail[3] == 1 ? (int)f : -1;
}

/* Takes what has come. Returns 0, or -1: the server refused. */
static int read_messages(struct nango_posix_resolver *r, uint64_t now)
{
    uint8_t m[MESSAGE_CAP];
    for (;;) {
        ssize_t n = recv(r->fd, m, sizeof m, 0);
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
        }
        int f = match(r, m, (size_t)n), code = f < 0 ? 0 : m[3] & 15;
        if (code != 0 && code != 3) { /* neither NOERROR nor NXDOMAIN */
            return -1;
        }
        if (f >= 0) {
            read_answers(r, m, (size_t)n, HEADER + r->name_len + 4u, f);
            r->heard |= (uint8_t)(1 << f);
            r->failures = 0;
            if (r->len[f] > 0 && r->wake > now + GRACE_MS) {
                r->wake = now + GRACE_MS;
            }
        }
    }
}

int resolve_step(struct nango_posix_resolver *r, const char *host, uint64_t now)
{
    if (read_messages(r, now) != 0) {
        r->failures++;
        change_server(r);
        return ask(r, now);
    }
    int found = r->len[IPV6] + r->len[IPV4] > 0;
    if (found && (r->heard == 3 || now >= r->wake)) {
        return 1;
    }
    if (r->heard == 3) {
        return next_name(r, host) == 0 ? ask(r, now) : NANGO_PORT_NO_NAME;
    }
    if (now < r->wake) {
        return 0;
    }
    if (r->servers_len > 1) { /* else the first question may still be answered */
        change_server(r);
    }
    return ask(r, now);
}

/* RFC 6761 section 6.3: never asked of DNS. */
static int is_localhost(const char *host)
{
    static const char name[] = "localhost";
    size_t len = strlen(host), name_len = sizeof name - 1;
    return len >= name_len && strcasecmp(host + len - name_len, name) == 0 &&
           (len == name_len || host[len - name_len - 1] == '.');
}

int resolve_begin(struct nango_posix_resolver *r, const char *host, uint64_t now)
{
    uint8_t ip[16];
    r->fd = -1;
    memset(r->len, 0, sizeof r->len);
    memset(r->taken, 0, sizeof r->taken);
    r->turn = r->failures = r->candidate = r->round = 0;
    if (resolve_literal(host, ip)) {
        resolve_add(r, ip);
    } else {
        etc_read_hosts(r, host);
    }
    if (r->len[IPV6] + r->len[IPV4] == 0 && is_localhost(host)) {
        resolve_add(r, in6addr_loopback.s6_addr);
        resolve_literal("127.0.0.1", ip);
        resolve_add(r, ip);
    }
    if (r->len[IPV6] + r->len[IPV4] > 0) {
        return 1;
    }
    if (getentropy(&r->id, sizeof r->id) != 0) {
        return NANGO_PORT_FAILED;
    }
    return next_name(r, host) == 0 ? ask(r, now) : NANGO_PORT_NO_NAME;
}

void resolve_end(struct nango_posix_resolver *r)
{
    if (r->fd >= 0) {
        close(r->fd);
        r->fd = -1;
    }
}
