/* SPDX-License-Identifier: MIT
 *
 * device: a program that registers one thing after the other with Nango, on a client that it polls.
 *
 *     OFF -boot-> RESTING -begin-> KEEPING -the id is in flash-> RUNNING -the call ends-> RESTING
 *      ^                              |                             |
 *      +------------------------------+---- no power ---------------+
 *
 * Over a loss of power it keeps: which import it was at, the connection_id, nango_failures.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OFF, RESTING, KEEPING, RUNNING, FINISHED };

static struct sim_device *devices;
static struct nango_tls tls;
static char metadata[3000];
static uint32_t begun;

static int entropy(void *ctx, void *buf, size_t len)
{
    uint8_t *to = buf;
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        to[i] = (uint8_t)sim_random(256);
    }
    return 0;
}

int sim_is_sheltered(const struct sim_device *d)
{
    return sim->weather > 0 && d->call >= SIM_CALLS_MAX / 4;
}

static int is_struck(const struct sim_device *d, uint32_t per_mille)
{
    return sim->weather > 0 && !sim_is_sheltered(d) && sim_chance(per_mille);
}

/* ---- timers: one that counts ----------------------------------------------------------------- */

static void on_timer(void *who, uint32_t what);

static void arm(struct sim_device *d, uint64_t when)
{
    d->timer_at = when;
    sim_at(when, on_timer, d, ++d->ticket);
}

/* ---- power ----------------------------------------------------------------------------------- */

static void start_client(struct sim_device *d)
{
    struct nango_settings s = {
        .tls = &tls,
        .port = &sim_port,
        .port_ctx = d,
        .host = "nango.example",
        .plain_http = 1,
        .unsafe_plain_http_to_any_host = 1,
        .secret_key = NANGO_STR(SIM_KEY),
        .work = d->work,
        .work_cap = d->work_cap,
        .deadline_ms = d->deadline_ms,
        .spread_ms = sim->spread_ms,
    };
    memset(&d->client, SIM_CANARY_BYTE, sizeof d->client);
    memset(d->canary_client, SIM_CANARY_BYTE, SIM_CANARY);
    memset(d->canary_result, SIM_CANARY_BYTE, SIM_CANARY);
    memset(d->work, SIM_CANARY_BYTE, sizeof d->work);
    if (nango_init(&d->client, &s) != 0) {
        abort();
    }
    nango_set_failures(&d->client, d->failures);
    d->not_before = 0; /* a new client knows of no earlier answer */
}

static void rest(struct sim_device *d, uint32_t ms)
{
    d->state = RESTING;
    arm(d, sim_now + ms);
}

static void on_boot(void *who, uint32_t what)
{
    struct sim_device *d = who;
    (void)what;
    sim_log(d, "boots");
    start_client(d);
    rest(d, 0);
}

static void on_power_cut(void *who, uint32_t what)
{
    struct sim_device *d = who;
    if (d->boots != what || d->state == FINISHED) {
        return;
    }
    sim_log(d, "has no power any more");
    sim_counts.reboots++;
    sim_net_forget(d);
    d->boots++;
    d->ticket++;
    d->state = OFF;
    d->call++;
    d->was_cut = 1;
    sim_at(sim_now + sim_between(100, 60000), on_boot, d, 0);
}

/* ---- one thing after the other --------------------------------------------------------------- */

static void next_import(struct sim_device *d)
{
    if (d->import != NULL) {
        sim_import_drop(d->import);
        d->import = NULL;
    }
    if (begun == sim->imports) {
        d->state = FINISHED;
        d->ticket++;
        nango_close(&d->client);
        return;
    }
    struct sim_import *i = d->import = sim_import_new(d, d->imports++);
    begun++;
    d->call = 0;
    d->was_cut = 0;
    i->refused = (uint8_t)is_struck(d, 30);
    if (sim_chance(500)) {
        snprintf(i->id, sizeof i->id, "unit-%u-%u", d->number, i->number);
    }
}

