/* SPDX-License-Identifier: MIT
 *
 * What TLS needs of its surroundings, failing: memory, entropy; and the arena as such.
 */
#include "tls_platform.h"
#include "nango_arena.h"
#include "with.h"

#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void settle(int version, const struct chain *chain)
{
    with_start(chain);
    with.peer.min_version = with.peer.max_version = version;
    with.peer.answer = "HTTP/1.1 200 OK\r\n\r\n";
    with.peer.answer_len = 19;
    with.peer.answer_after = 4;
}

/* A whole connection; what is left of the arena is as it was. Returns its first error, or 0. */
static int whole(void)
{
    char buf[64];
    int end;
    int rc = with_open();
    if (rc > 0) {
        rc = with_send("POST", 4);
    }
    if (rc == 0) {
        with_recv(buf, sizeof buf, &end);
        rc = end;
    }
    return rc;
}

/* Every arena that is too small is called that, by init or by open, and nothing else. */
static void too_small(const char *name, int version, const struct chain *chain)
{
    size_t step = getenv("NANGO_TEST_LONG") != NULL ? 8 : 800;
    size_t least = 0;
    unit_case_of("an arena of every size", name);
    for (size_t cap = 0; cap <= 65536; cap += step) {
        settle(version, chain);
        with.settings.arena_cap = cap;
        int rc = whole();
        if (rc == 0) {
            least = least == 0 ? cap : least;
        } else {
            CHECK_INT(rc, NANGO_E_TLS_ARENA);
            least = 0;
        }
        with_stop();
        if (least != 0 && cap > least + 3000) {
            break;
        }
    }
    CHECK(least != 0 && least <= NANGO_ARENA_NEED);
    with_note("least arena", least);
}

/* Twenty connections need no more than one does. */
static void again(int version)
{
    unit_case("connections one after the other leave nothing behind");
    settle(version, &with_ec);
    CHECK_INT(whole(), 0);
    tls_close(&with.tls);
    size_t peak = with.shared.arena_peak;
    for (int i = 0; i < 20; i++) {
        peer_free(&with.peer);
        with.peer.got_len = 0;
        with.peer.answered = 0;
        int rc;
        do {
            rc = tls_open(&with.tls, 1000);
        } while (rc == 0);
        CHECK_INT(rc, 1);
        tls_close(&with.tls);
    }
    CHECK_INT(with.shared.arena_peak, peak);
    with_stop();
}

/* An allocator of the program's own. */
static int calls, fails_at, living;

static void *own_take(size_t n, size_t size)
{
    living++;
    return calloc(n, size);
}

static void own_give_back(void *memory)
{
    living -= memory != NULL;
    free(memory);
}

static void own_allocator(int version)
{
    unit_case("an allocator of the program's own is left alone");
    mbedtls_platform_set_calloc_free(own_take, own_give_back);
    settle(version, &with_ec);
    with.settings.arena = NULL;
    CHECK_INT(whole(), 0);
    CHECK(living > 10);
    with_stop();
    CHECK_INT(living, 0);
}

/* The arena's, of which the N-th call fails. */
static void *failing_take(size_t n, size_t size)
{
    if (++calls == fails_at) {
        with.shared.fault = NANGO_E_TLS_ARENA;
        return NULL;
    }
    return tls_platform_take(n, size);
}

static int is_wiped(void)
{
    size_t dirty = 0;
    for (size_t i = 0; i < sizeof with_arena; i++) {
        dirty += with_arena[i] != 0;
    }
    return dirty == 0;
}

static void every_allocation(const char *name, int version, const struct chain *chain)
{
    unit_case_of("each allocation fails once, then all is as before", name);
    for (fails_at = 1;; fails_at += getenv("NANGO_TEST_LONG") != NULL ? 1 : 13) {
        settle(version, chain);
        CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
        mbedtls_platform_set_calloc_free(failing_take, tls_platform_give_back);
        calls = 0;
        int rc = whole();
        int all = calls < fails_at;
        CHECK_INT(rc, all ? 0 : NANGO_E_TLS_ARENA);
        tls_close(&with.tls);
        if (!all) {
            CHECK(is_wiped());
        }
        with_stop();
        if (all) {
            break;
        }
    }
    with_note("allocations", (size_t)calls);
}

static void entropy(void)
{
    for (int at = 1; at < 10; at++) {
        settle(TLS1_3_VERSION, &with_ec);
        with.entropy_fails_at = at;
        unit_case("entropy that fails ends the call");
        int rc = whole();
        int all = with.entropy_calls < at;
        CHECK_INT(rc, all ? 0 : NANGO_E_TLS_ENTROPY);
        if (!all) {
            CHECK_INT(with.shared.cause, -7);
        }
        with_stop();
        if (all) {
            CHECK(at > 3); /* two at the start, one for each connection */
            return;
        }
    }
    CHECK(0);
}

static void one_a_process(void)
{
    unit_case("a second nango_tls_init while one is there");
    settle(0, &with_ec);
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
    struct nango_tls second;
    CHECK_INT(nango_tls_init(&second, &with.settings), NANGO_E_SETTINGS);
    nango_tls_free(&second);
    int rc = 0;
    while (rc == 0) {
        rc = tls_open(&with.tls, 1000);
    }
    CHECK_INT(rc, 1);
    with_stop();
}

/* Against the C library's. */
static void calendar(void)
{
    unit_case("civil time");
    for (int64_t s = 0; s < 7980000000; s += 40007 * 13) {
        mbedtls_time_t when = (mbedtls_time_t)s;
        time_t libc = (time_t)s;
        struct tm ours;
        mbedtls_platform_gmtime_r(&when, &ours);
        const struct tm *theirs = gmtime(&libc);
        if (!CHECK(ours.tm_year == theirs->tm_year && ours.tm_mon == theirs->tm_mon &&
                   ours.tm_mday == theirs->tm_mday && ours.tm_hour == theirs->tm_hour &&
                   ours.tm_min == theirs->tm_min && ours.tm_sec == theirs->tm_sec)) {
            break;
        }
    }
}

void test_memory(void)
{
    calendar();
    too_small("1.2, ECDSA", TLS1_2_VERSION, &with_ec);
    too_small("1.2, RSA", TLS1_2_VERSION, &with_rsa);
    too_small("1.3, ECDSA", TLS1_3_VERSION, &with_ec);
    too_small("1.3, RSA", TLS1_3_VERSION, &with_rsa);
    again(TLS1_2_VERSION);
    again(TLS1_3_VERSION);
    own_allocator(TLS1_2_VERSION);
    own_allocator(TLS1_3_VERSION);
    every_allocation("1.2, ECDSA", TLS1_2_VERSION, &with_ec);
    every_allocation("1.3, RSA", TLS1_3_VERSION, &with_rsa);
    entropy();
    one_a_process();
}
