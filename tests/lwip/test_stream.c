/* SPDX-License-Identifier: MIT
 *
 * The port for lwIP: what a connection carries, and how it ends.
 */
#include "unit.h"

#include <string.h>

#include "stage.h"

static void test_ends(void)
{
    struct nango_lwip c = fresh;
    unit_case("bytes, then the FIN, as often as it is asked for");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    check_recv(&c, "", 0);
    peer_say("hello ");
    peer_say("world");
    turns(&c, 5);
    peer_end();
    turns(&c, 5);
    check_recv(&c, "hello world", NANGO_PORT_FIN);
    CHECK_INT(port->net_recv(&c, (char[1]){0}, 1), NANGO_PORT_FIN);
    CHECK_INT(port->net_send(&c, "x", 1), 1); /* half closed: the way out is open */
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a reset is no FIN: bytes that came before it are given, then RESET");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    peer_say("early answer");
    turns(&c, 5);
    tcp_err(peer.pcb, NULL);
    tcp_abort(peer.pcb);
    peer.pcb = NULL;
    turns(&c, 5);
    CHECK_INT(port->net_send(&c, "x", 1), NANGO_PORT_RESET);
    check_recv(&c, "early answer", NANGO_PORT_RESET);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a port where nobody listens: UNREACHABLE");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", CLOSED_PORT, 20), NANGO_PORT_UNREACHABLE);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a network without a way to the address: UNREACHABLE");
    start();
    CHECK_INT(open_to(&c, "192.0.2.1", PORT, 20), NANGO_PORT_UNREACHABLE);
    port->net_close(&c);
    check_nothing_left(&c);
}

static void test_receiving(void)
{
    static const char line[] = "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct nango_lwip c = fresh;
    unit_case("many windows full of bytes arrive, in pieces of any size");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    size_t said = 0, got = 0, bad = 0;
    for (unsigned turn = 0; turn < 5000 && got < 20 * TCP_WND; turn++) {
        if (tcp_sndbuf(peer.pcb) > sizeof line) {
            peer_say(line);
            said += sizeof line - 1;
        }
        char buf[100];
        int rc = port->net_recv(&c, buf, 1 + turn % sizeof buf);
        for (int i = 0; i < rc; i++) {
            bad += buf[i] != line[got++ % (sizeof line - 1)];
        }
        if (rc == 0) {
            port->wait(&c, NANGO_READ, 100);
        }
    }
    CHECK(got >= 20 * TCP_WND);
    CHECK_INT(bad, 0);
    CHECK(said >= got);
    port->net_close(&c);
    check_nothing_left(&c);
}

static void test_sending(void)
{
    static uint8_t bytes[100000];
    struct nango_lwip c = fresh;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 2654435761u >> 24);
    }
    unit_case("more than lwIP can hold goes out in order, and \"not now\" ends in a wait");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    size_t len = 0;
    unsigned zeros = 0, tries = 0;
    while (len < sizeof bytes && tries++ < 10000) {
        int rc = port->net_send(&c, bytes + len, sizeof bytes - len);
        if (!CHECK(rc >= 0)) {
            break;
        }
        len += (size_t)rc;
        zeros += rc == 0;
        if (rc == 0) {
            port->wait(&c, NANGO_WRITE, 1000);
        }
    }
    CHECK(zeros > 0);
    turns(&c, 50);
    CHECK_MEM(peer.bytes, peer.len, bytes, sizeof bytes);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a peer that takes nothing: the client sleeps, it does not spin");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    peer.hold = 1;
    unsigned waits = 0, sleeps_before = sleeps;
    uint32_t from = now_ms;
    while (now_ms - from < 5000 && waits++ < 5000) {
        if (port->net_send(&c, bytes, 1000) == 0) {
            port->wait(&c, NANGO_WRITE, 1000);
        }
    }
    CHECK(now_ms - from >= 5000);
    CHECK(waits < 100);
    CHECK(sleeps - sleeps_before > 0);
    tcp_recved(peer.pcb, (u16_t)peer.held);
    peer.hold = 0;
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("no memory for what is sent is not now: the client sleeps until there is some");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    struct pbuf *hog = NULL, *more;
    for (u16_t size = 1024; size > 0; size /= 2) {
        while ((more = pbuf_alloc(PBUF_RAW, size, PBUF_RAM)) != NULL) {
            if (hog == NULL) {
                hog = more;
            } else {
                pbuf_cat(hog, more);
            }
        }
    }
    CHECK_INT(port->net_send(&c, bytes, 1000), 0);
    CHECK(tcp_sndbuf(c.pcb) > 0);
    sleeps_before = sleeps;
    port->wait(&c, NANGO_WRITE, 1000);
    CHECK_INT(sleeps, sleeps_before + 1);
    pbuf_free(hog);
    CHECK_INT(port->net_send(&c, bytes, 1000), 1000);
    turns(&c, 5);
    CHECK_MEM(peer.bytes, peer.len, bytes, 1000);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("what was taken is delivered after net_close, with a FIN and without a RST");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    int rc = port->net_send(&c, bytes, 2000);
    peer_say("unread when the client closes");
    CHECK(rc > 0);
    port->net_close(&c);
    turns(&c, 2);
    if (peer.pcb != NULL) {
        peer_say("too late");
    }
    turns(&c, 20);
    CHECK_MEM(peer.bytes, peer.len, bytes, (size_t)rc);
    CHECK_INT(peer.fin, 1);
    CHECK_INT(peer.reset, 0);
    check_nothing_left(&c);

    unit_case("a peer that never closes is given up ten seconds after net_close");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    port->net_close(&c);
    turns(&c, 20);
    CHECK_INT(peer.fin, 1);
    CHECK_INT(lwip_stats.memp[MEMP_TCP_PCB]->used, 2);
    for (unsigned i = 0; i < 48; i++) {
        port->wait(&c, 0, 250);
    }
    CHECK_INT(peer.reset, 1);
    check_nothing_left(&c);
}

void test_stream(void)
{
    test_ends();
    test_receiving();
    test_sending();
}
