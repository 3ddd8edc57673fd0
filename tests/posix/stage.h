/* SPDX-License-Identifier: MIT
 *
 * stage: what the tests of port/posix need: files as in /etc, a DNS server that answers when it is
 * told to, and a peer, all on the loopback.
 */
#ifndef STAGE_H
#define STAGE_H

#include "nango_port_posix.h"

/* A file of the test's own with this text; the path lasts until the next one of the same name. */
const char *stage_file(const char *name, const char *text);

/* A UDP socket on 127.0.0.1 that stands for a DNS server, and its port. */
struct dns {
    int fd;
    uint16_t port;
    uint8_t question[300]; /* the last one */
    size_t len;
    uint8_t from[128];
    unsigned from_len;
};
void dns_start(struct dns *d);
void dns_stop(struct dns *d);
/* Takes the next question; returns its type (1 or 28), 0 if there is none. */
int dns_take(struct dns *d);
/* The name that the question is about, with dots. */
const char *dns_name(const struct dns *d);
/* Answers the last question: so many records of its type, the last byte of the address counting up
 * from `first`; behind a CNAME. */
void dns_answer(struct dns *d, int code, unsigned records, uint8_t first);
/* Sends the first len bytes of such an answer, with one byte of it changed (at < 0: none). */
void dns_answer_bent(struct dns *d, size_t len, int at, uint8_t flip);

/* A listener on an address; port 0: the kernel chooses. Returns the descriptor. */
int peer_listen(const char *ip, uint16_t *port, int backlog);

#endif
