/* SPDX-License-Identifier: MIT */
#include "acceptance.h"

#include <string.h>

#include "unit.h"

enum { PATIENCE_MS = 20000, SOURCE_LEN = 50000, SINK_LEN = 60000, PIECE = 1000 };

static const struct acceptance *t;

/* ---- the client's side of the peer's small language: a line says what it shall do ---- */

static uint64_t now(void)
{
    return t->port->uptime_ms(t->ctx);
}

static int open_to(const char *host, uint16_t port)
{
    uint64_t end = now() + PATIENCE_MS;
    int rc;
    while ((rc = t->port->net_open(t->ctx, host, port, PATIENCE_MS)) == 0 && now() < end) {
        t->port->wait(t->ctx, NANGO_WRITE, 1000);
    }
    return rc;
}

/* All of it, or the first result that is no progress. */
static int send_all(const void *bytes, size_t len)
{
    uint64_t end = now() + PATIENCE_MS;
    size_t sent = 0;
    while (sent < len && now() < end) {
        int rc = t->port->net_send(t->ctx, (const char *)bytes + sent, len - sent);
        if (rc < 0 || (size_t)rc > len - sent) {
            return rc < 0 ? rc : 1000;
        }
        sent += (size_t)rc;
        if (rc == 0) {
            t->port->wait(t->ctx, NANGO_WRITE, 1000);
        }
    }
    return sent == len ? 0 : -1000;
}

/* The next bytes, at most cap: > 0, or how it ended; 0: patience did. */
static int recv_some(void *buf, size_t cap)
{
    uint64_t end = now() + PATIENCE_MS;
    int rc;
    while ((rc = t->port->net_recv(t->ctx, buf, cap)) == 0 && now() < end) {
        t->port->wait(t->ctx, NANGO_READ, 1000);
    }
    return rc;
}

/* Opens a connection and says what the peer shall do with it. */
static int ask(const char *line)
{
    return CHECK_INT(open_to(t->host, t->peer), 1) && CHECK_INT(send_all(line, strlen(line)), 0);
}

/* The peer's answer in a line, without its end. */
static size_t answer(char *buf, size_t cap)
{
    size_t len = 0;
    while (len < cap && recv_some(buf + len, 1) == 1 && buf[len] != '\n') {
        len++;
    }
    return len;
}

static void hang_up(void)
{
    t->port->net_close(t->ctx);
}

static uint8_t pattern(size_t i)
{
    return (uint8_t)(7 * i + (i >> 8));
}

/* ---- the cases ---- */

static void test_opening(void)
{
    char line[16];
    unit_case("opens by name; nothing is there to be read");
    if (ask("keep\n")) {
        CHECK_INT(t->port->net_recv(t->ctx, line, sizeof line), 0);
    }
    hang_up();

    unit_case("a port where nobody listens is UNREACHABLE");
    uint16_t closed = 0;
    if (ask("closed\n")) {
        size_t len = answer(line, sizeof line);
        for (size_t i = 0; i < len; i++) {
            closed = (uint16_t)(10 * closed + line[i] - '0');
        }
    }
    hang_up();
    CHECK(closed != 0);
    CHECK_INT(open_to(t->host, closed), NANGO_PORT_UNREACHABLE);
    hang_up();

    unit_case("a name that does not exist is NO_NAME");
    CHECK_INT(open_to("no-such-name.invalid", t->peer), NANGO_PORT_NO_NAME);
    hang_up();

    unit_case("an opening that is given up at once leaves nothing behind");
    for (int i = 0; i < 10; i++) {
        CHECK(t->port->net_open(t->ctx, t->host, t->peer, 1000) >= 0);
        hang_up();
    }
    (void)ask("keep\n");
    hang_up();

    unit_case("thirty connections, one after the other");
    for (int i = 0; i < 30 && ask("later 0\n"); i++) {
        if (!CHECK_INT(recv_some(line, 1), 1)) {
            break;
        }
        hang_up();
    }
    hang_up();
}

