/* SPDX-License-Identifier: MIT
 *
 * cc.h: lwIP's view of the compiler. A broken invariant stops the firmware; its text is not
 * worth the flash.
 */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#define LWIP_PLATFORM_DIAG(text)
#define LWIP_PLATFORM_ASSERT(text) __builtin_trap()
#define LWIP_NO_CTYPE_H 1
#define SYS_ARCH_DECL_PROTECT(level)
#define SYS_ARCH_PROTECT(level)
#define SYS_ARCH_UNPROTECT(level)

#endif
