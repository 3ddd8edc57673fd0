/* SPDX-License-Identifier: MIT
 *
 * etc: what /etc/hosts and /etc/resolv.conf say. They are read anew for each opening, so a change
 * counts at once.
 */
#ifndef ETC_H
#define ETC_H

#include "nango_port_posix.h"

#define ETC_NAME_CAP 256

/* Adds the addresses that the hosts file has for this name. */
void etc_read_hosts(struct nango_posix_resolver *r, const char *host);

/* Reads the servers, and of what the host's name may stand for the r->candidate-th: first each
 * domain of the search list, to be put behind it, last the name alone, with domain "". Alone at
 * once if the name has `ndots` dots, or a final one. Returns 0, or -1 when there is no such
 * candidate any more. */
int etc_read_resolv_conf(struct nango_posix_resolver *r, const char *host,
                         char domain[ETC_NAME_CAP]);

#endif
