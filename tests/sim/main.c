/* SPDX-License-Identifier: MIT
 *
 * sim [NAME=NUMBER]...    see struct sim_settings: seed, devices, imports, weather, ...; count=N
 *                         runs that many seeds. Prints a line a run: `ok - ...` or `not ok - ...`.
 * sim herd [FILE]         see herd.c; the plot goes to FILE
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OF_THE_SEED UINT32_MAX /* a setting that each seed has its own of */

const struct sim_settings *sim;
struct sim_counts sim_counts;

void sim_run(const struct sim_settings *settings)
{
    sim = settings;
    memset(&sim_counts, 0, sizeof sim_counts);
    sim_clock_init(sim->seed);
    sim_check_init();
    sim_net_init();
    sim_server_init();
    sim_devices_init();
    while (sim_counts.imports < sim->imports && sim_report()->rule == RULE_NONE && sim_step()) {
    }
    sim_net_free();
    sim_devices_free();
    sim_server_free();
}

static int put_run(const struct sim_settings *s, double seconds)
{
    const struct sim_report *r = sim_report();
    const struct sim_counts *c = &sim_counts;
    if (r->rule == RULE_NONE && c->imports == s->imports) {
        printf("ok - sim: seed %llu: %llu imports, %llu calls (%llu DONE, %llu REFUSED, %llu "
               "NOT_SENT, "
               "%llu IN_DOUBT), %llu requests, %llu limited, %llu power cuts, %llu cancelled, %llu "
               "faults, "
               "%.1f hours in %.1f s\n",
               (unsigned long long)s->seed, (unsigned long long)c->imports,
               (unsigned long long)c->calls, (unsigned long long)c->outcome[NANGO_DONE],
               (unsigned long long)c->outcome[NANGO_REFUSED],
               (unsigned long long)c->outcome[NANGO_NOT_SENT],
               (unsigned long long)c->outcome[NANGO_IN_DOUBT], (unsigned long long)c->requests,
               (unsigned long long)c->limited, (unsigned long long)c->reboots,
               (unsigned long long)c->cancels,
               (unsigned long long)(c->link_faults + c->server_faults), (double)sim_now / 3600000,
               seconds);
        return 0;
    }
    printf("not ok - sim: seed %llu: rule \"%s\": device %u at %llu ms: %s\n",
           (unsigned long long)s->seed, sim_rules[r->rule], r->device, (unsigned long long)r->at,
           r->rule == RULE_NONE ? "nothing happens any more, and imports are open" : r->why);
    return 1;
}

/* Once more, with all that happened to the device. */
static void trace(struct sim_settings s)
{
    s.trace = sim_report()->device;
    sim_run(&s);
    printf("# replay: make sim SEED=%llu\n", (unsigned long long)s.seed);
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int run_seeds(struct sim_settings s, uint32_t count)
{
    uint64_t imports = 0;
    double start = seconds_now(), total;
    for (; count > 0; count--, s.seed++) {
        double from = seconds_now();
        struct sim_settings run = s;
        run.weather = s.weather != OF_THE_SEED ? s.weather : 50 + (uint32_t)(s.seed * 37 % 600);
        run.limit = s.limit != OF_THE_SEED ? s.limit : 200 + (uint32_t)(s.seed * 137 % 2000);
        sim_run(&run);
        if (put_run(&s, seconds_now() - from) != 0) {
            trace(run);
            return 1;
        }
        fflush(stdout);
        imports += s.imports;
    }
    total = seconds_now() - start;
    printf("# %llu imports, %.0f a second\n", (unsigned long long)imports, (double)imports / total);
    return 0;
}

int main(int argc, char **argv)
{
    struct sim_settings s = {
        .seed = 1,
        .devices = 2000,
        .imports = 20000,
        .limit = OF_THE_SEED,
        .accounts = 5,
        .weather = OF_THE_SEED,
        .boot_ms = 60000,
        .trace = -1,
    };
    uint32_t count = 1;
    if (argc > 1 && strcmp(argv[1], "herd") == 0) {
        return sim_herd(argv[2]); /* or NULL */
    }
    const struct {
        const char *name;
        uint32_t *at;
    } names[] = {
        {"count", &count},           {"devices", &s.devices},
        {"imports", &s.imports},     {"weather", &s.weather},
        {"limit", &s.limit},         {"accounts", &s.accounts},
        {"boot_ms", &s.boot_ms},     {"deadline_ms", &s.deadline_ms},
        {"spread_ms", &s.spread_ms}, {"naive_ms", &s.naive_ms},
    };
    for (int i = 1; i < argc; i++) {
        const char *value = strchr(argv[i], '=');
        size_t n = 0, len = value != NULL ? (size_t)(value - argv[i]) : 0;
        while (n < sizeof names / sizeof names[0] &&
               (strncmp(names[n].name, argv[i], len) != 0 || names[n].name[len] != '\0')) {
            n++;
        }
        if (value != NULL && n < sizeof names / sizeof names[0]) {
            *names[n].at = (uint32_t)strtoul(value + 1, NULL, 10);
        } else if (value != NULL && strncmp(argv[i], "seed", len) == 0) {
            s.seed = strtoull(value + 1, NULL, 10);
        } else {
            fprintf(stderr, "sim: unknown: %s\n", argv[i]);
            return 2;
        }
    }
    return run_seeds(s, count);
}
