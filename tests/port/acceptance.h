/* SPDX-License-Identifier: MIT
 *
 * acceptance: what every port must do (include/nango_port.h), tried on the real thing: over its
 * network, against tests/port/peer.mjs, which runs on a host that the port can reach.
 *
 * To try a new port: link acceptance.c, tests/unit/unit.c, unit_put() and this:
 *
 *     static const struct acceptance a = {&nango_port_yours, &ctx, "name.of.the.host", 12345};
 *     static void test_port(void) { acceptance_run(&a); }
 *     const struct unit_file unit_files[] = {{"test_port", test_port}, {NULL, NULL}};
 *     ... unit_run(NULL) ...
 *
 * It needs no library, 4 KB of RAM, and takes some ten seconds. tests/port/host.c is such a
 * program, and tests/port/board.c is one for the firmware's boards.
 */
#ifndef ACCEPTANCE_H
#define ACCEPTANCE_H

#include "nango_port.h"

struct acceptance {
    const struct nango_port *port;
    void *ctx;
    const char
        *host;     /* where the peer runs: a name, if the port shall show that it can resolve one */
    uint16_t peer; /* the TCP port that it printed */
};

void acceptance_run(const struct acceptance *a);

#endif
