/* SPDX-License-Identifier: MIT
 *
 * board.c: the acceptance test of port/lwip on a board of boards/: lwIP on its Ethernet, in
 * QEMU. The settings page says where the peer is.
 */
#include "acceptance.h"

#include "board.h"
#include "entropy.h"
#include "nango_port_lwip.h"
#include "net.h"
#include "settings.h"
#include "unit.h"

static struct nango_lwip ctx = {.pump = net_pump, .sleep = net_sleep};
static struct acceptance acceptance = {.port = &nango_port_lwip, .ctx = &ctx};

void unit_put(const char *bytes, size_t len)
{
    board_write(bytes, len);
}

void *unit_room(int slot, size_t len) /* for tests of readers, of which there are none here */
{
    (void)slot, (void)len;
    board_off(72);
}

static void test_lwip(void)
{
    acceptance_run(&acceptance);
}

const struct unit_file unit_files[] = {{"test_lwip", test_lwip}, {NULL, NULL}};

int main(void)
{
    board_init();
    const struct settings *settings = settings_read();
    if (settings == NULL) {
        return 2;
    }
    entropy_init(settings->entropy);
    net_init();
    if (net_wait_for_address(30000) != 0) {
        return 3;
    }
    net_set_dns(settings->dns_server, settings->dns_port);
    acceptance.host = settings->host;
    acceptance.peer = settings->tcp_port;
    return unit_run(NULL) > 0;
}
