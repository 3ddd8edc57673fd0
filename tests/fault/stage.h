/* SPDX-License-Identifier: MIT
 *
 * stage: a server for one client, behind a port of its own, in virtual time: HTTP over plain
 * bytes, or over the TLS of tests/tls/peer.h. It answers as the script says, and counts.
 */
#ifndef STAGE_H
#define STAGE_H

#include "peer.h"

#include "nango.h"

#define STAGE_HOST "nango.example"
#define STAGE_ID "device-42"

struct stage {
    int version;                /* of TLS: TLS1_2_VERSION, TLS1_3_VERSION; 0: plain */
    const char *const *answers; /* to the requests, in order; NULL: none, and a reset */
    size_t answers_len;         /* what comes after them is a success */

    uint64_t now;
    size_t opened, closed;
    size_t sent;     /* bytes that were taken, over all connections */
    size_t requests; /* that came whole */
    size_t stored;   /* that were written to the store: all but those that were refused */

    /* Inside. */
    struct peer peer;
    char got[8192];
    size_t got_len;
    size_t begins; /* the request that is coming, in what was got */
    char out[4096];
    size_t out_len, out_at;
    int dead;  /* what the network says from now on; 0: it works */
    int ended; /* the server has ended its side */
};

extern const struct nango_port stage_port; /* ctx: a struct stage */
void stage_start(struct stage *s, int version, const char *const *answers, size_t answers_len);
void stage_stop(struct stage *s);
/* What a client trusts. */
struct nango_der stage_root(void);

#endif
