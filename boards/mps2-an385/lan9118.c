/* SPDX-License-Identifier: MIT
 *
 * lan9118.c: the Ethernet chip of the AN385. Its FIFO is the queue of received frames: the
 * interrupt only wakes the processor, and a frame for which there is no pbuf stays in the chip.
 *
 */
#include "mps2.h"

#include <string.h>

#include "lwip/pbuf.h"
#include "lwipopts.h"

#define LAN9118 0x40200000u

enum { /* registers (SMSC LAN9118 datasheet, chapter 5) */
       RX_DATA = 0x00,
       TX_DATA = 0x20,
       RX_STATUS = 0x40,
       RX_STATUS_PEEK = 0x44,
       IRQ_CFG = 0x54,
       INT_STS = 0x58,
       INT_EN = 0x5C,
       FIFO_INT = 0x68,
       TX_CFG = 0x70,
       HW_CFG = 0x74,
       RX_FIFO_INF = 0x7C,
       TX_FIFO_INF = 0x80,
       MAC_CSR_CMD = 0xA4,
       MAC_CSR_DATA = 0xA8
};
enum { MAC_CR = 1, MAC_ADDRH = 2, MAC_ADDRL = 3 };
enum { INT_RX_STATUS_LEVEL = 1u << 3, ETHERNET_CRC_LEN = 4 };

static uint32_t get(unsigned offset)
{
    return MPS2_REG(LAN9118 + offset);
}

static void set(unsigned offset, uint32_t value)
{
    MPS2_REG(LAN9118 + offset) = value;
}

static void set_mac(uint32_t index, uint32_t value)
{
    const uint32_t busy = 1u << 31;
    set(MAC_CSR_DATA, value);
    set(MAC_CSR_CMD, busy | index);
    while (get(MAC_CSR_CMD) & busy) {
    }
}

void lan9118_init(const uint8_t mac[6])
{
    set(HW_CFG, 1); /* soft reset */
    while (get(HW_CFG) & 1) {
    }
    set(HW_CFG, 1u << 20 | 5u << 16); /* store and forward; 5 KB for TX, the rest for RX */
    set_mac(MAC_ADDRL,
            (uint32_t)mac[3] << 24 | (uint32_t)mac[2] << 16 | (uint32_t)mac[1] << 8 | mac[0]);
    set_mac(MAC_ADDRH, (uint32_t)mac[5] << 8 | mac[4]);
    set(FIFO_INT, 0);                          /* an interrupt for the first frame */
    set(IRQ_CFG, 1u << 8 | 1u << 4 | 1u << 0); /* enabled, active high, push-pull */
    set(TX_CFG, 1u << 2 | 1u << 1); /* transmit; nobody reads the status of what was sent */
    set_mac(MAC_CR, 1u << 20 | 1u << 3 | 1u << 2); /* full duplex, transmit, receive */
    set(INT_EN, INT_RX_STATUS_LEVEL);
}

int lan9118_frame_waits(void)
{
    return (get(RX_FIFO_INF) >> 16 & 0xFF) != 0;
}

/* The level stays until the frame is taken: off until then. board_frame turns it on again. */
void lan9118_acknowledge(void)
{
    set(INT_EN, 0);
    set(INT_STS, INT_RX_STATUS_LEVEL);
}

__attribute__((weak)) void mps2_frame_came(void) /* an operating system has a task to wake, too */
{
    lan9118_acknowledge();
}

/* Takes what is left of a frame out of the FIFO. */
static void skip(uint32_t words)
{
    while (words-- > 0) {
        (void)get(RX_DATA);
    }
}

static void read_frame(const struct pbuf *frame)
{
    for (const struct pbuf *p = frame; p != NULL; p = p->next) {
        uint8_t *to = p->payload;
        for (uint32_t left = p->len; left > 0;) { /* all but the last have a multiple of four */
            uint32_t word = get(RX_DATA);
            uint32_t n = left < sizeof word ? left : sizeof word;
            memcpy(to, &word, n);
            to += n;
            left -= n;
        }
    }
}

struct pbuf *board_frame(void)
{
    const uint32_t error = 1u << 15;
    set(INT_EN, INT_RX_STATUS_LEVEL);
    while (lan9118_frame_waits()) {
        uint32_t status = get(RX_STATUS_PEEK);
        uint32_t with_crc = status >> 16 & 0x3FFF;
        uint32_t words = (with_crc + 3) / 4;
        uint32_t len = with_crc - ETHERNET_CRC_LEN;
        struct pbuf *frame = NULL;
        if (!(status & error) && len <= LARGEST_FRAME) {
            frame = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_POOL);
            if (frame == NULL) {
                return NULL; /* it waits here until the client has read */
            }
            read_frame(frame);
            words -= (len + 3) / 4;
        }
        (void)get(RX_STATUS);
        skip(words);
        if (frame != NULL) {
            return frame;
        }
    }
    return NULL;
}

int board_send_frame(const struct pbuf *frame)
{
    const uint32_t first = 1u << 13, last = 1u << 12;
    if (frame->tot_len + 16u * pbuf_clen(frame) > (get(TX_FIFO_INF) & 0xFFFF)) {
        return -1;
    }
    for (const struct pbuf *p = frame; p != NULL; p = p->next) {
        const uint8_t *from = p->payload;
        set(TX_DATA, (p == frame ? first : 0) | (p->next == NULL ? last : 0) | p->len);
        set(TX_DATA, frame->tot_len);
        for (uint32_t left = p->len; left > 0;) {
            uint32_t word = 0;
            uint32_t n = left < sizeof word ? left : sizeof word;
            memcpy(&word, from, n);
            set(TX_DATA, word);
            from += n;
            left -= n;
        }
    }
    return 0;
}
