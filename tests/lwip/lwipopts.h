/* SPDX-License-Identifier: MIT
 *
 * lwipopts.h: lwIP for the test of port/lwip on a host: no operating system, a loopback interface,
 * pools that are small enough to run dry.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <stdint.h>

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_SIZE 6000
#define TCP_MSS 536
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 12
#define MEMP_NUM_TCP_PCB 6
#define MEMP_NUM_TCP_SEG 16
#define PBUF_POOL_SIZE 16
#define TCP_MSL 1000

#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 32
#define LWIP_IPV6 0
#define LWIP_RAW 0
#define LWIP_ICMP 0
#define LWIP_ARP 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_DNS 1
#define DNS_TABLE_SIZE 4
#define LWIP_STATS 1
#define MEMP_STATS 1
#define MEM_STATS 1

uint32_t test_random(void);
#define LWIP_RAND() test_random()
extern uint16_t test_dns_port;
#define DNS_SERVER_PORT test_dns_port

#endif
