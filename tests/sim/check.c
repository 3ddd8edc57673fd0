/* SPDX-License-Identifier: MIT
 *
 * check: what must be true, whatever happens.
 */
#define _GNU_SOURCE /* memmem */
#include "sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const sim_rules[RULES_LEN] = {
    [RULE_NONE] = "none",     [RULE_TRUTH] = "truth",       [RULE_DONE] = "done",
    [RULE_DOUBT] = "doubt",   [RULE_ONCE] = "once",         [RULE_VERDICT] = "verdict",
    [RULE_EARLY] = "early",   [RULE_DEADLINE] = "deadline", [RULE_STUCK] = "stuck",
    [RULE_RESULT] = "result", [RULE_REQUEST] = "request",   [RULE_PORT] = "port",
    [RULE_MEMORY] = "memory",
};

static struct sim_report report;

const struct sim_report *sim_report(void)
{
    return &report;
}

void sim_broken(const struct sim_device *d, enum sim_rule rule, const char *format, ...)
{
    va_list list;
    if (report.rule != RULE_NONE) {
        return;
    }
    report.rule = rule;
    report.device = d->number;
    report.at = sim_now;
    va_start(list, format);
    vsnprintf(report.why, sizeof report.why, format, list);
    va_end(list);
    sim_log(d, "*** breaks the rule \"%s\": %s", sim_rules[rule], report.why);
}

void sim_log(const struct sim_device *d, const char *format, ...)
{
    va_list list;
    if (sim->trace != d->number) {
        return;
    }
    printf("# %10llu.%03u device %u import %u call %u: ", (unsigned long long)sim_now / 1000,
           (unsigned)(sim_now % 1000), d->number, d->import != NULL ? d->import->number : 0,
           d->call);
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    printf("\n");
}

/* ---- imports --------------------------------------------------------------------------------- */

struct sim_import *sim_import_new(struct sim_device *d, uint32_t number)
{
    struct sim_import *i = calloc(1, sizeof *i);
    if (i == NULL) {
        abort();
    }
    i->device = d;
    i->number = number;
    i->refs = 1;
    return i;
}

struct sim_import *sim_import_ref(struct sim_import *i)
{
    i->refs++;
    return i;
}

void sim_import_drop(struct sim_import *i)
{
    if (--i->refs == 0) {
        free(i);
    }
}

/* ---- each id is one import's ----------------------------------------------------------------- */

static uint64_t *ids; /* hashes, open addressing; 0: free */
static size_t ids_len, ids_cap;

static void put_id(uint64_t hash)
{
    size_t at = hash & (ids_cap - 1);
    while (ids[at] != 0) {
        at = (at + 1) & (ids_cap - 1);
    }
    ids[at] = hash;
    ids_len++;
}

static int has_id(uint64_t hash)
{
    size_t at = hash & (ids_cap - 1);
    while (ids[at] != 0 && ids[at] != hash) {
        at = (at + 1) & (ids_cap - 1);
    }
    return ids[at] != 0;
}

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    }
    return hash | 1;
}

static void grow_ids(void)
{
    uint64_t *old = ids;
    size_t old_cap = ids_cap;
    ids_cap = old_cap != 0 ? old_cap * 2 : 1 << 12;
    ids_len = 0;
    ids = calloc(ids_cap, sizeof *ids);
    if (ids == NULL) {
        abort();
    }
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i] != 0) {
            put_id(old[i]);
        }
    }
    free(old);
}

void sim_check_init(void)
{
    memset(&report, 0, sizeof report);
    free(ids);
    ids = NULL;
    ids_len = ids_cap = 0;
    grow_ids();
}

/* ---- what the server sees -------------------------------------------------------------------- */

void sim_check_id(struct sim_import *i, const char *id)
{
    if (i->seen[0] != '\0') {
        if (strcmp(i->seen, id) != 0) {
            sim_broken(i->device, RULE_ONCE, "import %u comes as %s, and came as %s", i->number, id,
                       i->seen);
        }
        return;
    }
    snprintf(i->seen, sizeof i->seen, "%s", id);
    uint64_t hash = hash_of(id);
    if (has_id(hash)) {
        sim_broken(i->device, RULE_ONCE, "the id %s of import %u is another's", id, i->number);
        return;
    }
    if (ids_len * 2 > ids_cap) {
        grow_ids();
    }
    put_id(hash);
}

static uint64_t bit(uint32_t call)
{
    return (uint64_t)1 << (call % 64);
}

void sim_check_write(struct sim_import *i, uint32_t call)
{
    i->stored = 1;
    i->wrote |= bit(call);
    if (i->nothing & bit(call)) {
        sim_broken(i->device, RULE_TRUTH,
                   "call %u of import %u said that nothing was stored, and now it is", call,
                   i->number);
    }
}

