/* SPDX-License-Identifier: MIT
 *
 * virt.h: the parts of QEMU's RISC-V board `virt` that are used.
 */
#ifndef VIRT_H
#define VIRT_H

#include <stdint.h>

#include "board.h"

#define VIRT_REG(address) (*(volatile uint32_t *)(address))

#define VIRT_FINISHER 0x00100000u /* writes end or reset the machine */
#define VIRT_MTIMECMP \
    0x02004000u /* CLINT: 64 bits, low half first; the timer interrupt is pending from then on */
#define VIRT_MTIME 0x0200BFF8u
#define VIRT_PLIC 0x0C000000u
#define VIRT_UART 0x10000000u   /* 16550: a byte written to it is sent */
#define VIRT_VIRTIO 0x10001000u /* eight slots of 4 KB, interrupts 1 to 8 */

enum { VIRT_TIMER_HZ = 10000000, VIRT_PAINT = 0x5AFEC0DE };

/* virtio_net.c */
void virtio_net_init(void);
int virtio_net_frame_waits(void);
unsigned virtio_net_irq(void);
void virtio_net_acknowledge(void);

#endif
