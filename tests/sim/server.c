/* SPDX-License-Identifier: MIT
 *
 * server: a model of Nango, with what stands before it (a load balancer, a captive portal).
 *
 * POST /connections is an upsert that runs on after the client has gone. What the answers look like
 * stands in answer.c.
 */
#include "sim.h"

#include "answer.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW_MS = 60000, REQUEST_TIMEOUT_MS = 20000 };

/* Times in which something is wrong for everybody. */
enum spell {
    SPELL_DOWN,      /* nobody listens */
    SPELL_CLOSED,    /* maintenance: the load balancer says 503 */
    SPELL_GATEWAY,   /* the load balancer finds no server: 502 */
    SPELL_SLOW,      /* each request takes seconds */
    SPELL_FAILING,   /* every third request fails inside, before the write or after it */
    SPELL_REVOKED,   /* 401 */
    SPELL_FORBIDDEN, /* 403 */
    SPELL_UNKNOWN,   /* 404 */
    SPELL_CAPPED,    /* 400 resource_capped */
    SPELL_PORTAL,    /* a page for people, with 200, or a redirect to it */
    SPELLS
};
static struct {
    uint64_t from, to;
} spells[SPELLS];

static struct account {
    uint64_t window;
    uint32_t used;
} * accounts;

/* A request that is being worked on; it outlives its connection. */
struct run {
    struct sim_link *link;
    struct sim_import *import;
    uint32_t call;
    uint32_t epoch; /* of the server: restarts so far */
    enum answer answer;
    uint32_t events; /* that know it */
    struct run *before, *after;
};
static struct run *runs;

static uint32_t epoch;
uint32_t sim_arrivals[SIM_ARRIVALS];

static void on_restart(void *who, uint32_t what);

void sim_server_init(void)
{
    epoch = 0;
    memset(spells, 0, sizeof spells);
    accounts = calloc(sim->accounts, sizeof *accounts);
    memset(sim_arrivals, 0, sizeof sim_arrivals);
    if (accounts == NULL) {
        abort();
    }
    if (sim->weather > 0) {
        sim_at(sim_between(60000, 600000), on_restart, NULL, 0);
    }
}

static int is_in(enum spell spell, const struct sim_device *d)
{
    if (sim->weather == 0) {
        return 0;
    }
    while (spells[spell].to <= sim_now) {
        spells[spell].from = spells[spell].to + sim_between(20000, 1000000);
        spells[spell].to = spells[spell].from + sim_between(1000, 60000);
    }
    return spells[spell].from <= sim_now && !sim_is_sheltered(d);
}

int sim_server_is_up(const struct sim_device *d)
{
    return !is_in(SPELL_DOWN, d);
}

static void on_restart(void *who, uint32_t what)
{
    (void)who;
    (void)what;
    epoch++;
    sim_net_end_all();
    sim_at(sim_now + sim_between(30000, 600000), on_restart, NULL, 0);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void answer(struct sim_link *l, enum answer kind)
{
    struct answer_facts f = {.id = l->import->seen, .limit = sim->limit};
    const struct account *a = &accounts[l->device->account];
    f.reset_at = (a->window + 1) * WINDOW_MS;
    f.remaining = a->used < sim->limit ? sim->limit - a->used : 0;
    if (kind == ANSWER_CLOSED && sim_chance(800)) {
        f.retry_after_s = (int32_t)sim_random(30);
    } else if (kind == ANSWER_LIMITED) {
        f.retry_after_s = f.reset_at > sim_now ? (int32_t)((f.reset_at - sim_now) / 1000) : 0;
    } else {
        f.retry_after_s = -1;
    }
    f.closes = sim->weather > 0 && (answer_closes(kind) || sim_chance(50));
    l->closes = f.closes;
    l->says = answer_says(kind);
    l->not_before = kind == ANSWER_LIMITED ? f.reset_at
                    : f.retry_after_s >= 0 ? sim_now + (uint64_t)f.retry_after_s * 1000
                                           : 0;
    sim_log(l->device, "the server answers %s", answer_name(kind));
    char text[ANSWER_MAX];
    sim_net_answer(l, text, answer_text(text, kind, &f));
}

/* ---- a request that runs --------------------------------------------------------------------- */

static int is_lost(const struct run *run)
{
    return run->epoch != epoch && sim_chance(500);
}

static void run_free(struct run *run)
{
    *(run->before != NULL ? &run->before->after : &runs) = run->after;
    if (run->after != NULL) {
        run->after->before = run->before;
    }
    sim_import_drop(run->import);
    free(run);
}

static void forget(struct run *run)
{
    if (--run->events == 0) {
        run->import->running--;
        sim_net_drop(run->link);
        run_free(run);
    }
}

static void on_write(void *who, uint32_t what)
{
    struct run *run = who;
    (void)what;
    if (!is_lost(run)) {
        sim_log(run->import->device, "the server stores import %u, as call %u sent it",
                run->import->number, run->call);
        sim_check_write(run->import, run->call);
    }
    forget(run);
}

static void on_done(void *who, uint32_t what)
{
    struct run *run = who;
    (void)what;
    if (run->epoch == epoch && run->link->served) {
        answer(run->link, run->answer);
    }
    forget(run);
}

static void start(struct sim_link *l, enum answer kind, uint32_t write_ms, uint32_t done_ms)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        abort();
    }
    *run = (struct run){.link = l,
                        .import = sim_import_ref(l->import),
                        .call = l->call,
                        .epoch = epoch,
                        .answer = kind,
                        .after = runs};
    if (runs != NULL) {
        runs->before = run;
    }
    runs = run;
    run->import->running++;
    sim_net_hold(l);
    if (answer_writes(kind)) {
        run->events++;
        sim_at(sim_now + write_ms, on_write, run, 0);
    }
    run->events++;
    sim_at(sim_now + done_ms, on_done, run, 0);
}

