/* SPDX-License-Identifier: MIT
 *
 * board.h: what a board gives the example firmware. Everything else is the same on each of them.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

struct pbuf;

/* Clocks, console, timer and Ethernet are ready after it; called once, first, by main(). */
void board_init(void);

/* The console. */
void board_write(const char *text, size_t len);

/* Milliseconds since the start, and how many of them the processor has slept. They wrap. */
uint32_t board_ms(void);
uint32_t board_slept_ms(void);

/* A finer clock, to measure less than a minute: it wraps, so take differences; and what these
 * are in microseconds. */
uint32_t board_cycles(void);
uint32_t board_cycles_to_us(uint32_t cycles);

/* How many bytes of the stack were ever in use: it is painted before main(). */
size_t board_stack_used(void);

/* Sleeps until an interrupt comes, or for `ms` milliseconds. Does not sleep while a frame waits. */
void board_sleep(uint32_t ms);

/* What makes this chip different from its siblings: the same at each boot. On a real board the
 * chip's unique id. */
void board_id(uint8_t id[8]);

/* Ethernet. board_frame takes the next frame out of the chip; NULL where there is none, or no
 * pbuf for it yet (it then stays in the chip). board_send_frame sends it before it returns: 0,
 * or -1 where the chip has no room. */
void board_mac(uint8_t mac[6]);
struct pbuf *board_frame(void);
int board_send_frame(const struct pbuf *frame);

/* The flash outside of the program: one page with the settings, and two that the firmware writes
 * (state.c). A page is erased as a whole, to 0xFF; a write only clears bits. */
enum { BOARD_PAGE_LEN = 4096, BOARD_STATE_PAGES = 2 };
const void *board_settings(void);
const uint8_t *board_state_page(unsigned page);
void board_erase(unsigned page);
void board_program(unsigned page, size_t off, const void *bytes, size_t len);

/* Starts again as after a power cut; and ends the emulator, where there is one (else: sleeps for
 * ever). */
_Noreturn void board_reset(void);
_Noreturn void board_off(int status);

#endif
