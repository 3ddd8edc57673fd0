/* SPDX-License-Identifier: MIT
 *
 * nango_port_posix.h: the port for POSIX systems with BSD sockets. No heap, one descriptor a
 * client.
 *
 * Names: an address literal, then /etc/hosts, then `localhost`, then DNS by the servers, `search`
 * and `ndots` of /etc/resolv.conf, all by resolve.c, which never blocks on the network.
 * getaddrinfo() is not used on purpose: it blocks for as long as the system's resolver pleases (30
 * s is common), so no deadline could be kept, a program that polls 64 clients would stand still,
 * and a static program would link malloc. The price: /etc/nsswitch.conf is not read (nor does musl
 * or Go's own resolver), so names that only mDNS, LDAP or WINS know need a line in /etc/hosts.
 * systemd-resolved is reached through resolv.conf. Names are ASCII (xn--...), literals have no zone
 * (fe80::1%eth0).
 *
 * Addresses: up to NANGO_POSIX_ADDRESSES of each family, IPv6 and IPv4 in turn (RFC 8305 section
 * 4), each within its even share of the time that is left.
 */
#ifndef NANGO_PORT_POSIX_H
#define NANGO_PORT_POSIX_H

#include "nango.h"

#include <poll.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NANGO_POSIX_ADDRESSES 8
#define NANGO_POSIX_SERVERS 3

/* resolve.c's; an address is 16 bytes, of IPv4 ::ffff:a.b.c.d. */
struct nango_posix_resolver {
    const char *hosts;       /* NULL: "/etc/hosts" */
    const char *resolv_conf; /* NULL: "/etc/resolv.conf"; a server may be written [address]:port */
    /* From here on the port's own. */
    uint8_t address[2][NANGO_POSIX_ADDRESSES][16]; /* IPv6, IPv4 */
    uint8_t len[2];
    uint8_t taken[2];
    uint8_t turn; /* the family whose turn it is */
    uint8_t at;   /* the server that is asked; the next opening begins with the one that answered */
    uint8_t failures;  /* servers in a row that refused */
    uint8_t heard;     /* a bit for each family: its question is answered */
    uint8_t candidate; /* the name of the search list that is asked for */
    uint8_t round;
    uint8_t servers_len;
    uint8_t server[NANGO_POSIX_SERVERS][16];
    uint16_t server_port[NANGO_POSIX_SERVERS];
    uint16_t id;
    uint16_t name_len;
    uint8_t name[256]; /* as DNS writes it */
    int fd;
    uint64_t wake; /* when to ask again, or to go on with what is there */
};

/* nango_settings.port_ctx, one for each client: all zero, but for the resolver's two paths where
 * they are not the usual ones. */
struct nango_posix {
    struct nango_posix_resolver resolver;
    /* To be read by a program that explains a failure: the errno of the last call that failed. */
    int error;
    /* From here on the port's own. */
    int fd;
    int state;
    uint64_t until; /* the end of the time for the name, or for this address */
};

extern const struct nango_port nango_port_posix;

/* For a poll(2) loop of the caller's own. events: what nango_poll() returned; *ms: nango_wake_ms(),
 * lowered here if the port itself must go on earlier (a DNS question, the next address). fd is -1
 * where there is nothing to watch, which poll(2) ignores; it changes while a connection is being
 * opened, so ask before each poll(2). */
struct pollfd nango_posix_pollfd(const struct nango_posix *posix, int events, uint32_t *ms);

/* The descriptor of the open connection, or -1. For getpeername(2) and the like; the port closes
 * it. */
int nango_posix_fd(const struct nango_posix *posix);

/* For nango_tls_settings: the kernel's random bytes, and its clock. ctx is not used. */
int nango_posix_entropy(void *ctx, void *buf, size_t len);
uint64_t nango_posix_time(void *ctx);

/* Opens a regular file as a source (a bundle of roots, metadata, a body); it is read where it
 * stands and stays open. Returns 0 or an errno. */
int nango_posix_file(const char *path, struct nango_source *source);

#ifdef __cplusplus
}
#endif

#endif
