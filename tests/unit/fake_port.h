/* SPDX-License-Identifier: MIT
 *
 * fake_port: a port without a network. A script says what each connection does; time is virtual and
 * moves in `wait` only. Everything that was sent is kept, so that a test can look at it.
 */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include "nango.h"

/* One connection. All zero: opens, takes everything, never says a word. */
struct fake_connection {
    int open;           /* net_open: 0 opens; < 0 fails so */
    const char *answer; /* comes once `after` bytes of the request have been taken; NULL: none */
    size_t answer_len;  /* 0: all of the text */
    size_t after;       /* 0: comes when the request is whole, by its Content-Length */
    int end;            /* then: 0 stays open, or a final result of net_recv */
    size_t takes;       /* net_send fails with RESET once it has taken so many bytes; 0: never */
    size_t first;       /* most bytes of the first net_recv; 0: no limit */
    size_t step;        /* most bytes of one net_send or net_recv; 0: no limit */
    uint32_t delay_ms;  /* before the answer and its end come */
    uint8_t never;      /* 1: never opens */
};

struct fake {
    const struct fake_connection *script;
    size_t script_len; /* a connection beyond fails as unreachable */
    uint64_t now;
    size_t opened, closed; /* net_open that began a connection, net_close */
    size_t sends;          /* calls of net_send that took something */
    size_t request_len;    /* of the request on the connection that is open */
    size_t got;            /* bytes of the answer that were given */
    size_t total_len;      /* of what all connections sent */
    uint64_t answer_at;
    uint8_t is_open;
    char request[4096]; /* of the last connection; what is longer is not kept */
};

extern const struct nango_port fake_port;
/* An entropy callback that is none: counts. */
int fake_entropy(void *ctx, void *buf, size_t len);

#endif
