/* SPDX-License-Identifier: MIT
 *
 * A device without a clock: a floor date, then the Date of a verified answer.
 */
#include "with.h"

#include <string.h>

/* 24 November 2025, 16:00:00: CERT_NOW. */
#define BODY "{\"provider_config_key\":\"github\",\"connection_id\":\"x\"}"
#define ANSWER(date)                                                               \
    "HTTP/1.1 201 Created\r\nDate: " date "\r\nContent-Type: application/json\r\n" \
    "Content-Length: 52\r\nConnection: close\r\n\r\n" BODY

static int import(const char *answer)
{
    static struct nango_client client;
    static uint8_t work[1024];
    struct nango_result result;
    struct nango_connection c = {
        .provider_config_key = NANGO_STR("github"),
        .connection_id = NANGO_STR("x"),
        .credentials = {.type = NANGO_API_KEY, .api_key = {.api_key = NANGO_STR("secret")}},
    };
    peer_next(&with.peer);
    with.peer.answer = answer;
    with.peer.answer_len = strlen(answer);
    with.peer.answer_after = 100;
    CHECK_INT(nango_init(&client,
                         &(struct nango_settings){
                             .tls = &with.shared,
                             .port = &peer_port,
                             .port_ctx = &with.peer,
                             .host = HOST,
                             .secret_key = NANGO_STR("c2f40b6b-0f3d-4b9a-9f5e-3d1c9a7f2b11"),
                             .work = work,
                             .work_cap = sizeof work,
                         }),
              0);
    int rc = nango_import(&client, &c, &result);
    nango_close(&client);
    return rc;
}

static void settle(const char *name, const char *second)
{
    unit_case_of(name, second);
    with_start(&with_ec);
    with.now = 0;
    with.settings.floor_time = CERT_NOW - 1000;
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
}

void test_learn(void)
{
    struct cert later;
    with_start(&with_ec);
    cert_make(&later,
              &(struct cert_spec){.name = HOST, .san = "DNS:" HOST, .from = 1000, .until = 86400},
              2, &with_ec.intermediate);

    settle("the time by an answer", "its Date counts from then on, for both ends");
    with.peer.chain[0] = &later;
    CHECK_INT(import(ANSWER("Mon, 24 Nov 2025 16:00:00 GMT")), 0);
    CHECK_INT(import(ANSWER("Mon, 24 Nov 2025 16:00:00 GMT")), NANGO_E_TLS_NOT_YET);
    with.peer.chain[0] = &with_ec.leaf;
    CHECK_INT(import(ANSWER("Mon, 01 Dec 2025 16:00:00 GMT")), 0);
    CHECK_INT(import(ANSWER("Mon, 24 Nov 2025 16:00:00 GMT")), NANGO_E_TLS_EXPIRED);
    with_stop();

    settle("the time by an answer", "not before the floor, nor without TLS, nor over a clock");
    with.peer.chain[0] = &later;
    CHECK_INT(import(ANSWER("Mon, 24 Nov 2025 15:00:00 GMT")), 0);
    CHECK_INT(import(ANSWER("yesterday")), 0);
    with.tls.plain = 1;
    tls_learn_time(&with.tls, CERT_NOW);
    with.tls.plain = 0;
    CHECK_INT(import(ANSWER("Mon, 01 Dec 2025 16:00:00 GMT")), 0);
    with.now = CERT_NOW + 2000;
    CHECK_INT(import(ANSWER("Mon, 24 Nov 2025 16:00:00 GMT")), 0);
    with_stop();

    settle("the time by an answer", "goes on");
    CHECK_INT(import(ANSWER("Mon, 24 Nov 2025 16:00:00 GMT")), 0);
    with.peer.uptime_ms = 3600 * 1000;
    CHECK_INT(import(ANSWER("none")), 0);
    CHECK_INT((long long)with.shared.learned, CERT_NOW + 3600);
    with.peer.uptime_ms = 3601 * 1000 + 999;
    CHECK_INT(import(ANSWER("none")), 0);
    with.peer.uptime_ms += 1;
    CHECK_INT(import(ANSWER("none")), 0);
    CHECK_INT((long long)with.shared.learned, CERT_NOW + 3602);
    with.peer.uptime_ms = 86400ull * 60 * 1000;
    CHECK_INT(import(ANSWER("none")), NANGO_E_TLS_EXPIRED);
    CHECK_INT((long long)with.shared.learned, CERT_NOW + 86400 * 60);
    with_stop();
    cert_free(&later);
}
