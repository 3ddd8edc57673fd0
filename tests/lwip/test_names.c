/* SPDX-License-Identifier: MIT
 *
 * The port for lwIP: names, places that run out, and time.
 */
#include "unit.h"

#include <string.h>

#include "stage.h"

static void test_resolving(void)
{
    struct nango_lwip c = fresh;
    unit_case("a name is resolved, and the connection opened");
    start();
    CHECK_INT(port->net_open(&c, "nango.test", PORT, 5000), 0);
    turns(&c, 3);
    CHECK_INT(names.len, 1);
    CHECK_INT(port->net_open(&c, "nango.test", PORT, 5000), 0);
    answer_question(0, 1);
    CHECK_INT(open_to(&c, "nango.test", PORT, 20), 1);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("an address literal needs no name server");
    start();
    dns_setserver(0, NULL);
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    CHECK_INT(names.len, 0);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a name that does not exist, is too long, or has no server to ask: NO_NAME");
    start();
    CHECK_INT(port->net_open(&c, "missing.test", PORT, 5000), 0);
    turns(&c, 3);
    answer_question(0, 0);
    CHECK_INT(open_to(&c, "missing.test", PORT, 20), NANGO_PORT_NO_NAME);
    CHECK_INT(port->net_open(&c, "missing.test", PORT, 5000), NANGO_PORT_NO_NAME);
    port->net_close(&c);
    char name[300];
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = 0;
    CHECK_INT(port->net_open(&c, name, PORT, 5000), NANGO_PORT_NO_NAME);
    port->net_close(&c);
    dns_setserver(0, NULL);
    CHECK_INT(port->net_open(&c, "other.test", PORT, 5000), NANGO_PORT_NO_NAME);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a name server that is silent: NO_NAME in the end");
    start();
    CHECK_INT(open_to(&c, "silent.test", PORT, 1000), NANGO_PORT_NO_NAME);
    port->net_close(&c);
    check_nothing_left(&c);
}

static void test_late_answers(void)
{
    struct nango_lwip c = fresh, other = fresh;
    unit_case("an answer for a call that has given up finds nothing to break");
    start();
    CHECK_INT(port->net_open(&c, "late.test", PORT, 5000), 0);
    turns(&c, 3);
    port->net_close(&c);
    memset(&c, 0xA5, sizeof c); /* the caller has other use for its memory */
    answer_question(0, 1);
    turns(&other, 3);
    for (size_t i = 0; i < sizeof c; i++) {
        if (!CHECK_INT(((uint8_t *)&c)[i], 0xA5)) {
            break;
        }
    }
    c = fresh;
    check_nothing_left(&c);

    unit_case("an answer for the earlier of two calls of a client is not taken for the later one");
    start();
    CHECK_INT(port->net_open(&c, "first.test", PORT, 5000), 0);
    turns(&c, 3);
    port->net_close(&c);
    CHECK_INT(port->net_open(&c, "second.test", PORT, 5000), 0);
    turns(&c, 3);
    answer_question(0, 9);
    turns(&c, 3);
    CHECK_INT(port->net_open(&c, "second.test", PORT, 5000), 0);
    CHECK(c.pcb == NULL);
    answer_question(1, 1);
    CHECK_INT(open_to(&c, "second.test", PORT, 20), 1);
    CHECK_INT(ip4_addr4(ip_2_ip4(&c.question.addr)), 1);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("two clients that ask at once get their own answers, in any order");
    start();
    CHECK_INT(port->net_open(&c, "one.test", PORT, 5000), 0);
    CHECK_INT(port->net_open(&other, "two.test", PORT, 5000), 0);
    turns(&c, 3);
    CHECK_INT(names.len, 2);
    answer_question(1, 2);
    answer_question(0, 1);
    CHECK_INT(open_to(&c, "one.test", PORT, 20), 1);
    CHECK_INT(open_to(&other, "two.test", PORT, 5), 0); /* nobody answers at 127.0.0.2 */
    CHECK_INT(ip4_addr4(ip_2_ip4(&c.question.addr)), 1);
    CHECK_INT(ip4_addr4(ip_2_ip4(&other.question.addr)), 2);
    port->net_close(&c);
    port->net_close(&other);
    check_nothing_left(&c);
}

