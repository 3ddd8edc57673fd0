/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY "c561815d-4b9e-4464-a3a8-e0cd610fd807"
#define TOKEN "gho_a-token-that-nobody-may-keep"
enum { DEADLINE = 20000, ARENA = 131072 };

static struct {
    struct nango_tls tls;
    struct nango_client client;
    struct nango_result result;
    uint8_t work[700];
    uint8_t arena[ARENA];
} memory;

size_t run_tried;
static const struct scenario *scenario;
static int is_right;

/* A check that says which fault it was, once. */
static void hold(int ok, const char *what)
{
    if (!unit_check(ok, what, scenario->name, (int)faulty.at) && is_right) {
        char line[300];
        int len = snprintf(line, sizeof line,
                           "# %s, %s, %s call %zu: %s: %s (%s, cause %d), %zu stored, %llu ms\n",
                           scenario->name, faulty.fault != NULL ? faulty.fault->name : "no fault",
                           faulty.lasts ? "from" : "at", faulty.at, what,
                           nango_outcome_name(memory.result.outcome),
                           nango_error_name(memory.result.error), memory.result.cause,
                           faulty.stage.stored, (unsigned long long)faulty.stage.now);
        unit_put(line, (size_t)len);
    }
    is_right &= ok;
}

/* ---- what must hold -------------------------------------------------------------------------- */

static int has(const void *where, size_t len, const char *secret)
{
    return memmem(where, len, secret, strlen(secret)) != NULL;
}

static void check_secrets(void)
{
    static char zero[sizeof memory.work];
    hold(!has(&memory, sizeof memory, TOKEN), "no token is left");
    hold(!has(&memory, sizeof memory, KEY), "no key is left");
    hold(memcmp(memory.work, zero, sizeof zero) == 0, "the work buffer is wiped");
}

/* In this layer, or overcome. */
static void check_error(const struct fault *f, int error, int wants_done)
{
    unsigned band = 1u << (-error >> 4);
    /* The loss in the script, where the next attempt does not even connect. */
    int is_scripted = error == NANGO_E_RESET && memory.result.cause == NANGO_PORT_RESET &&
                      scenario->answers_len > 0 && scenario->answers[0] == NULL;
    if (f == NULL || (!faulty.lasts && f->is_overcome) || faulty.struck == 0) {
        hold(error == 0 || !wants_done, "it is overcome");
    } else if (faulty.lasts && faulty.at == 1 && f->error != 0) {
        hold(error == f->error, "the error is the fault's");
    } else {
        hold(error == 0 || !wants_done || is_scripted || (band & f->bands) != 0,
             "the error is of the fault's layer");
    }
    if (error != 0 && wants_done && f != NULL && f->way == FAIL && f->code != NANGO_PORT_FIN &&
        !is_scripted && (band & PORT)) {
        hold(memory.result.cause == f->code, "the cause is the port's code");
    }
    if (error == NANGO_E_TLS_ENTROPY) {
        hold(f != NULL && memory.result.cause == f->code, "the cause is what entropy returned");
    }
}

static void check_outcome(const struct fault *f, size_t stored, size_t sent)
{
    const struct nango_result *r = &memory.result;
    int is_garbled = f != NULL && f->way == FLIPPED && scenario->version == 0;
    switch (r->outcome) {
    case NANGO_DONE: hold(r->error == 0 && (stored > 0 || is_garbled), "DONE is true"); break;
    case NANGO_IN_DOUBT: hold(r->error != 0 && sent > 0, "IN_DOUBT is true"); break;
    default: hold(r->error != 0 && (stored == 0 || is_garbled), "NOT_SENT is true");
    }
    size_t id_len = r->attempts == 0 && r->error == NANGO_E_TLS_ENTROPY ? 0
                    : scenario->makes_id                                ? 36
                                                                        : sizeof STAGE_ID - 1;
    hold(r->connection_id.len == id_len, "it has its id");
}

/* ---- a run ----------------------------------------------------------------------------------- */

static void check_clean_arena(void)
{
    size_t dirty = 0;
    for (size_t i = 0; i < sizeof memory.arena; i++) {
        dirty += memory.arena[i] != 0;
    }
    hold(dirty == 0, "the arena is empty and wiped");
}

/* Where memory ran out TLS gives back the arena as a whole, and with it what Mbed TLS 3.6 loses
 * then (of a handshake of 1.3, the first of two ciphers if there is no room for the second). */
