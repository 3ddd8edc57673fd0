/* SPDX-License-Identifier: MIT
 *
 * virtio_net.c: a network card of virtio 1.2 behind virtio-mmio, with split queues (chapters
 * 2.7, 4.2, 5.1).
 *
 * Each queue has its descriptors tied to its own buffers for good. A frame that arrived stays in
 * its buffer until there is a pbuf for it.
 */
#include "virt.h"

#include <string.h>

#include "lwip/pbuf.h"
#include "lwipopts.h"

enum { /* registers */
       MAGIC = 0x000,
       DEVICE_ID = 0x008,
       DRIVER_FEATURES = 0x020,
       DRIVER_FEATURES_SEL = 0x024,
       QUEUE_SEL = 0x030,
       QUEUE_NUM = 0x038,
       QUEUE_READY = 0x044,
       QUEUE_NOTIFY = 0x050,
       INTERRUPT_STATUS = 0x060,
       INTERRUPT_ACK = 0x064,
       STATUS = 0x070,
       QUEUE_DESC = 0x080,
       QUEUE_DRIVER = 0x090,
       QUEUE_DEVICE = 0x0A0,
       CONFIG = 0x100
};
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };
enum { SLOTS = 8, NETWORK_CARD = 1, FEATURE_MAC = 1 << 5, FEATURE_VERSION_1 = 1 << 0 /* bit 32 */ };
enum { DESC_DEVICE_WRITES = 2 };
enum { RX, TX, QUEUES, BUFFERS = 4, HEADER_LEN = 12, BUFFER_LEN = (HEADER_LEN + 1514 + 3) & ~3 };

struct queue {
    struct {
        uint64_t address;
        uint32_t len;
        uint16_t flags;
        uint16_t next;
    } desc[BUFFERS];
    struct {
        uint16_t flags;
        volatile uint16_t index;
        uint16_t ring[BUFFERS];
    } available;
    struct {
        uint16_t flags;
        volatile uint16_t index;
        struct {
            uint32_t id;
            uint32_t len;
        } ring[BUFFERS];
    } used;
    uint16_t seen; /* of used */
    uint8_t buffers[BUFFERS][BUFFER_LEN];
} __attribute__((aligned(16)));

static struct queue queues[QUEUES];
static uintptr_t base;
static unsigned slot;

static void set(unsigned offset, uint32_t value)
{
    VIRT_REG(base + offset) = value;
}

static void fence(void)
{
    __asm__ volatile("fence" ::: "memory");
}

static void offer(unsigned number, uint16_t buffer)
{
    struct queue *q = &queues[number];
    q->available.ring[q->available.index % BUFFERS] = buffer;
    fence();
    q->available.index++;
    fence();
    set(QUEUE_NOTIFY, number);
}

static void set_address(unsigned offset, const volatile void *address)
{
    set(offset, (uint32_t)(uintptr_t)address);
    set(offset + 4, 0);
}

static void init_queue(unsigned number)
{
    struct queue *q = &queues[number];
    set(QUEUE_SEL, number);
    set(QUEUE_NUM, BUFFERS);
    set_address(QUEUE_DESC, q->desc);
    set_address(QUEUE_DRIVER, &q->available);
    set_address(QUEUE_DEVICE, &q->used);
    for (uint16_t i = 0; i < BUFFERS; i++) {
        q->desc[i].address = (uintptr_t)q->buffers[i];
        q->desc[i].len = BUFFER_LEN;
        q->desc[i].flags = number == RX ? DESC_DEVICE_WRITES : 0;
    }
    set(QUEUE_READY, 1);
}

void virtio_net_init(void)
{
    for (slot = 0; slot < SLOTS; slot++) {
        base = VIRT_VIRTIO + slot * 0x1000;
        if (VIRT_REG(base + MAGIC) == 0x74726976 && VIRT_REG(base + DEVICE_ID) == NETWORK_CARD) {
            break;
        }
    }
    set(STATUS, 0);
    set(STATUS, ACKNOWLEDGE | DRIVER);
    set(DRIVER_FEATURES_SEL, 0);
    set(DRIVER_FEATURES, FEATURE_MAC);
    set(DRIVER_FEATURES_SEL, 1);
    set(DRIVER_FEATURES, FEATURE_VERSION_1);
    set(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    init_queue(RX);
    init_queue(TX);
    set(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
    for (uint16_t i = 0; i < BUFFERS; i++) {
        offer(RX, i);
    }
}

unsigned virtio_net_irq(void)
{
    return 1 + slot;
}

void virtio_net_acknowledge(void)
{
    set(INTERRUPT_ACK, VIRT_REG(base + INTERRUPT_STATUS));
}

int virtio_net_frame_waits(void)
{
    return queues[RX].used.index != queues[RX].seen;
}

void board_mac(uint8_t mac[6])
{
    for (unsigned i = 0; i < 6; i++) {
        mac[i] = *(volatile uint8_t *)(base + CONFIG + i);
    }
}

struct pbuf *board_frame(void)
{
    struct queue *q = &queues[RX];
    struct pbuf *frame = NULL;
    while (frame == NULL && virtio_net_frame_waits()) {
        fence();
        uint16_t buffer = (uint16_t)q->used.ring[q->seen % BUFFERS].id;
        uint32_t len = q->used.ring[q->seen % BUFFERS].len - HEADER_LEN;
        if (len <= LARGEST_FRAME) {
            frame = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_POOL);
            if (frame == NULL) {
                return NULL; /* it waits here until the client has read */
            }
            (void)pbuf_take(frame, q->buffers[buffer] + HEADER_LEN, (u16_t)len);
        }
        q->seen++;
        offer(RX, buffer);
    }
    return frame;
}

int board_send_frame(const struct pbuf *frame)
{
    struct queue *q = &queues[TX];
    uint16_t on_their_way = (uint16_t)(q->available.index - q->used.index);
    if (on_their_way == BUFFERS || frame->tot_len > BUFFER_LEN - HEADER_LEN) {
        return -1;
    }
    /* The card returns buffers in the order in which it got them (QEMU does), so the next one is
     * free. */
    uint16_t buffer = q->available.index % BUFFERS;
    memset(q->buffers[buffer], 0, HEADER_LEN); /* no checksums, no segmentation left to the card */
    (void)pbuf_copy_partial(frame, q->buffers[buffer] + HEADER_LEN, frame->tot_len, 0);
    q->desc[buffer].len = HEADER_LEN + (uint32_t)frame->tot_len;
    offer(TX, buffer);
    return 0;
}