static void test_receiving(void)
{
    unit_case("bytes arrive in order, and the FIN after the last one, as often as it is asked for");
    static uint8_t buf[1460];
    size_t len = 0, wrong = 0;
    int rc = ask("source 50000\n") ? 1 : -1000;
    for (size_t cap = 1; rc > 0; cap = cap % sizeof buf + 97) {
        cap = cap < sizeof buf ? cap : sizeof buf;
        rc = recv_some(buf, cap);
        if (rc > (int)cap) {
            CHECK_INT(rc, cap);
            break;
        }
        for (int i = 0; i < rc; i++) {
            wrong += buf[i] != pattern(len++);
        }
    }
    CHECK_INT(rc, NANGO_PORT_FIN);
    CHECK_INT(len, SOURCE_LEN);
    CHECK_INT(wrong, 0);
    CHECK_INT(t->port->net_recv(t->ctx, buf, 1), NANGO_PORT_FIN);
    CHECK_INT(send_all("the other way is still open", 27), 0);
    hang_up();

    unit_case("a reset is no FIN");
    rc = ask("rst\n") ? 1 : -1000;
    while (rc > 0) {
        rc = recv_some(buf, sizeof buf);
    }
    CHECK_INT(rc, NANGO_PORT_RESET);
    hang_up();

    unit_case("wait returns when something can be read");
    if (ask("later 300\n")) {
        uint64_t end = now() + PATIENCE_MS;
        int tries = 0;
        do {
            t->port->wait(t->ctx, NANGO_READ, PATIENCE_MS);
            rc = t->port->net_recv(t->ctx, buf, sizeof buf);
            tries++;
        } while (rc == 0 && now() < end);
        CHECK_INT(rc, 1);
        CHECK(now() < end);
        CHECK(tries < 2000); /* it sleeps, it does not spin */
    }
    hang_up();
}

static void test_sending(void)
{
    static uint8_t buf[PIECE];
    char line[24];
    unit_case("a peer that is slow to take: net_send says 0, wait sleeps, and all arrives");
    int rc = ask("sink 60000 1500\n") ? 0 : -1000, waits = 0;
    for (size_t sent = 0; rc >= 0 && sent < SINK_LEN; sent += (size_t)rc) {
        for (size_t i = 0; i < PIECE; i++) {
            buf[i] = pattern(sent + i);
        }
        size_t left = SINK_LEN - sent;
        rc = t->port->net_send(t->ctx, buf, left < PIECE ? left : PIECE);
        if (rc == 0) {
            waits++;
            t->port->wait(t->ctx, NANGO_WRITE, 1000);
        }
        if (waits > 20000) {
            break;
        }
    }
    CHECK(rc >= 0);
    CHECK(waits <= 20000);
    CHECK_TEXT(line, answer(line, sizeof line), "ok");
    hang_up();

    unit_case("what was taken is delivered after net_close, and ends with a FIN");
    if (ask("keep\n")) {
        for (size_t i = 0; i < PIECE; i++) {
            buf[i] = pattern(i);
        }
        CHECK_INT(send_all(buf, PIECE), 0);
    }
    hang_up();
    if (ask("last\n")) {
        CHECK_TEXT(line, answer(line, sizeof line), "1000 fin");
    }
    hang_up();
}

static void test_time(void)
{
    unit_case("uptime goes on, and never back; a wait for nothing but time lets it pass");
    uint64_t from = now(), last = from;
    for (int i = 0; i < 10000 && last - from < 200; i++) {
        t->port->wait(t->ctx, 0, 200);
        uint64_t moment = now();
        if (!CHECK(moment >= last)) {
            break;
        }
        last = moment;
    }
    CHECK(last - from >= 200);
}

void acceptance_run(const struct acceptance *a)
{
    t = a;
    test_opening();
    test_receiving();
    test_sending();
    test_time();
}
