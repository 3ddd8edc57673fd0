/* SPDX-License-Identifier: MIT
 *
 * startup.c: from reset to main() on one RISC-V hart in machine mode.
 */
#include "virt.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_end[];

int main(void);
_Noreturn void start(void);

/* The first instructions: a stack, and a place for what must not happen. Interrupts stay off:
 * WFI wakes all the same. */
__attribute__((naked, section(".reset"), used)) void reset(void)
{
    __asm__ volatile(".option push\n"
                     ".option norelax\n"
                     "la gp, __global_pointer$\n"
                     ".option pop\n"
                     "la sp, stack_start\n"
                     "la t0, trap\n"
                     "csrw mtvec, t0\n"
                     "j start\n");
}

__attribute__((used)) _Noreturn void start(void)
{
    for (uint32_t *to = data_start, *from = data_load; to < data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    for (volatile uint32_t *to = stack_end; to < (uint32_t *)__builtin_frame_address(0) - 16;
         to++) {
        *to = VIRT_PAINT;
    }
    board_off(main());
}

/* Nothing is expected to come here: say where it happened, and stop. */
__attribute__((aligned(4), used)) _Noreturn void trap(void)
{
    uint32_t pc;
    __asm__("csrr %0, mepc" : "=r"(pc));
    char text[] = "fault at 0x00000000\n";
    for (unsigned i = 0; i < 8; i++) {
        text[18 - i] = "0123456789abcdef"[pc >> (4 * i) & 15];
    }
    board_write(text, sizeof text - 1);
    board_off(70);
}
