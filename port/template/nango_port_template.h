/* SPDX-License-Identifier: MIT
 *
 * nango_port_template.h: a port to copy. Rename it, fill each GAP of the .c file, and run the
 * acceptance test of tests/port on it.
 *
 * As it stands it compiles and knows no network: every net_open ends with
 * NANGO_PORT_UNREACHABLE.
 */
#ifndef NANGO_PORT_TEMPLATE_H
#define NANGO_PORT_TEMPLATE_H

#include "nango_port.h"

/* nango_settings.port_ctx: one for each client, zeroed once. No static variables in the port: a
 * program may have several clients. Whatever a late callback of the network stack may touch must
 * outlive it (see net_close). */
struct nango_template {
    /* GAP: the stack's handle of the connection, e.g. a descriptor or a pointer. Make sure that
     * the state "none" is zero, or that net_close can tell it. */
    int handle;
    uint8_t state;
    int8_t final;    /* the code that ended it; it stays until net_close */
    uint64_t uptime; /* the last answer of uptime_ms */
};

extern const struct nango_port nango_port_template;

#endif