void sim_server_free(void)
{
    while (runs != NULL) {
        run_free(runs);
    }
    free(accounts);
}

/* ---- what becomes of a request --------------------------------------------------------------- */

/* Before it reaches Nango. */
static enum answer in_front(const struct sim_device *d)
{
    return is_in(SPELL_CLOSED, d)    ? ANSWER_CLOSED
           : is_in(SPELL_GATEWAY, d) ? ANSWER_GATEWAY
           : is_in(SPELL_PORTAL, d)  ? (sim_chance(500) ? ANSWER_PORTAL : ANSWER_REDIRECT)
                                     : ANSWER_NONE;
}

static enum answer refused(const struct sim_import *i)
{
    const struct sim_device *d = i->device;
    return i->refused                  ? ANSWER_INVALID
           : is_in(SPELL_REVOKED, d)   ? ANSWER_REVOKED
           : is_in(SPELL_FORBIDDEN, d) ? ANSWER_FORBIDDEN
           : is_in(SPELL_UNKNOWN, d)   ? ANSWER_UNKNOWN
           : is_in(SPELL_CAPPED, d)    ? ANSWER_CAPPED
                                       : ANSWER_NONE;
}

static int is_limited(const struct sim_device *d)
{
    struct account *a = &accounts[d->account];
    if (a->window != sim_now / WINDOW_MS) {
        a->window = sim_now / WINDOW_MS;
        a->used = 0;
    }
    a->used++;
    if (a->used <= sim->limit || sim_is_sheltered(d)) {
        return 0;
    }
    sim_counts.limited++;
    return 1;
}

/* It is taken in: what comes of that? */
static enum answer inside(const struct sim_import *i)
{
    static const enum answer faults[] = {
        ANSWER_FAILED, ANSWER_FAILED_LATE, ANSWER_VALIDATION, ANSWER_GARBLED, ANSWER_TIMEOUT_LATE,
    };
    if (i->running > 0 && sim_chance(213)) { /* 32 of 150 */
        return ANSWER_FAILED;
    }
    if (!sim_is_sheltered(i->device) &&
        (sim_chance(sim->weather / 8) || (is_in(SPELL_FAILING, i->device) && sim_chance(333)))) {
        sim_counts.server_faults++;
        return faults[sim_random(5)];
    }
    return ANSWER_DONE;
}

static void request(struct sim_link *l)
{
    struct sim_import *i = l->import;
    enum answer kind = in_front(i->device);
    if (sim_now / 1000 < SIM_ARRIVALS) {
        sim_arrivals[sim_now / 1000]++;
    }
    sim_counts.requests++;
    if (kind == ANSWER_NONE && is_limited(i->device)) {
        kind = ANSWER_LIMITED;
    }
    if (kind == ANSWER_NONE) {
        kind = refused(i);
    }
    if (kind != ANSWER_NONE) {
        start(l, kind, 0, sim_random(30));
        return;
    }
    int is_slow = is_in(SPELL_SLOW, i->device);
    uint32_t done_ms = is_slow ? sim_between(1000, 60000) : sim_between(10, 300);
    kind = inside(i);
    if (kind == ANSWER_TIMEOUT_LATE) { /* the load balancer has no patience; the server goes on */
        start(l, kind, sim_between(1000, 90000), 30000);
    } else {
        start(l, kind, sim_random(done_ms), done_ms);
    }
}

/* ---- reading it ------------------------------------------------------------------------------ */

static void on_request_timeout(void *who, uint32_t what)
{
    struct sim_link *l = who;
    if (l->served && !l->answered && l->served_requests == what && l->arrived > 0 &&
        (l->whole_len == 0 || l->arrived < l->whole_len)) {
        l->whole_len = l->whole_len != 0 ? l->whole_len : l->arrived;
        answer(l, ANSWER_TIMEOUT);
    }
    sim_net_drop(l);
}

/* Some servers say no before they have read the body. */
static void answer_early(struct sim_link *l)
{
    enum answer kind = in_front(l->device);
    kind = kind == ANSWER_NONE && is_in(SPELL_REVOKED, l->device) ? ANSWER_REVOKED : kind;
    if (kind != ANSWER_NONE && sim_chance(500)) {
        answer(l, kind);
    }
}

void sim_server_arrived(struct sim_link *l)
{
    if (l->whole_len == 0) {
        if (!l->timed) {
            l->timed = 1;
            sim_net_hold(l);
            sim_at(sim_now + REQUEST_TIMEOUT_MS, on_request_timeout, l, l->served_requests);
        }
        if (!answer_read_head(l)) {
            return;
        }
        if (l->arrived < l->whole_len) {
            answer_early(l);
        }
    }
    if (l->arrived > l->whole_len) {
        sim_broken(l->device, RULE_REQUEST, "bytes behind the request");
    } else if (l->arrived == l->whole_len && !l->answered && !l->running) {
        l->running = 1;
        if (answer_read_body(l)) {
            request(l);
        }
    }
}
