/* SPDX-License-Identifier: MIT
 *
 * trace: -v: a port that tells on standard error what the port below it does. Of what is sent and
 * received only the number of bytes is shown, so that no secret can be in it.
 */
#ifndef TRACE_H
#define TRACE_H

#include "nangoc.h"
#include "nango_port_posix.h"

struct trace {
    struct nango_posix posix;
    unsigned number; /* of the connection, where there are several; else 0 */
    /* Of proxy.c: how far its tunnel is. */
    uint8_t tunnel, tunnel_end;
    size_t tunnel_at;
    char tunnel_status[12];
    uint64_t start;
    int opening;
    int way; /* NANGO_READ or NANGO_WRITE: so many bytes moved that way since the last line */
    size_t moved;
};
extern const struct nango_port trace_port; /* ctx: a struct trace */

/* What a call came to. */
void trace_result(struct trace *t, const struct nango_result *r);

#endif