void sim_check_begin(struct sim_device *d)
{
    d->import->nothing &= ~bit(d->call); /* more than 64 calls are naive (herd.c) */
    d->import->wrote &= ~bit(d->call);
}

/* ---- what the client does -------------------------------------------------------------------- */

void sim_check_sending(struct sim_device *d)
{
    if (d->said >= SAYS_DONE) {
        sim_broken(d, RULE_VERDICT, "sends again after a final answer");
    }
    d->unsettled++;
    d->requests++;
    sim_counts.most_requests =
        d->requests > sim_counts.most_requests ? d->requests : sim_counts.most_requests;
    if (sim_now < d->not_before) {
        sim_broken(d, RULE_EARLY, "sends %llu ms before it may",
                   (unsigned long long)(d->not_before - sim_now));
    }
}

void sim_check_heard(struct sim_device *d, enum sim_says says, uint64_t not_before)
{
    d->said = (uint8_t)says;
    d->unsettled -= says != SAYS_NOTHING && says != SAYS_ODD;
    d->not_before = not_before > d->not_before ? not_before : d->not_before;
}

static int is_filled(const uint8_t *bytes, size_t len, uint8_t value)
{
    size_t i = 0;
    while (i < len && bytes[i] == value) {
        i++;
    }
    return i == len;
}

static void check_memory(const struct sim_device *d)
{
    if (!is_filled(d->canary_client, SIM_CANARY, SIM_CANARY_BYTE) ||
        !is_filled(d->canary_result, SIM_CANARY, SIM_CANARY_BYTE) ||
        !is_filled(d->work + d->work_cap, SIM_WORK + SIM_CANARY - d->work_cap, SIM_CANARY_BYTE)) {
        sim_broken(d, RULE_MEMORY, "something was written beyond its end");
    }
    if (!is_filled(d->work, d->work_cap, 0)) {
        sim_broken(d, RULE_MEMORY, "the work buffer was not wiped");
    }
    if (memmem(&d->client, sizeof d->client, "token-", 6) != NULL ||
        memmem(&d->result, sizeof d->result, "token-", 6) != NULL) {
        sim_broken(d, RULE_MEMORY, "a token was left in the client or its result");
    }
}

static void check_result(struct sim_device *d, int rc)
{
    const struct nango_result *r = &d->result;
    if (r->outcome < NANGO_DONE || r->outcome > NANGO_IN_DOUBT || r->error != rc || rc > 0 ||
        (rc == 0) != (r->outcome == NANGO_DONE)) {
        sim_broken(d, RULE_RESULT, "returned %d, outcome %d, error %d", rc, r->outcome, r->error);
    }
    if (nango_error_name(rc)[0] == '?' ||
        (r->error == NANGO_E_LIMITED && r->retry_after_ms == 0 && d->late_ms == 0)) {
        sim_broken(d, RULE_RESULT, "error %d (%s), retry after %u ms", rc, nango_error_name(rc),
                   r->retry_after_ms);
    }
    /* nango_close takes an id that was made with it. */
    if (rc != NANGO_E_CANCELLED &&
        (r->connection_id.len != strlen(d->import->id) ||
         memcmp(r->connection_id.ptr, d->import->id, r->connection_id.len) != 0)) {
        sim_broken(d, RULE_RESULT, "the result has another connection_id");
    }
}

void sim_check_end(struct sim_device *d, int rc)
{
    struct sim_import *i = d->import;
    uint64_t call = bit(d->call);
    check_result(d, rc);
    check_memory(d);
    if (sim_now > d->began_at + d->deadline_ms + d->late_ms) {
        sim_broken(d, RULE_DEADLINE, "ended %llu ms after it began, with a deadline of %u ms",
                   (unsigned long long)(sim_now - d->began_at), d->deadline_ms);
    }
    if ((d->said == SAYS_DONE) != (d->result.outcome == NANGO_DONE) ||
        (d->said == SAYS_NO && d->unsettled == 0) !=
            (d->result.outcome == NANGO_REFUSED && d->unsettled == 0)) {
        sim_broken(d, RULE_VERDICT, "%s, and the server had said otherwise",
                   nango_outcome_name(d->result.outcome));
    }
    switch (d->result.outcome) {
    case NANGO_DONE:
        if (!i->stored || !(i->wrote & call)) {
            sim_broken(d, RULE_DONE, "DONE, and the server does not have it");
        }
        break;
    case NANGO_IN_DOUBT:
        i->doubt |= call;
        if (d->unsettled == 0) {
            sim_broken(d, RULE_DOUBT,
                       "IN_DOUBT, and of each request it is known what became of it");
        }
        break;
    default:
        i->nothing |= call;
        if (i->wrote & call) {
            sim_broken(d, RULE_TRUTH, "%s, and the server has it",
                       nango_outcome_name(d->result.outcome));
        }
    }
}
