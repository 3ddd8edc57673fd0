/* SPDX-License-Identifier: MIT
 *
 * net.h: lwIP as a task of FreeRTOS, on the board's Ethernet, with an address by DHCP.
 */
#ifndef NET_H
#define NET_H

#include <stdint.h>

/* Starts lwIP's task, and one that takes frames out of the chip. */
void net_start(void);
/* Waits for an address, at most `ms`. 0, or -1. */
int net_wait_for_address(uint32_t ms);
/* Asks this DNS server, at this port; 0.0.0.0: the one that DHCP named. */
void net_set_dns(const uint8_t server[4], uint16_t port);
/* Of the task for frames, in bytes. */
uint32_t net_stack_used(void);

#endif