/* The import has come to its end. */
static void finish(struct sim_device *d)
{
    const struct sim_import *i = d->import;
    sim_counts.imports++;
    if (d->result.outcome == NANGO_DONE && (i->refused || !i->stored)) {
        sim_broken(d, RULE_DONE, "the device thinks that import %u is registered", i->number);
    }
    if (d->result.outcome == NANGO_REFUSED && i->stored && i->doubt == 0 && !d->was_cut) {
        sim_broken(d, RULE_TRUTH, "REFUSED, and an earlier call, not in doubt, had stored it");
    }
    next_import(d);
}

static void begin(struct sim_device *d)
{
    struct sim_import *i = d->import;
    snprintf(d->token, sizeof d->token, "token-%u-%u-%u", d->number, i->number, d->call);
    d->connection = (struct nango_connection){
        .provider_config_key = NANGO_STR("github"),
        .connection_id = {i->id[0] != '\0' ? i->id : NULL, strlen(i->id)},
        .credentials = {.type = NANGO_OAUTH2,
                        .oauth2 = {.access_token = {d->token, strlen(d->token)}}},
    };
    if (is_struck(d, 100)) {
        d->connection.metadata = (struct nango_source){.mem = metadata, .len = sizeof metadata};
    }
    d->began_at = d->due = sim_now;
    d->unsettled = d->said = 0;
    sim_check_begin(d);
    sim_counts.calls++;
    if (nango_import_begin(&d->client, &d->connection, &d->result) != 0) {
        sim_broken(d, RULE_RESULT, "nango_import_begin failed");
    }
    d->state = KEEPING;
    arm(d, sim_now + (is_struck(d, 5) ? 2 * d->deadline_ms : is_struck(d, 100) ? 40 : 0));
    if (is_struck(d, sim->weather / 4)) {
        sim_at(sim_now + sim_random(3000), on_power_cut, d, d->boots);
    }
}

/* ---- polling --------------------------------------------------------------------------------- */

/* What may pass makes the next wait longer, what has passed does not. */
static void check_failures(struct sim_device *d)
{
    const struct nango_result *r = &d->result;
    uint32_t failures = nango_failures(&d->client);
    int passes = (r->error == NANGO_E_NO_NAME || r->error == NANGO_E_UNREACHABLE ||
                  r->error == NANGO_E_RESET || r->error == NANGO_E_DEADLINE || r->status >= 500) &&
                 r->outcome >= NANGO_NOT_SENT;
    if (d->late_ms == 0 && r->attempts > 0 &&
        (passes ? failures == 0 : r->outcome == NANGO_DONE && failures != 0)) {
        sim_broken(d, RULE_RESULT, "%u failures after %s", failures, nango_error_name(r->error));
    }
}

static void ended(struct sim_device *d, int rc)
{
    sim_log(d, "%s %s, status %u, %u attempts, retry after %u ms",
            nango_outcome_name(d->result.outcome), nango_error_name(rc), d->result.status,
            d->result.attempts, d->result.retry_after_ms);
    sim_check_end(d, rc);
    sim_counts.outcome[d->result.outcome]++;
    check_failures(d);
    d->failures = nango_failures(&d->client);
    d->call++;
    uint32_t wait_ms = sim_between(0, 20000);
    if (d->result.outcome == NANGO_DONE || d->result.outcome == NANGO_REFUSED) {
        finish(d);
        if (d->state == FINISHED) {
            return;
        }
    } else if (d->call == SIM_CALLS_MAX && sim->weather > 0) {
        sim_broken(d, RULE_STUCK, "%u calls, the last ones without a fault", d->call);
    } else if (sim->naive_ms != 0) {
        wait_ms = sim->naive_ms;
    } else if (!d->is_careless && d->result.retry_after_ms > 0) {
        wait_ms = d->result.retry_after_ms;
    }
    if (sim->naive_ms != 0 || (d->sleeps && d->result.retry_after_ms == 0)) {
        d->failures = sim->naive_ms != 0 ? 0 : d->failures;
        nango_close(&d->client);
        start_client(d);
    }
    rest(d, wait_ms);
}

