/* SPDX-License-Identifier: MIT
 *
 * bare.c: a console and an end for test programs on the AN385: with boards/mps2-an385/startup.c,
 * and without the board's timers and its network.
 */
#include "mps2.h"

void board_write(const char *text, size_t len)
{
    MPS2_REG(MPS2_UART0 + UART_CTRL) = UART_TX_ENABLE;
    for (size_t i = 0; i < len; i++) {
        while (MPS2_REG(MPS2_UART0 + UART_STATE) & UART_TX_FULL) {
        }
        MPS2_REG(MPS2_UART0 + UART_DATA) = (uint8_t)text[i];
    }
}

_Noreturn void board_off(int status)
{
    uint32_t block[2] = {0x20026 /* ADP_Stopped_ApplicationExit */, (uint32_t)status};
    register uint32_t operation __asm__("r0") = 0x20; /* semihosting's SYS_EXIT_EXTENDED */
    register uint32_t *argument __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

void mps2_timer_woke(void)
{
    board_off(71);
}

void mps2_frame_came(void)
{
    board_off(71);
}

_Noreturn void fault_at(uint32_t pc)
{
    char text[] = "# fault at 0x00000000\n";
    for (unsigned i = 0; i < 8; i++) {
        text[20 - i] = "0123456789abcdef"[pc >> (4 * i) & 15];
    }
    board_write(text, sizeof text - 1);
    board_off(70);
}
