/* SPDX-License-Identifier: MIT
 *
 * link: the life of a connection: it lasts as long as the device holds it or an event knows it.
 */
#include "link.h"

#include <stdlib.h>

static struct sim_link *links;

/* ---- the life of a link ---------------------------------------------------------------------- */

struct sim_link *link_new(struct sim_device *d)
{
    struct sim_link *l = calloc(1, sizeof *l);
    if (l == NULL) {
        abort();
    }
    l->device = d;
    l->held = 1;
    l->up_left = l->down_left = LINK_NEVER;
    l->after = links;
    if (links != NULL) {
        links->before = l;
    }
    links = l;
    return l;
}

/* Nobody knows it any more. */
void link_settle(struct sim_link *l)
{
    if (l->held || l->pending > 0) {
        return;
    }
    *(l->before != NULL ? &l->before->after : &links) = l->after;
    if (l->after != NULL) {
        l->after->before = l->before;
    }
    if (l->import != NULL) {
        sim_import_drop(l->import);
    }
    free(l->up);
    free(l->down);
    free(l);
}

void sim_net_hold(struct sim_link *l)
{
    l->pending++;
}

void sim_net_drop(struct sim_link *l)
{
    l->pending--;
    link_settle(l);
}

/* An event that knows the link. */
void link_later(uint64_t when, sim_handler *run, struct sim_link *l, uint32_t what)
{
    sim_net_hold(l);
    sim_at(when, run, l, what);
}

void link_wake(struct sim_link *l, int events)
{
    if (l->held) {
        sim_device_ready(l->device, events);
    }
}

void sim_net_init(void)
{
    links = NULL;
}

void sim_net_free(void)
{
    while (links != NULL) {
        links->held = 0;
        links->pending = 0;
        link_settle(links);
    }
}

/* ---- how it ends ----------------------------------------------------------------------------- */

/* The device learns of it. */
static void on_end(void *who, uint32_t what)
{
    struct sim_link *l = who;
    if (l->end == 0) {
        l->end = what == CUT_RESET ? NANGO_PORT_RESET : NANGO_PORT_FIN;
        link_wake(l, NANGO_READ | NANGO_WRITE);
    }
    sim_net_drop(l);
}

void sim_net_end(struct sim_link *l, enum sim_cut how)
{
    l->served = 0;
    if (how != CUT_SILENCE) {
        l->down_at = l->down_at > sim_now ? l->down_at : sim_now;
        link_later(l->down_at + l->delay_ms, on_end, l, (uint32_t)how);
    }
}

void sim_net_end_all(void)
{
    for (struct sim_link *l = links, *after; l != NULL; l = after) {
        after = l->after;
        if (l->served) {
            sim_net_end(l, sim_chance(700) ? CUT_RESET : sim_chance(500) ? CUT_FIN : CUT_SILENCE);
        }
    }
}

/* A link whose number of bytes is over: both directions are dead. */
void link_cut(struct sim_link *l)
{
    sim_log(l->device, "the network cuts the connection (%s)",
            l->cut_how == CUT_RESET ? "reset"
            : l->cut_how == CUT_FIN ? "FIN"
                                    : "silence");
    l->up_left = l->down_left = 0;
    sim_net_end(l, (enum sim_cut)l->cut_how);
}