static void poll(struct sim_device *d)
{
    d->late_ms = sim_now - d->due;
    int rc = nango_poll(&d->client);
    if (rc <= 0) {
        if (nango_poll(&d->client) != rc || nango_wake_ms(&d->client) != UINT32_MAX) {
            sim_broken(d, RULE_RESULT, "after the end nango_poll says something else");
        }
        ended(d, rc);
        return;
    }
    d->events = rc;
    uint32_t wake_ms = nango_wake_ms(&d->client);
    if (!(rc & NANGO_TIMER) || wake_ms > d->deadline_ms) {
        sim_broken(d, RULE_DEADLINE, "waits for %d, %u ms", rc, wake_ms);
    }
    d->due = sim_now + wake_ms;
    arm(d, d->due + (d->is_late ? sim_random(300) : 0));
}

void sim_device_ready(struct sim_device *d, int events)
{
    uint64_t when = sim_now + (d->is_late ? sim_random(300) : 0);
    if (d->state == RUNNING && (events & d->events) != 0 && when < d->timer_at) {
        d->due = sim_now < d->due ? sim_now : d->due;
        arm(d, when);
    }
}

static void cancel(struct sim_device *d)
{
    d->late_ms = sim_now - d->due;
    nango_close(&d->client);
    sim_check_end(d, NANGO_E_CANCELLED);
    sim_log(d, "cancels: %s", nango_outcome_name(d->result.outcome));
    sim_counts.cancels++;
    d->call++;
    start_client(d);
    rest(d, sim_random(1000));
}

static void keep_id(struct sim_device *d)
{
    if (d->import->id[0] == '\0') {
        snprintf(d->import->id, sizeof d->import->id, "%.*s", (int)d->result.connection_id.len,
                 d->result.connection_id.ptr);
    }
    d->state = RUNNING;
}

static void on_timer(void *who, uint32_t what)
{
    struct sim_device *d = who;
    if (d->ticket != what) {
        return;
    }
    if (d->state == RESTING) {
        begin(d);
    } else if (is_struck(d, 1)) {
        keep_id(d);
        cancel(d);
    } else {
        if (d->state == KEEPING) {
            keep_id(d);
        }
        poll(d);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

void sim_devices_init(void)
{
    static const uint32_t deadlines[] = {2000, 5000, 15000, 30000, 60000, 600000};
    struct nango_tls_settings t = {.entropy = entropy};
    devices = calloc(sim->devices, sizeof *devices);
    if (devices == NULL || nango_tls_init(&tls, &t) != 0) {
        abort();
    }
    memset(metadata, ' ', sizeof metadata);
    metadata[0] = '{';
    metadata[sizeof metadata - 1] = '}';
    begun = 0;
    for (uint32_t i = 0; i < sim->devices; i++) {
        struct sim_device *d = &devices[i];
        d->number = i;
        d->account = i % sim->accounts;
        d->work_cap = sim_between(512, SIM_WORK);
        d->deadline_ms = sim->deadline_ms != 0 ? sim->deadline_ms : deadlines[sim_random(6)];
        d->is_late = (uint8_t)is_struck(d, 200);
        d->is_careless = (uint8_t)is_struck(d, 200);
        d->sleeps = (uint8_t)is_struck(d, 200);
        next_import(d);
        if (d->state != FINISHED) {
            sim_at(sim_random(sim->boot_ms), on_boot, d, 0);
        }
    }
}

void sim_devices_free(void)
{
    for (uint32_t i = 0; i < sim->devices; i++) {
        if (devices[i].import != NULL) {
            sim_import_drop(devices[i].import);
        }
    }
    nango_tls_free(&tls);
    free(devices);
}
