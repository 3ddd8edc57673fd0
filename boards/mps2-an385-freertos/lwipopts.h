/* SPDX-License-Identifier: MIT
 *
 * lwipopts.h: the firmware's lwIP, but as a task with sockets, for two clients.
 */
#ifndef FREERTOS_LWIPOPTS_H
#define FREERTOS_LWIPOPTS_H

#include "../firmware/lwipopts.h"

#undef NO_SYS
#define NO_SYS 0
#undef SYS_LIGHTWEIGHT_PROT
#define SYS_LIGHTWEIGHT_PROT 1
#undef LWIP_SOCKET
#define LWIP_SOCKET 1
#undef LWIP_NETCONN
#define LWIP_NETCONN 1
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0
#define LWIP_COMPAT_MUTEX 0

#undef MEM_SIZE
#define MEM_SIZE 4000
#undef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB 4
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG (2 * TCP_SND_QUEUELEN)
#undef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE (2 * TCP_WND / PBUF_POOL_BUFSIZE + 8)
#define MEMP_NUM_NETCONN 3
#define MEMP_NUM_TCPIP_MSG_API 2
#define MEMP_NUM_TCPIP_MSG_INPKT 8

#define TCPIP_THREAD_NAME "lwip"
#define TCPIP_THREAD_STACKSIZE 1536
#define TCPIP_THREAD_PRIO 3
#define TCPIP_MBOX_SIZE 8
#define DEFAULT_TCP_RECVMBOX_SIZE 8

#endif
