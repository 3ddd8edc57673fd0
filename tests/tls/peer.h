/* SPDX-License-Identifier: MIT
 *
 * peer: a TLS server that is not Mbed TLS (OpenSSL's), in the test's own process behind a port of
 * its own: no sockets, no threads, no time. Whatever the client sends is worked on at once.
 */
#ifndef PEER_H
#define PEER_H

#include "cert.h"
#include "nango_port.h"

#include <openssl/ssl.h>

struct peer {
    /* What it is. The chain: leaf first; NULL ends it. */
    const struct cert *chain[6];
    const struct cert *client_root; /* not NULL: it wants a client certificate of this root */
    int min_version, max_version;   /* TLS1_2_VERSION ...; 0: any */
    const char *suites;             /* of TLS 1.2, as OpenSSL writes them */
    const char *alpn;               /* "\x02h2": what it selects, offered or not */
    uint64_t options;               /* SSL_OP_... */
    int record_size_limit;          /* of TLS 1.3: it grants what it is asked for */
    int tickets;                    /* how many a handshake of TLS 1.3 ends with; -1: none */
    /* What it does: sends this as soon as so many bytes of application data have come. */
    const char *answer;
    size_t answer_len;
    size_t answer_after;
    int answer_at_once; /* with the end of the handshake already */
    int remembers;      /* 1: the next connection (peer_next) is the same server's */
    int confused;       /* 1: it fails whoever offers it a session */
    int renegotiates;   /* 1: it wants to, once data has come; then 2 */
    int ends;           /* after its answer: 1 close_notify and FIN, 2 FIN alone */
    /* What the network does. */
    size_t step;     /* bytes that move in one call; 0: any number */
    int slow;        /* 1: every second call moves nothing */
    size_t stop_at;  /* net_send takes nothing beyond so many bytes; 0: it always does */
    size_t reset_at; /* net_send: RESET beyond so many bytes */
    size_t cut_at;   /* net_recv: FIN after so many bytes */
    size_t flip_at;  /* net_recv: this octet is changed; 0: none */
    int resets;      /* net_send: RESET once it has given up */
    int vanish;      /* net_recv: 1 RESET where FIN would be */
    uint64_t uptime_ms;

    /* What came of it. */
    char got[65536]; /* application data */
    size_t got_len;
    size_t sent;               /* bytes on the wire, from the client */
    size_t received;           /* to the client */
    unsigned char wire[16384]; /* the first of these */
    int opened, closed;
    int got_close_notify;
    char sni[256]; /* "": none */
    int error;     /* 1: OpenSSL gave up */
    /* Inside. */
    SSL_CTX *ctx;
    SSL *ssl;
    BIO *in, *out;
    int answered, ended;
    unsigned calls;
};

extern const struct nango_port peer_port;

/* Forgets the connection, and what came of it; then another one can be opened. */
void peer_next(struct peer *p);
/* Was the handshake a short one? */
int peer_resumed(const struct peer *p);
/* Frees what is inside. */
void peer_free(struct peer *p);

#endif
