/* SPDX-License-Identifier: MIT
 *
 * startup.c: from reset to main() on a Cortex-M3.
 */
#include <stdint.h>

#include "mps2.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_end[],
    stack_start[];

int main(void);
_Noreturn void start(void);
void fault(void);

_Noreturn void start(void)
{
    for (uint32_t *to = data_start, *from = data_load; to < data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    for (volatile uint32_t *to = stack_end; to < (uint32_t *)__builtin_frame_address(0) - 16;
         to++) {
        *to = MPS2_PAINT;
    }
    board_off(main());
}

/* Nothing is expected to come here: say where it happened, and stop. A stack that has left RAM
 * is the likely reason; then nothing was stacked, and the report needs a stack of its own. */
__attribute__((naked)) void fault(void)
{
    __asm__ volatile("tst lr, #4\n" /* whose stack it was: a task has another one */
                     "ite eq\n"
                     "mrseq r1, msp\n"
                     "mrsne r1, psp\n"
                     "ldr r2, =stack_end\n"
                     "movs r0, #0\n"
                     "cmp r1, r2\n"
                     "it hs\n"
                     "ldrhs r0, [r1, #24]\n" /* the pc that was stacked */
                     "ldr r1, =stack_start\n"
                     "msr msp, r1\n"
                     "b fault_at\n"
                     ".ltorg\n");
}

/* An operating system's, where there is one. */
void SVC_Handler(void) __attribute__((weak, alias("fault")));
void PendSV_Handler(void) __attribute__((weak, alias("fault")));
void SysTick_Handler(void) __attribute__((weak, alias("fault")));

struct vectors {
    const uint32_t *stack;
    void (*handlers[15 + MPS2_INTERRUPTS])(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = {
    .stack = stack_start,
    .handlers =
        {
            [0] = start,
            [1] = fault, /* NMI */
            [2] = fault, /* HardFault; MemManage, BusFault and UsageFault escalate to it */
            [10] = SVC_Handler,
            [13] = PendSV_Handler,
            [14] = SysTick_Handler,
            [15 + MPS2_TIMER1_IRQ] = mps2_timer_woke,
            [15 + MPS2_ETHERNET_IRQ] = mps2_frame_came,
        },
};
