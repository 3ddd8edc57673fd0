/* SPDX-License-Identifier: MIT
 *
 * nango_port_lwip_sockets.h: the port for lwIP's sockets under an operating system (FreeRTOS,
 * ESP-IDF, RT-Thread, a POSIX host), lwIP 2.1 or newer.
 *
 * It needs sockets with select, TCP, DNS, IPv4, and LWIP_TCPIP_CORE_LOCKING (lwIP's default; in
 * ESP-IDF CONFIG_LWIP_TCPIP_CORE_LOCKING). Compile port/lwip/question.c with it.
 *
 * Names: lwIP's resolver is asked without blocking, from the calling task, which holds the core
 * lock for that moment. (netconn_gethostbyname and getaddrinfo block until an answer comes or all
 * retries are over, and cannot be called off.) It gives one address a name, its first A record, or
 * AAAA where there is none and IPv6 is on, so the whole share of an opening belongs to that one.
 * An answer that comes after net_close is dropped, even when the context is gone.
 *
 * One client, one task: a context is used by the task that calls nango_poll() or nango_call() for
 * its client. Several tasks have a client each; where they share a struct nango_tls, Mbed TLS must
 * be built with MBEDTLS_THREADING_C and MBEDTLS_THREADING_ALT, or a call that meets another one
 * inside of TLS ends with NANGO_E_BUSY (nango_config.h: NANGO_THREADS). And `errno` must be each
 * task's own, as lwIP's sockets need it anyway: ESP-IDF and RT-Thread have it so, FreeRTOS with
 * newlib has it with configUSE_NEWLIB_REENTRANT (boards/mps2-an385-freertos does).
 *
 * Tested on lwIP's unix port (tests/lwip_sockets) and under FreeRTOS on a Cortex-M3, where a
 * client's task with TLS 1.2 used 1,740 bytes of stack (boards/mps2-an385-freertos).
 */
#ifndef NANGO_PORT_LWIP_SOCKETS_H
#define NANGO_PORT_LWIP_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/sys.h"
#include "nango_port.h"
#include "question.h"

#if NO_SYS
#error "this port is for lwIP under an operating system; with NO_SYS = 1 take port/lwip"
#elif !LWIP_SOCKET || !LWIP_SOCKET_SELECT || !LWIP_TCP || !LWIP_DNS || !LWIP_IPV4
#error "this port needs LWIP_SOCKET, LWIP_SOCKET_SELECT, LWIP_TCP, LWIP_DNS and LWIP_IPV4"
#elif !LWIP_TCPIP_CORE_LOCKING
#error "this port needs LWIP_TCPIP_CORE_LOCKING: names are asked for under the core lock"
#endif

/* nango_settings.port_ctx, one for each client: all zero. */
struct nango_lwip_sockets {
    struct nango_question question; /* first */
    sys_sem_t answer;               /* signalled when it comes */
    uint64_t uptime; /* its low half is the last sys_now(); asked once in 49 days, it never wraps */
    int fd;
    uint8_t state; /* see nango_port_lwip_sockets.c */
    bool fin;      /* the peer's stream has ended: lwIP says so once */
};

extern const struct nango_port nango_port_lwip_sockets;

#endif
