/* SPDX-License-Identifier: MIT
 *
 * board.c: console, time, sleep and flash of the AN385.
 *
 * No tick: timer 0 runs freely and is the clock, timer 1 is set for each sleep. While nothing
 * happens the processor sleeps.
 */
#include "mps2.h"

#include <string.h>

extern uint8_t settings_page[], state_pages[];
extern uint32_t stack_end[], stack_start[];

static uint32_t clock_ms;     /* up to clock_cycles; wraps */
static uint32_t clock_cycles; /* of timer 0, counted upwards */
static uint32_t slept_cycles; /* not yet in slept_ms */
static uint32_t slept_ms;

uint32_t board_cycles(void)
{
    return ~MPS2_REG(MPS2_TIMER0 + TIMER_VALUE);
}

void board_init(void)
{
    MPS2_REG(MPS2_UART0 + UART_BAUDDIV) = MPS2_CLOCK_HZ / 115200;
    MPS2_REG(MPS2_UART0 + UART_CTRL) = UART_TX_ENABLE;
    MPS2_REG(MPS2_TIMER0 + TIMER_RELOAD) = UINT32_MAX;
    MPS2_REG(MPS2_TIMER0 + TIMER_VALUE) = UINT32_MAX;
    MPS2_REG(MPS2_TIMER0 + TIMER_CTRL) = TIMER_ENABLE;
    clock_cycles = board_cycles();
    uint8_t mac[6];
    board_mac(mac);
    lan9118_init(mac);
    MPS2_REG(NVIC_ISER0) = 1u << MPS2_TIMER1_IRQ | 1u << MPS2_ETHERNET_IRQ;
}

void board_write(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        while (MPS2_REG(MPS2_UART0 + UART_STATE) & UART_TX_FULL) {
        }
        MPS2_REG(MPS2_UART0 + UART_DATA) = (uint8_t)text[i];
    }
}

/* Timer 0 wraps after 171 s: whoever sleeps, sleeps less than that. */
uint32_t board_ms(void)
{
    uint32_t ms = (board_cycles() - clock_cycles) / (MPS2_CLOCK_HZ / 1000);
    clock_cycles += ms * (MPS2_CLOCK_HZ / 1000);
    clock_ms += ms;
    return clock_ms;
}

uint32_t board_cycles_to_us(uint32_t count)
{
    return count / (MPS2_CLOCK_HZ / 1000000);
}

uint32_t board_slept_ms(void)
{
    return slept_ms;
}

void board_sleep(uint32_t ms)
{
    enum { MOST_MS = 100000 };
    if (ms == 0) {
        return;
    }
    (void)board_ms();
    uint32_t until = (ms < MOST_MS ? ms : MOST_MS) * (MPS2_CLOCK_HZ / 1000);
    MPS2_REG(MPS2_TIMER1 + TIMER_RELOAD) = until;
    MPS2_REG(MPS2_TIMER1 + TIMER_VALUE) = until;
    MPS2_REG(MPS2_TIMER1 + TIMER_CTRL) = TIMER_ENABLE | TIMER_INTERRUPT;
    __asm__ volatile(
        "cpsid i" ::
            : "memory"); /* an interrupt from here on ends the WFI, and is served after it */
    if (!lan9118_frame_waits()) {
        uint32_t from = board_cycles();
        __asm__ volatile("dsb\n wfi" ::: "memory");
        slept_cycles += board_cycles() - from;
    }
    __asm__ volatile("cpsie i" ::: "memory");
    MPS2_REG(MPS2_TIMER1 + TIMER_CTRL) = 0;
    uint32_t whole_ms = slept_cycles / (MPS2_CLOCK_HZ / 1000);
    slept_ms += whole_ms;
    slept_cycles -= whole_ms * (MPS2_CLOCK_HZ / 1000);
}

void mps2_timer_woke(void)
{
    MPS2_REG(MPS2_TIMER1 + TIMER_INTCLEAR) = 1;
}

size_t board_stack_used(void)
{
    const uint32_t *at = stack_end;
    while (at < stack_start && *at == MPS2_PAINT) {
        at++;
    }
    return (size_t)(stack_start - at) * sizeof *at;
}

/* The FPGA has no unique id: a real board reads its chip's here. */
void board_id(uint8_t id[8])
{
    memcpy(id, "\x52\x54\x00\x12\x34\x56\x03\x85", 8);
}

void board_mac(uint8_t mac[6])
{
    uint8_t id[8];
    board_id(id);
    memcpy(mac, id, 6);
}

const void *board_settings(void)
{
    return settings_page;
}

const uint8_t *board_state_page(unsigned page)
{
    return state_pages + page * BOARD_PAGE_LEN;
}

/* The pages are RAM in this emulator. It keeps them over a reset, and they are written here as
 * NOR flash would be. */
void board_erase(unsigned page)
{
    memset(state_pages + page * BOARD_PAGE_LEN, 0xFF, BOARD_PAGE_LEN);
}

void board_program(unsigned page, size_t off, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        state_pages[page * BOARD_PAGE_LEN + off + i] &= ((const uint8_t *)bytes)[i];
    }
}

_Noreturn void board_reset(void)
{
    MPS2_REG(SCB_AIRCR) = 0x05FA0004; /* SYSRESETREQ */
    for (;;) {
    }
}

/* Semihosting's SYS_EXIT_EXTENDED ends QEMU. Without a debugger this is a fault, and the board
 * stops in it. */
_Noreturn void board_off(int status)
{
    uint32_t block[2] = {0x20026 /* ADP_Stopped_ApplicationExit */, (uint32_t)status};
    register uint32_t operation __asm__("r0") = 0x20;
    register uint32_t *argument __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

/* 0: the stack has grown out of RAM. */
_Noreturn void fault_at(uint32_t pc)
{
    char text[] = "fault at 0x00000000\n";
    for (unsigned i = 0; i < 8; i++) {
        text[18 - i] = "0123456789abcdef"[pc >> (4 * i) & 15];
    }
    if (pc == 0) {
        board_write("stack overflow\n", 15);
    } else {
        board_write(text, sizeof text - 1);
    }
    board_off(70);
}
