/* SPDX-License-Identifier: MIT
 *
 * board.c: console, time, sleep and flash of `virt`. No tick and no interrupt handler: what is
 * pending ends the WFI.
 */
#include "virt.h"

#include <string.h>

extern uint8_t settings_page[], state_pages[];
extern uint32_t stack_end[], stack_start[];

enum { CYCLES_PER_MS = VIRT_TIMER_HZ / 1000, MIE_TIMER = 1 << 7, MIE_EXTERNAL = 1 << 11 };

static uint32_t clock_ms;
static uint32_t clock_cycles;
static uint32_t slept_cycles;
static uint32_t slept_ms;

uint32_t board_cycles(void)
{
    return VIRT_REG(VIRT_MTIME);
}

uint32_t board_cycles_to_us(uint32_t count)
{
    return count / (VIRT_TIMER_HZ / 1000000);
}

static void set_timer(uint64_t at)
{
    VIRT_REG(VIRT_MTIMECMP + 4) = UINT32_MAX; /* never, while the halves do not fit each other */
    VIRT_REG(VIRT_MTIMECMP) = (uint32_t)at;
    VIRT_REG(VIRT_MTIMECMP + 4) = (uint32_t)(at >> 32);
}

static uint64_t timer(void)
{
    uint32_t high, low;
    do {
        high = VIRT_REG(VIRT_MTIME + 4);
        low = VIRT_REG(VIRT_MTIME);
    } while (high != VIRT_REG(VIRT_MTIME + 4));
    return (uint64_t)high << 32 | low;
}

void board_init(void)
{
    set_timer(UINT64_MAX);
    clock_cycles = board_cycles();
    virtio_net_init();
    VIRT_REG(VIRT_PLIC + 4 * virtio_net_irq()) = 1;        /* priority */
    VIRT_REG(VIRT_PLIC + 0x2000) = 1u << virtio_net_irq(); /* enabled for hart 0 in machine mode */
    VIRT_REG(VIRT_PLIC + 0x200000) = 0;                    /* threshold */
    __asm__ volatile("csrs mie, %0" ::"r"(MIE_TIMER | MIE_EXTERNAL));
}

void board_write(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        *(volatile uint8_t *)VIRT_UART = (uint8_t)text[i];
    }
}

/* The low half of the timer wraps after 429 s: whoever sleeps, sleeps less than that. */
uint32_t board_ms(void)
{
    uint32_t ms = (board_cycles() - clock_cycles) / CYCLES_PER_MS;
    clock_cycles += ms * CYCLES_PER_MS;
    clock_ms += ms;
    return clock_ms;
}

uint32_t board_slept_ms(void)
{
    return slept_ms;
}

void board_sleep(uint32_t ms)
{
    enum { MOST_MS = 100000 };
    const uintptr_t claim = VIRT_PLIC + 0x200004;
    (void)board_ms();
    set_timer(timer() + (uint64_t)(ms < MOST_MS ? ms : MOST_MS) * CYCLES_PER_MS);
    if (ms > 0 && !virtio_net_frame_waits()) {
        uint32_t from = board_cycles();
        __asm__ volatile("wfi" ::: "memory");
        slept_cycles += board_cycles() - from;
    }
    uint32_t irq = VIRT_REG(claim);
    if (irq != 0) {
        virtio_net_acknowledge();
        VIRT_REG(claim) = irq;
    }
    slept_ms += slept_cycles / CYCLES_PER_MS;
    slept_cycles %= CYCLES_PER_MS;
}

size_t board_stack_used(void)
{
    const uint32_t *at = stack_end;
    while (at < stack_start && *at == VIRT_PAINT) {
        at++;
    }
    return (size_t)(stack_start - at) * sizeof *at;
}

/* QEMU has no unique id: a real board reads its chip's here. */
void board_id(uint8_t id[8])
{
    memcpy(id, "\x52\x54\x00\x12\x34\x56\x05\x32", 8);
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
    VIRT_REG(VIRT_FINISHER) = 0x7777;
    for (;;) {
    }
}

_Noreturn void board_off(int status)
{
    VIRT_REG(VIRT_FINISHER) = status == 0 ? 0x5555 : (uint32_t)status << 16 | 0x3333;
    for (;;) {
        __asm__ volatile("wfi");
    }
}
