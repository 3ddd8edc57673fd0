/* SPDX-License-Identifier: MIT
 *
 * lwipopts.h: lwIP under an operating system, for the test of port/lwip_sockets: its own task,
 * sockets, and a loopback interface. Memory is malloc's, so that the sanitizers see it.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <stdint.h>

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_SOCKET 1
#define LWIP_NETCONN 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0
#define MEMP_NUM_NETCONN 32
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define DEFAULT_THREAD_STACKSIZE 0
#define TCPIP_MBOX_SIZE 128
#define DEFAULT_TCP_RECVMBOX_SIZE 128
#define DEFAULT_ACCEPTMBOX_SIZE 32

#define TCP_MSS 1024
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
#define TCP_MSL 500

#define LWIP_IPV6 1
#define IPV6_FRAG_COPYHEADER 1 /* pointers of 64 bits */
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 0
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_ARP 0
#define LWIP_DNS 1
#define DNS_TABLE_SIZE 16
#define DNS_MAX_REQUESTS 16
#define LWIP_STATS 1
#define MEMP_STATS 1

/* lwIP's core is entered by its own task or under its lock, or the test ends. */
void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()

extern uint16_t stage_dns_port;
#define DNS_SERVER_PORT stage_dns_port

#endif
