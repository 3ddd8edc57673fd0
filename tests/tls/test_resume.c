/* SPDX-License-Identifier: MIT
 *
 * Sessions that are kept: short handshakes, and all that must keep one from being used.
 */
#include "nango_arena.h"
#include "nango_session.h"
#include "tls_platform.h"
#include "with.h"

#include <mbedtls/platform.h>
#include <string.h>

static uint8_t saved[NANGO_SESSION_CAP];
static size_t saved_len;

/* The arena's, of which the N-th call fails. */
static int calls, fails_at;

static void *failing_take(size_t n, size_t size)
{
    if (++calls == fails_at) {
        with.shared.fault = NANGO_E_TLS_ARENA;
        return NULL;
    }
    return tls_platform_take(n, size);
}

static void prepare(int version, const struct chain *chain)
{
    fails_at = 0;
    with_start(chain);
    with.settings.keep_session = 1;
    with.peer.min_version = with.peer.max_version = version;
    with.peer.remembers = 1;
    with.peer.answer = "yes";
    with.peer.answer_len = 3;
    with.peer.answer_after = 2;
}

static void settle(const char *group, const char *name, int version, const struct chain *chain)
{
    unit_case_of(group, name);
    prepare(version, chain);
}

/* A connection from its opening to its close. Returns 0, or the error that there was to be. */
static int connection(void)
{
    char buf[8];
    int end;
    peer_next(&with.peer);
    int rc = with_open();
    if (rc > 0) {
        CHECK_INT(with_send("go", 2), 0);
        size_t len = with_recv(buf, 3, &end);
        rc = fails_at != 0 && end == NANGO_E_TLS_ARENA ? end : 0;
        CHECK(rc != 0 || (len == 3 && memcmp(buf, "yes", 3) == 0));
    }
    tls_close(&with.tls);
    return rc;
}

static void saves(void)
{
    saved_len = nango_session_save(&with.shared, saved, sizeof saved);
    CHECK(saved_len > 100 && saved_len < sizeof saved);
}

/* The bytes on the wire of a full handshake and of a short one. */
static void short_one(const char *name, int version, const struct chain *chain)
{
    settle("the second handshake is a short one", name, version, chain);
    CHECK_INT(connection(), 0);
    size_t full = with.peer.sent + with.peer.received;
    CHECK_INT(with.shared.resumed, 0);
    for (unsigned i = 1; i <= 3; i++) {
        CHECK_INT(connection(), 0);
        CHECK_INT(with.shared.resumed, i);
        CHECK_INT(peer_resumed(&with.peer), 1);
    }
    CHECK_INT(with.shared.handshakes, 4);
    size_t resumed = with.peer.sent + with.peer.received;
    CHECK(resumed * 2 < full);
    with_note("bytes, full", full);
    with_note("bytes, resumed", resumed);
    with_note("arena", with.shared.arena_peak);
    CHECK(with.shared.arena_peak <= NANGO_ARENA_NEED && NANGO_ARENA_NEED <= NANGO_ARENA_LEN);
    saves();
    with_note("saved", saved_len);
    with_stop();
}

/* Over a deep sleep: the same server, another nango_tls. */
static void over_sleep(const char *name, int version)
{
    settle("saved and loaded", name, version, &with_ec);
    CHECK_INT(connection(), 0);
    saves();
    nango_tls_free(&with.shared);
    with.now += 3600;
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
    CHECK_INT(nango_session_load(&with.shared, saved, saved_len), 1);
    CHECK_INT(nango_session_save(&with.shared, saved, 20), 0);
    CHECK_INT(connection(), 0);
    CHECK_INT(with.shared.resumed, 1);
    CHECK_INT(peer_resumed(&with.peer), 1);
    with_stop();
}

static void refused(const char *name, int version)
{
    settle("a server that has forgotten: a full handshake, no failed call", name, version,
           &with_ec);
    CHECK_INT(connection(), 0);
    with.peer.remembers = 0;
    CHECK_INT(connection(), 0);
    CHECK_INT(with.shared.resumed, 0);
    CHECK_INT(with.shared.handshakes, 2);
    with.peer.remembers = 1;
    CHECK_INT(connection(), 0);
    CHECK_INT(with.shared.resumed, 1);
    with_stop();
    settle("a server that stumbles over it: passes, and the next is a full one", name, version,
           &with_ec);
    CHECK_INT(connection(), 0);
    with.peer.confused = 1;
    CHECK_INT(connection(), NANGO_E_RESET);
    CHECK_INT(with.peer.got_len, 0);
    CHECK_INT(connection(), 0);
    CHECK_INT(with.shared.resumed, 0);
    with_stop();
}

/* What is changed between two connections, and whether the session is still good then. */
static void same(void)
{
}

static void other_host(void)
{
    with.tls.host = "nango.example.";
}

static void other_port(void)
{
    with.tls.tcp_port = 444;
}

static void other_roots(void)
{
    struct nango_trust trust = with.settings.trust;
    trust.roots = with.roots + 1;
    trust.roots_len = 1;
    nango_tls_trust(&with.shared, &trust);
}

static void other_pins(void)
{
    static uint8_t pins[1][32];
    struct nango_trust trust = with.settings.trust;
    cert_pin(&with_ec.root, pins[0]);
    trust.pins = (const uint8_t(*)[32])pins;
    trust.pins_len = 1;
    nango_tls_trust(&with.shared, &trust);
}

static void other_bundle(void)
{
    struct nango_trust trust = with.settings.trust;
    trust.bundle = (struct nango_source){.mem = "-----BEGIN", .len = 10};
    nango_tls_trust(&with.shared, &trust);
}

