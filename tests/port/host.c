/* SPDX-License-Identifier: MIT
 *
 * host.c: the acceptance test of port/posix: `port HOST PORT`, with the port that peer.mjs printed.
 */
#include "acceptance.h"

#include <stdio.h>
#include <stdlib.h>

#include "nango_port_posix.h"
#include "unit.h"

static struct nango_posix ctx;
static struct acceptance acceptance = {.port = &nango_port_posix, .ctx = &ctx};

void unit_put(const char *bytes, size_t len)
{
    if (fwrite(bytes, 1, len, stdout) != len) {
        abort();
    }
}

void *unit_room(int slot, size_t len) /* for tests of readers, of which there are none here */
{
    (void)slot, (void)len;
    abort();
}

static void test_posix(void)
{
    acceptance_run(&acceptance);
}

const struct unit_file unit_files[] = {{"test_posix", test_posix}, {NULL, NULL}};

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: port HOST PORT\n");
        return 2;
    }
    acceptance.host = argv[1];
    acceptance.peer = (uint16_t)strtoul(argv[2], NULL, 10);
    return unit_run(NULL) > 0;
}
