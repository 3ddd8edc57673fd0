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
    uint64_t start;
    int opening;
};
extern const struct nango_port trace_port; /* ctx: a struct trace */

/* What a call came to. */
void trace_result(const struct nango_result *r);

#endif
