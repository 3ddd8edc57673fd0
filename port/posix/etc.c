/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "etc.h"

#include "resolve.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct lines {
    int fd;
    size_t at, len;
    char buf[512];
    char line[1024];
};

/* The next line without its comment; of an overlong one the beginning. */
static int next_line(struct lines *l)
{
    size_t len = 0;
    for (;;) {
        if (l->at == l->len) {
            ssize_t n = read(l->fd, l->buf, sizeof l->buf);
            if (n <= 0) {
                l->line[len] = 0;
                return len > 0;
            }
            l->len = (size_t)n;
            l->at = 0;
        }
        char c = l->buf[l->at++];
        if (c == '\n') {
            break;
        }
        if (len < sizeof l->line - 1) {
            l->line[len++] = c;
        }
    }
    l->line[len] = 0;
    l->line[strcspn(l->line, "#;")] = 0;
    return 1;
}

static char *next_word(char **at)
{
    *at += strspn(*at, " \t\r");
    char *word = *at;
    *at += strcspn(*at, " \t\r");
    if (**at != 0) {
        *(*at)++ = 0;
    }
    return *word != 0 ? word : NULL;
}

void etc_read_hosts(struct nango_posix_resolver *r, const char *host)
{
    struct lines l = {.fd = open(r->hosts != NULL ? r->hosts : "/etc/hosts", O_RDONLY | O_CLOEXEC)};
    uint8_t ip[16];
    while (l.fd >= 0 && next_line(&l)) {
        char *at = l.line, *word = next_word(&at);
        if (word == NULL || !resolve_literal(word, ip)) {
            continue;
        }
        while ((word = next_word(&at)) != NULL) {
            if (strcasecmp(word, host) == 0) {
                resolve_add(r, ip);
                break;
            }
        }
    }
    if (l.fd >= 0) {
        close(l.fd);
    }
}

/* "1.2.3.4", "2001:db8::53", or as OpenBSD has it "[1.2.3.4]:5353" */
static void add_server(struct nango_posix_resolver *r, char *word)
{
    unsigned port = 53;
    if (*word == '[') {
        char *end = strchr(word++, ']');
        if (end == NULL || end[1] != ':') {
            return;
        }
        *end = 0;
        port = 0;
        for (end += 2; *end >= '0' && *end <= '9' && port < 65536; end++) {
            port = port * 10 + (unsigned)(*end - '0');
        }
    }
    if (r->servers_len < NANGO_POSIX_SERVERS && resolve_literal(word, r->server[r->servers_len])) {
        r->server_port[r->servers_len++] = (uint16_t)port;
    }
}

int etc_read_resolv_conf(struct nango_posix_resolver *r, const char *host,
                         char domain[ETC_NAME_CAP])
{
    const char *path = r->resolv_conf != NULL ? r->resolv_conf : "/etc/resolv.conf";
    struct lines l = {.fd = open(path, O_RDONLY | O_CLOEXEC)};
    int domains = 0, ndots = 1, dots = 0;
    domain[0] = 0;
    r->servers_len = 0;
    while (l.fd >= 0 && next_line(&l)) {
        char *at = l.line, *key = next_word(&at), *word;
        int search = key != NULL && (strcmp(key, "search") == 0 || strcmp(key, "domain") == 0);
        if (search) { /* the last list counts */
            domains = 0;
            domain[0] = 0;
        }
        while (key != NULL && (word = next_word(&at)) != NULL) {
            if (search && domains++ == r->candidate && strlen(word) < ETC_NAME_CAP) {
                strcpy(domain, word);
            } else if (strcmp(key, "nameserver") == 0) {
                add_server(r, word);
            } else if (strcmp(key, "options") == 0 && strncmp(word, "ndots:", 6) == 0) {
                ndots = word[6] >= '0' && word[6] <= '9' ? word[6] - '0' : ndots;
            }
        }
    }
    if (l.fd >= 0) {
        close(l.fd);
    }
    if (r->servers_len == 0) { /* resolv.conf(5): then the one on this machine */
        add_server(r, (char[]){"127.0.0.1"});
    }
    for (const char *p = host; *p != 0; p++) {
        dots += p[1] == 0 && *p == '.' ? ndots : *p == '.';
    }
    if (dots >= ndots) {
        domains = 0;
        domain[0] = 0;
    }
    return r->candidate <= domains ? 0 : -1;
}
