/* SPDX-License-Identifier: MIT
 *
 * with: what the tests of TLS share: certificates, a struct nango_tls, and a connection to a peer.
 */
#ifndef WITH_H
#define WITH_H

#include "peer.h"
#include "tls.h"
#include "unit.h"

#define HOST "nango.example"
#define ARENA_LEN 131072

/* Good chains of three: leaf, intermediate, root, of one kind of key each. */
struct chain {
    struct cert leaf, intermediate, root;
};
extern struct chain with_ec, with_rsa;

/* One of each, all zero before a test but for what with_start sets: trust in both roots, the
 * time, the host. */
struct with {
    struct nango_tls_settings settings;
    struct nango_tls shared;
    struct peer peer;
    struct tls tls;
    struct nango_der roots[4];
    uint64_t now;
    int entropy_fails_at; /* the N-th call; 0: never */
    int entropy_calls;
};
extern struct with with;
extern uint8_t with_arena[ARENA_LEN];

void with_start(const struct chain *chain);
/* nango_tls_init and tls_open until it has an end. Returns what tls_open returned, or
 * nango_tls_init. */
int with_open(void);
/* tls_close and nango_tls_free, and what must hold then. */
void with_stop(void);
/* tls_send until all has left. Returns 0, or the error; 1: it does not end. */
int with_send(const void *bytes, size_t len);
/* tls_recv until it ends or nothing comes. Returns the length of what came; *end is what it said
 * last. */
size_t with_recv(char *buf, size_t cap, int *end);

/* A figure, as a comment in the output. */
void with_note(const char *what, size_t figure);

/* What most tests are: a connection that comes to `error` (0: it opens), nothing of the caller's
 * having left. */
void with_expect(const char *group, const char *name, int error);

#endif
