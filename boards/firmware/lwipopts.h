/* SPDX-License-Identifier: MIT
 *
 * lwipopts.h: lwIP as small as a client of one connection needs it. What an image may choose
 * stands first.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <stdint.h>

/* The largest TCP segment, and how many of them may be on their way to us. Small ones cost time,
 * not correctness. */
#ifndef TCP_MSS
#define TCP_MSS 536
#endif
#define TCP_WND (2 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 6
#define TCP_SNDLOWAT 1
#define TCP_SNDQUEUELOWAT 1

/* No operating system, no heap: pools, and a block for what is sent. Interrupts do not touch
 * lwIP. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define MEM_ALIGNMENT 4
#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_SIZE 1600 /* TCP_SND_BUF with headers, beside a DHCP message or a question */
#define MEMP_NUM_TCP_PCB 2
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG TCP_SND_QUEUELEN
#define MEMP_NUM_UDP_PCB 2 /* DHCP, DNS */
#define MEMP_NUM_PBUF 2

/* A frame that arrives is a chain of these; larger ones are dropped. QEMU's user network does
 * not keep to the MSS, but to the window. DHCP and DNS are below 590. */
#define LARGEST_FRAME (TCP_WND < 1460 ? TCP_WND + 54 : 1514)
#define PBUF_POOL_BUFSIZE 128
#define PBUF_POOL_SIZE (TCP_WND / PBUF_POOL_BUFSIZE + 4)
/* lwIP would count the headers once for each pbuf; here they are in the first of a frame only. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1

/* TCP, UDP for DHCP and DNS, ARP, and nothing else. */
#define LWIP_IPV6 0
#define LWIP_ICMP 0
#define LWIP_RAW 0
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_ACD 0
#define LWIP_DNS 1
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define IP_FORWARD 0
#define ARP_QUEUEING 0
#define ARP_TABLE_SIZE 3
#define TCP_QUEUE_OOSEQ 0
#define TCP_LISTEN_BACKLOG 0
#define LWIP_STATS 0
#define LWIP_NETIF_API 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_SINGLE_NETIF 1
#define TCP_CALCULATE_EFF_SEND_MSS 0 /* the MSS is below that of any link */
#define TCP_OVERSIZE 0

#define DNS_TABLE_SIZE 2
#define DNS_MAX_SERVERS 2
#define DNS_MAX_NAME_LENGTH 64

/* Numbers that a stranger must not guess: transaction ids, ports, and the first sequence number. */
uint32_t net_random(void);
#define LWIP_RAND() net_random()
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) net_random()

/* The settings can name a DNS server other than the network's, on any port. */
extern uint16_t net_dns_port;
#define DNS_SERVER_PORT net_dns_port

#endif