static void check_reset(void)
{
    if (scenario->version != 0 && memory.tls.state == NULL) {
        check_clean_arena();
        faulty.living = 0;
    }
}

static void import(const struct fault *f, enum nango_outcome outcome)
{
    struct nango_connection c = {
        .provider_config_key = NANGO_STR("github"),
        .connection_id = NANGO_STR(STAGE_ID),
        .credentials = {.type = NANGO_OAUTH2, .oauth2 = {.access_token = NANGO_STR(TOKEN)}},
    };
    struct stage *s = &faulty.stage;
    size_t stored = s->stored, sent = s->sent;
    uint64_t began = s->now, overslept = faulty.overslept;
    int64_t moved = faulty.moved;
    if (scenario->makes_id) {
        c.connection_id.ptr = NULL;
    }
    int rc = nango_import(&memory.client, &c, &memory.result);
    uint64_t back = faulty.moved < moved ? (uint64_t)(moved - faulty.moved) : 0;
    hold(s->now - began <= DEADLINE + back + faulty.overslept - overslept, "the deadline is kept");
    hold(rc == memory.result.error && nango_poll(&memory.client) == rc, "the error sticks");
    check_outcome(f, s->stored - stored, s->sent - sent);
    check_error(f, rc, outcome == NANGO_DONE);
    check_reset();
    check_secrets();
}

static int start_tls(void)
{
    static struct nango_der roots[1];
    roots[0] = stage_root();
    struct nango_tls_settings t = {.entropy = faulty_entropy, .unix_time = faulty_time};
    if (scenario->version != 0) {
        t.arena = memory.arena;
        t.arena_cap = sizeof memory.arena;
        t.trust = (struct nango_trust){.roots = roots, .roots_len = 1};
    }
    return nango_tls_init(&memory.tls, &t);
}

static void start_client(void)
{
    struct nango_settings s = {
        .tls = &memory.tls,
        .port = &faulty_port,
        .port_ctx = &faulty,
        .host = STAGE_HOST,
        .plain_http = scenario->version == 0,
        .unsafe_plain_http_to_any_host = 1,
        .secret_key = NANGO_STR(KEY),
        .work = memory.work,
        .work_cap = sizeof memory.work,
        .deadline_ms = DEADLINE,
    };
    hold(nango_init(&memory.client, &s) == 0, "nango_init");
}

/* Returns how often the fault struck. */
static size_t run(const struct fault *f, size_t at, int lasts)
{
    memset(&memory, 0, sizeof memory);
    memset(&faulty, 0, sizeof faulty);
    stage_start(&faulty.stage, scenario->version, scenario->answers, scenario->answers_len);
    faulty.fault = f;
    faulty.at = at;
    faulty.lasts = lasts;
    int rc = start_tls();
    if (rc != 0) {
        hold(f != NULL && rc == f->error, "nango_tls_init says why");
        check_reset();
        faulty.fault = NULL;
        hold(start_tls() == 0, "nango_tls_init again");
    }
    int living = faulty.living;
    start_client();
    for (int i = 0; i < scenario->imports; i++) {
        import(faulty.fault, scenario->outcome);
    }
    size_t struck = faulty.struck;
    faulty.fault = NULL;
    faulty.stage.answers_len = 0;
    import(NULL, NANGO_DONE); /* and the next one goes well */
    nango_close(&memory.client);
    hold(faulty.stage.opened == faulty.stage.closed, "opened = closed");
    check_reset();
    hold(faulty.living == living || memory.tls.state == NULL, "all memory is given back");
    nango_tls_free(&memory.tls);
    hold(faulty.living == 0, "and that which all share");
    check_clean_arena();
    check_secrets();
    stage_stop(&faulty.stage);
    return struck;
}

static void run_calls(const struct fault *f, size_t stride, int lasts)
{
    size_t at = 1;
    while (is_right && run(f, at, lasts) > 0) {
        run_tried++;
        at += stride;
    }
    hold(at > 1 || !is_right, "it strikes at all");
}

void run_fault(const struct scenario *s, const struct fault *f, size_t stride)
{
    scenario = s;
    is_right = 1;
    unit_case_of(s->name, f->name);
    stride = s->version == 0 || getenv("NANGO_TEST_LONG") != NULL ? 1 : stride;
    run_calls(f, stride, 0);
    if (f->function != UPTIME) { /* a clock that goes back at each look is none */
        run_calls(f, f->function == ALLOC ? 7 * stride : stride, 1);
    }
}