/* OpenSSL's tickets are for two hours. */
static void hours(void)
{
    with.now += 2 * 3600;
}

static void before(void)
{
    with.now -= 1;
}

static void unknown_time(void)
{
    with.shared.settings.floor_time = with.now;
    with.now = 0;
}

static void forgotten(void)
{
    nango_session_forget(&with.shared);
}

static void bound(int version)
{
    static const struct {
        const char *name;
        void (*change)(void);
        int resumed;
    } rows[] = {
        {"nothing changed", same, 1},      {"another port", other_port, 0},
        {"another host", other_host, 0},   {"fewer roots", other_roots, 0},
        {"a pin", other_pins, 0},          {"a bundle", other_bundle, 0},
        {"two hours later", hours, 0},     {"the clock went back", before, 0},
        {"time unknown", unknown_time, 0}, {"forgotten", forgotten, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        settle(version == TLS1_2_VERSION ? "1.2, bound" : "1.3, bound", rows[i].name, version,
               &with_ec);
        CHECK_INT(connection(), 0);
        rows[i].change();
        int rc = connection();
        CHECK(rc == 0 || (rows[i].change == other_host && rc == NANGO_E_TLS_NAME));
        CHECK_INT(with.shared.resumed, rows[i].resumed);
        with_stop();
    }
}

/* The chain is valid for less than the ticket. */
static void expires(int version)
{
    struct chain brief = with_ec;
    settle("not beyond the chain's end", version == TLS1_2_VERSION ? "1.2" : "1.3", version,
           &with_ec);
    cert_make(&brief.leaf,
              &(struct cert_spec){.name = HOST, .san = "DNS:" HOST, .from = -1000, .until = 1000},
              2, &with_ec.intermediate);
    with.peer.chain[0] = &brief.leaf;
    CHECK_INT(connection(), 0);
    with.now += 999;
    CHECK_INT(connection(), 0);
    CHECK_INT(with.shared.resumed, 1);
    with.now += 2;
    CHECK_INT(connection(), NANGO_E_TLS_EXPIRED);
    with_stop();
    cert_free(&brief.leaf);
}

/* Storage that forgets: any octet. */
static void damaged(void)
{
    settle("a saved one that is damaged", "1.3", TLS1_3_VERSION, &with_ec);
    CHECK_INT(connection(), 0);
    saves();
    int loaded = 0;
    for (size_t i = 0; i < saved_len; i++) {
        saved[i] ^= 0x10;
        loaded += nango_session_load(&with.shared, saved, saved_len);
        saved[i] ^= 0x10;
        loaded += nango_session_load(&with.shared, saved, i);
    }
    CHECK_INT(loaded, 0);
    CHECK_INT(nango_session_load(&with.shared, saved, saved_len), 1);
    with_stop();
}

static void not_kept(int version)
{
    settle("nothing is kept unless it is asked for", version == TLS1_2_VERSION ? "1.2" : "1.3",
           version, &with_ec);
    with.settings.keep_session = 0;
    CHECK_INT(connection(), 0);
    CHECK_INT(nango_session_save(&with.shared, saved, sizeof saved), 0);
    CHECK_INT(nango_session_load(&with.shared, saved, saved_len), 0);
    CHECK_INT(connection(), 0);
    CHECK_INT(with.shared.resumed, 0);
    with_stop();
}

/* A connection that failed says nothing of the next. */
static void failed(int version)
{
    settle("a connection that broke", version == TLS1_2_VERSION ? "1.2" : "1.3", version, &with_ec);
    peer_next(&with.peer);
    CHECK_INT(with_open(), 1);
    CHECK_INT(with_send("go", 2), 0);
    with.peer.flip_at = with.peer.received + 20;
    char buf[8];
    int end;
    with_recv(buf, sizeof buf, &end);
    CHECK_INT(end, NANGO_E_TLS_BROKEN);
    tls_close(&with.tls);
    CHECK_INT(nango_session_save(&with.shared, saved, sizeof saved), 0);
    with_stop();
}

static void every_allocation(int version)
{
    int all = 0;
    unit_case_of("each allocation of a load and a short handshake fails once",
                 version == TLS1_2_VERSION ? "1.2" : "1.3");
    for (int at = 1; !all; at += at < 40 ? 1 : 7) {
        prepare(version, &with_ec);
        CHECK_INT(connection(), 0);
        saves();
        mbedtls_platform_set_calloc_free(failing_take, tls_platform_give_back);
        calls = 0;
        fails_at = at;
        int loaded = nango_session_load(&with.shared, saved, saved_len);
        CHECK(loaded || calls >= at);
        int rc = connection();
        all = calls < at;
        CHECK(rc == 0 || (rc == NANGO_E_TLS_ARENA && !all));
        CHECK(!all || with.shared.resumed == 1);
        fails_at = 0;
        CHECK_INT(connection(), 0);
        with_stop();
    }
    with_note("allocations", (size_t)calls);
}

void test_resume(void)
{
    short_one("1.2, ECDSA", TLS1_2_VERSION, &with_ec);
    short_one("1.2, RSA", TLS1_2_VERSION, &with_rsa);
    short_one("1.3, ECDSA", TLS1_3_VERSION, &with_ec);
    short_one("1.3, RSA", TLS1_3_VERSION, &with_rsa);
    over_sleep("1.2", TLS1_2_VERSION);
    over_sleep("1.3", TLS1_3_VERSION);
    refused("1.2", TLS1_2_VERSION);
    refused("1.3", TLS1_3_VERSION);
    damaged();
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        bound(version);
        every_allocation(version);
        expires(version);
        not_kept(version);
        failed(version);
    }
}
