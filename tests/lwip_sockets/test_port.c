/* SPDX-License-Identifier: MIT
 *
 * port/lwip_sockets on lwIP's unix port: the acceptance test of a port, and what is its own.
 */
#include "acceptance.h"
#include "stage.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/sockets.h"

static void test_names(void)
{
    struct nango_lwip_sockets c = {.fd = 0};
    unit_case("a literal needs no name server: IPv4 and IPv6");
    CHECK_INT(stage_open(&c, "127.0.0.1", PEER_PORT, 5000), 1);
    port->net_close(&c);
    CHECK_INT(stage_open(&c, "::1", PEER_PORT, 5000), 1);
    port->net_close(&c);

    unit_case("an answer that is late opens the connection all the same");
    CHECK_INT(stage_open(&c, "late.test", PEER_PORT, 100), 0);
    CHECK_INT(stage_answer_late(), 1);
    CHECK_INT(stage_open(&c, "late.test", PEER_PORT, 60000), 1);
    port->net_close(&c);

    unit_case("an answer to a question that was given up finds nobody, not even its memory");
    struct nango_lwip_sockets *gone = calloc(1, sizeof *gone);
    CHECK_INT(stage_open(gone, "late.again", PEER_PORT, 100), 0);
    port->net_close(gone);
    free(gone);
    CHECK_INT(stage_answer_late(), 1);
    CHECK_INT(stage_open(&c, "peer.test", PEER_PORT, 5000), 1);
    port->net_close(&c);

    unit_case("no name server, a name that is too long: NO_NAME");
    char name[300] = "";
    memset(name, 'a', sizeof name - 1);
    CHECK_INT(stage_open(&c, name, PEER_PORT, 5000), NANGO_PORT_NO_NAME);
    port->net_close(&c);
}

static void test_places(void)
{
    struct nango_lwip_sockets c = {.fd = 0};
    int taken[MEMP_NUM_NETCONN];
    unsigned n = 0;
    unit_case("without a free socket it is not now, and opens when there is one");
    while (n < MEMP_NUM_NETCONN && (taken[n] = lwip_socket(AF_INET, SOCK_STREAM, 0)) >= 0) {
        n++;
    }
    CHECK_INT(n, MEMP_NUM_NETCONN);
    uint64_t from = port->uptime_ms(&c);
    CHECK_INT(stage_open(&c, "127.0.0.1", PEER_PORT, 200), 0);
    CHECK(port->uptime_ms(&c) - from >= 200);
    lwip_close(taken[--n]);
    CHECK_INT(stage_open(&c, "127.0.0.1", PEER_PORT, 5000), 1);
    port->net_close(&c);
    while (n > 0) {
        lwip_close(taken[--n]);
    }
}

static void send_line(struct nango_lwip_sockets *c, const char *line)
{
    CHECK_INT(stage_open(c, "127.0.0.1", PEER_PORT, 5000), 1);
    CHECK_INT(port->net_send(c, line, strlen(line)), strlen(line));
}

static void test_closing(void)
{
    struct nango_lwip_sockets c = {.fd = 0};
    char text[16];
    int len = 0;
    unit_case("closed with something unread: what was sent arrives, and a FIN, no RST");
    send_line(&c, "greet\n");
    while ((len = port->net_recv(&c, text, 1)) == 0) {
        port->wait(&c, NANGO_READ, 5000);
    }
    CHECK_TEXT(text, (size_t)len, "h");
    CHECK_INT(port->net_send(&c, "bye", 3), 3);
    port->net_close(&c);
    send_line(&c, "last\n");
    while ((len = port->net_recv(&c, text, sizeof text)) == 0) {
        port->wait(&c, NANGO_READ, 5000);
    }
    CHECK_TEXT(text, (size_t)len, "3 fin\n");
    port->net_close(&c);
}

void test_port(void)
{
    static struct nango_lwip_sockets ctx;
    static const struct acceptance acceptance = {
        .port = &nango_port_lwip_sockets, .ctx = &ctx, .host = "peer.test", .peer = PEER_PORT};
    stage_start();
    acceptance_run(&acceptance);
    test_names();
    test_places();
    test_closing();
}
