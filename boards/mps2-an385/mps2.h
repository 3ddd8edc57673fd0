/* SPDX-License-Identifier: MIT
 *
 * mps2.h: the parts of the AN385 that are used, as Arm's application note 385 and the CMSDK's
 * manual place them.
 */
#ifndef MPS2_H
#define MPS2_H

#include <stdint.h>

#include "board.h"

#define MPS2_REG(address) (*(volatile uint32_t *)(address))

enum {
    MPS2_CLOCK_HZ = 25000000,
    MPS2_TIMER1_IRQ = 9,
    MPS2_ETHERNET_IRQ = 13,
    MPS2_INTERRUPTS = 16
};

#define MPS2_PAINT 0x5AFEC0DEu /* what no stack has held yet */

/* CMSDK timers: count down with the clock, interrupt at 0, begin again with RELOAD. */
#define MPS2_TIMER0 0x40000000u
#define MPS2_TIMER1 0x40001000u
enum { TIMER_CTRL = 0x0, TIMER_VALUE = 0x4, TIMER_RELOAD = 0x8, TIMER_INTCLEAR = 0xC };
enum { TIMER_ENABLE = 1, TIMER_INTERRUPT = 8 };

/* CMSDK UART 0, the console. */
#define MPS2_UART0 0x40004000u
enum { UART_DATA = 0x0, UART_STATE = 0x4, UART_CTRL = 0x8, UART_BAUDDIV = 0x10 };
enum { UART_TX_FULL = 1, UART_TX_ENABLE = 1 };

/* The Cortex-M3's own. */
#define NVIC_ISER0 0xE000E100u
#define SCB_AIRCR 0xE000ED0Cu

/* lan9118.c */
void lan9118_init(const uint8_t mac[6]);
int lan9118_frame_waits(void);
void lan9118_acknowledge(void);
void mps2_frame_came(void); /* interrupt */

/* startup.c calls it with the place of a fault. */
__attribute__((used)) _Noreturn void fault_at(uint32_t pc);

/* board.c */
void mps2_timer_woke(void); /* interrupt */

#endif