static void test_no_memory(void)
{
    struct nango_lwip c = fresh;
    struct tcp_pcb *hogs[MEMP_NUM_TCP_PCB];
    unit_case("no room for a connection is not now, and it opens once there is");
    start();
    for (unsigned i = 0; i < MEMP_NUM_TCP_PCB; i++) {
        hogs[i] = tcp_new();
        CHECK(hogs[i] != NULL);
    }
    CHECK_INT(port->net_open(&c, "127.0.0.1", PORT, 5000), 0);
    uint32_t from = now_ms;
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 5), 0);
    CHECK(now_ms > from);
    for (unsigned i = 0; i < MEMP_NUM_TCP_PCB; i++) {
        tcp_close(hogs[i]);
    }
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    port->net_close(&c);
    check_nothing_left(&c);

    unit_case("a connection that is being closed gives its place to a new one");
    start();
    for (unsigned i = 0; i < 2 * MEMP_NUM_TCP_PCB; i++) {
        if (!CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1)) {
            break;
        }
        turns(&c, 3);
        port->net_close(&c);
        turns(&c, 3);
        peer.pcb = NULL; /* left open: FIN_WAIT_2 on our side */
    }
    check_nothing_left(&c);

    unit_case("no memory for a question is not now");
    start();
    static struct nango_lwip many[DNS_TABLE_SIZE + 1];
    static const char *const hosts[] = {"a.test", "b.test", "c.test", "d.test", "e.test"};
    for (unsigned i = 0; i <= DNS_TABLE_SIZE; i++) {
        many[i] = fresh;
        CHECK_INT(port->net_open(&many[i], hosts[i], PORT, 5000), 0);
    }
    turns(&c, 3);
    answer_question(0, 1);
    CHECK_INT(open_to(&many[0], hosts[0], PORT, 20), 1);
    CHECK_INT(open_to(&many[DNS_TABLE_SIZE], hosts[DNS_TABLE_SIZE], PORT, 3), 0);
    CHECK_INT(many[DNS_TABLE_SIZE].pcb == NULL, 1);
    for (unsigned i = 0; i <= DNS_TABLE_SIZE; i++) {
        port->net_close(&many[i]);
    }
    check_nothing_left(&c);
}

static void test_time(void)
{
    struct nango_lwip c = fresh;
    unit_case("uptime goes on over the wrap of 32 bits");
    start();
    now_ms = UINT32_MAX - 5;
    CHECK_INT(port->uptime_ms(&c), UINT32_MAX - 5);
    now_ms += 10;
    CHECK_INT(port->uptime_ms(&c), (int64_t)UINT32_MAX + 5);
    port->net_close(&c);
    CHECK_INT(port->uptime_ms(&c), (int64_t)UINT32_MAX + 5);

    unit_case(
        "wait returns at once when there is something to read, and sleeps no longer than told");
    start();
    CHECK_INT(open_to(&c, "127.0.0.1", PORT, 20), 1);
    turns(&c, 3);
    unsigned before = sleeps;
    peer_say("x");
    port->wait(&c, NANGO_READ, 0);
    port->wait(&c, NANGO_READ, 1000);
    CHECK(c.rx != NULL);
    before = sleeps;
    port->wait(&c, NANGO_READ, 1000);
    CHECK_INT(sleeps, before);
    check_recv(&c, "x", 0);
    uint32_t from = slept_ms;
    port->wait(&c, NANGO_READ, 7);
    CHECK(slept_ms - from <= 7);
    port->net_close(&c);
    check_nothing_left(&c);
}

void test_names(void)
{
    test_resolving();
    test_late_answers();
    test_no_memory();
    test_time();
}
