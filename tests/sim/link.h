/* SPDX-License-Identifier: MIT */
#ifndef LINK_H
#define LINK_H

#include "sim.h"

#define LINK_NEVER UINT32_MAX /* of up_left and down_left: it is not cut */

struct sim_link *link_new(struct sim_device *d);
void link_settle(struct sim_link *l); /* frees it, if nobody knows it any more */
/* An event that knows the link; it ends with sim_net_drop. */
void link_later(uint64_t when, sim_handler *run, struct sim_link *l, uint32_t what);
/* One of these has come true for the device that holds it. */
void link_wake(struct sim_link *l, int events);
/* Its bytes are over: both directions are dead, and the ends learn of it as cut_how says. */
void link_cut(struct sim_link *l);

#endif
