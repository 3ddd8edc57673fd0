/* SPDX-License-Identifier: MIT
 *
 * cc.h: lwIP's view of the compiler and of newlib, under FreeRTOS.
 */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <sys/time.h> /* struct timeval, fd_set */

#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_PLATFORM_DIAG(text)
#define LWIP_PLATFORM_ASSERT(text) __builtin_trap()
#define LWIP_NO_CTYPE_H 1

#endif
