/* SPDX-License-Identifier: MIT
 *
 * net.h: lwIP on the board's Ethernet, with an address by DHCP.
 */
#ifndef NET_H
#define NET_H

#include <stdint.h>

void net_init(void);
/* Waits for an address, at most `ms`. 0, or -1. */
int net_wait_for_address(uint32_t ms);
/* Asks this DNS server, at this port; 0.0.0.0: the one that DHCP named. After
 * net_wait_for_address. */
void net_set_dns(const uint8_t server[4], uint16_t port);
/* "10.0.2.15", good until the next call. */
const char *net_address(void);

/* The two hooks of struct nango_lwip. */
void net_pump(void *board);
void net_sleep(void *board, uint32_t ms);

#endif
