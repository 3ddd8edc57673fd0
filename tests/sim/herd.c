/* SPDX-License-Identifier: MIT
 *
 * herd: 100,000 devices boot in the same second, after a power cut, against an account limit of
 * 2000 requests a minute: 50 minutes at the least. Three ways to register, and a plot of them:
 *
 *     naive      tries again each minute, without a look at what the server said
 *     back-off   the client as it is, and a program that heeds retry_after_ms
 *     spread_ms  the same with the one setting that the fleet's owner knows
 */
#include "sim.h"

#include <stdio.h>
#include <string.h>

enum { DEVICES = 100000, LIMIT = 2000, LEAST_S = DEVICES / LIMIT * 60, MINUTES = 100 };

static struct herd {
    const char *name;
    uint32_t naive_ms, spread_ms;
    /* what must hold, in hundredths; 0: nothing */
    uint32_t most_requests, most_time, most_peak;
    /* what came of it */
    double requests, time, peak;
    uint32_t each_second[MINUTES * 60];
} herds[] = {
    {.name = "naive: again each minute", .naive_ms = 60000},
    {.name = "back-off", .most_requests = 800, .most_time = 200},
    {.name = "spread_ms = 55 minutes",
     .spread_ms = 55 * 60000,
     .most_requests = 110,
     .most_time = 120,
     .most_peak = 200},
};
enum { HERDS = sizeof herds / sizeof herds[0] };

/* ---- the plot -------------------------------------------------------------------------------- */

enum { WIDTH = 800, PANEL = 130, LEFT = 60, TOP = 40, GAP = 50 };

/* Logarithmic: 1 at the bottom, 100,000 at the top. */
static double height(double n)
{
    double log10 = 0;
    for (; n >= 10; n /= 10) {
        log10++;
    }
    for (double step = 0.5, root = 3.16227766016838; step > 0.001; step /= 2) {
        if (n >= root) {
            n /= root;
            log10 += step;
        }
        double next = root / 2; /* its square root, by Newton */
        for (int i = 0; i < 8; i++) {
            next = (next + root / next) / 2;
        }
        root = next;
    }
    return log10 / 5 * PANEL;
}

static void put_axes(FILE *f, double top, const struct herd *h)
{
    fprintf(f,
            "<text x=\"%d\" y=\"%.0f\" class=\"name\">%s: %.2f requests a device, done after %.2f "
            "times the least time, at most %.0f a second</text>\n",
            LEFT, top - 10, h->name, h->requests, h->time,
            h->peak * DEVICES * h->requests / (h->time * LEAST_S));
    for (int n = 1, i = 0; i <= 5; n *= 10, i++) {
        double y = top + PANEL - i * PANEL / 5.0;
        fprintf(f,
                "<path d=\"M%d %.1fH%d\" class=\"grid\"/><text x=\"%d\" y=\"%.1f\" "
                "text-anchor=\"end\">%d</text>\n",
                LEFT, y, LEFT + WIDTH, LEFT - 6, y + 4, n);
    }
    for (int minute = 0; minute <= MINUTES; minute += 10) {
        fprintf(f, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"middle\">%d</text>\n",
                LEFT + minute * WIDTH / MINUTES, top + PANEL + 16, minute);
    }
}

/* One bar a column, as high as its fullest second. */
static void put_bars(FILE *f, double top, const struct herd *h)
{
    fprintf(f, "<path class=\"bar\" d=\"");
    for (int x = 0; x < WIDTH; x++) {
        int from = x * MINUTES * 60 / WIDTH, to = (x + 1) * MINUTES * 60 / WIDTH;
        uint32_t most = 0;
        for (int s = from; s < to; s++) {
            most = h->each_second[s] > most ? h->each_second[s] : most;
        }
        if (most > 0) {
            fprintf(f, "M%d.5 %.1fV%.1f", LEFT + x, top + PANEL, top + PANEL - height(most) - 0.5);
        }
    }
    fprintf(f, "\"/>\n");
}

static int put_svg(const char *path)
{
    FILE *f = fopen(path, "w");
    if (f == NULL) {
        perror(path);
        return 1;
    }
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">\n"
            "<style>text{font:12px sans-serif;fill:#555}.name{font-weight:bold;fill:#222}"
            ".grid{stroke:#ddd}.bar{stroke:#27c}</style>\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            LEFT + WIDTH + 20, TOP + HERDS * (PANEL + GAP));
    for (int i = 0; i < HERDS; i++) {
        double top = TOP + i * (PANEL + GAP);
        put_axes(f, top, &herds[i]);
        put_bars(f, top, &herds[i]);
    }
    fprintf(f,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">requests a second, over minutes</text>\n"
            "</svg>\n",
            LEFT + WIDTH, TOP - 24);
    return fclose(f) != 0;
}

/* ---- the runs -------------------------------------------------------------------------------- */

static void run(struct herd *h)
{
    struct sim_settings s = {.seed = 1,
                             .devices = DEVICES,
                             .imports = DEVICES,
                             .limit = LIMIT,
                             .accounts = 1,
                             .boot_ms = 1000,
                             .deadline_ms = 15000,
                             .spread_ms = h->spread_ms,
                             .naive_ms = h->naive_ms,
                             .trace = -1};
    sim_run(&s);
    uint32_t most = 0;
    for (uint32_t i = 0; i < SIM_ARRIVALS; i++) {
        most = sim_arrivals[i] > most ? sim_arrivals[i] : most;
    }
    memcpy(h->each_second, sim_arrivals, sizeof h->each_second);
    h->requests = (double)sim_counts.requests / DEVICES;
    h->time = (double)sim_now / 1000 / LEAST_S;
    h->peak = most / ((double)sim_counts.requests / ((double)sim_now / 1000));
}

static int is_held(double is, uint32_t most)
{
    return most == 0 || is * 100 <= most;
}

/* Without a plot there is no need of the naive way. */
int sim_herd(const char *svg)
{
    int failed = 0;
    for (int i = svg != NULL ? 0 : 1; i < HERDS; i++) {
        struct herd *h = &herds[i];
        run(h);
        int held = sim_report()->rule == RULE_NONE && sim_counts.imports == DEVICES &&
                   is_held(h->requests, h->most_requests) && is_held(h->time, h->most_time) &&
                   is_held(h->peak, h->most_peak);
        printf("%s - herd: %s: %.2f requests a registration (at most %u), all after %.2f times the "
               "least time, the fullest second has %.1f times the mean\n",
               held ? "ok" : "not ok", h->name, h->requests, sim_counts.most_requests, h->time,
               h->peak);
        failed |= !held;
    }
    return svg != NULL ? put_svg(svg) | failed : failed;
}
