/* SPDX-License-Identifier: MIT */
#include "net.h"

#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "board.h"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/tcpip.h"
#include "mps2.h"

enum { RX_STACK = 192 /* words */, RX_PRIORITY = 4, NVIC_IPR = 0xE000E400 };

uint16_t net_dns_port;

static struct netif netif;
static TaskHandle_t rx_task;

static err_t send_frame(struct netif *to, struct pbuf *frame)
{
    (void)to;
    return board_send_frame(frame) == 0 ? ERR_OK : ERR_MEM;
}

static err_t start(struct netif *n)
{
    n->name[0] = 'e';
    n->name[1] = 'n';
    n->output = etharp_output;
    n->linkoutput = send_frame;
    n->mtu = 1500;
    n->hwaddr_len = ETHARP_HWADDR_LEN;
    board_mac(n->hwaddr);
    n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

void mps2_frame_came(void) /* interrupt */
{
    BaseType_t woken = pdFALSE;
    lan9118_acknowledge();
    if (rx_task != NULL) {
        vTaskNotifyGiveFromISR(rx_task, &woken);
    }
    portYIELD_FROM_ISR(woken);
}

/* What waits in the chip because there is no pbuf, waits for the tasks that have them. */
static void take_frames(void *ctx)
{
    (void)ctx;
    for (;;) {
        struct pbuf *frame = board_frame();
        if (frame != NULL) {
            if (netif.input(frame, &netif) != ERR_OK) {
                pbuf_free(frame);
            }
        } else if (lan9118_frame_waits()) {
            vTaskDelay(1);
        } else {
            (void)ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        }
    }
}

/* In lwIP's task. */
static void lwip_is_there(void *ctx)
{
    static struct dhcp dhcp;
    static StaticTask_t task;
    static StackType_t stack[RX_STACK];
    (void)ctx;
    (void)netif_add(&netif, NULL, NULL, NULL, NULL, start, tcpip_input);
    netif_set_default(&netif);
    netif_set_up(&netif);
    dhcp_set_struct(&netif, &dhcp);
    (void)dhcp_start(&netif);
    rx_task = xTaskCreateStatic(take_frames, "rx", RX_STACK, NULL, RX_PRIORITY, stack, &task);
}

void net_start(void)
{
    *(volatile uint8_t *)(NVIC_IPR + MPS2_ETHERNET_IRQ) = configKERNEL_INTERRUPT_PRIORITY;
    tcpip_init(lwip_is_there, NULL);
}

int net_wait_for_address(uint32_t ms)
{
    TickType_t from = xTaskGetTickCount();
    while (!dhcp_supplied_address(&netif)) {
        if (xTaskGetTickCount() - from >= pdMS_TO_TICKS(ms)) {
            return -1;
        }
        vTaskDelay(pdMS_TO_TICKS(10));
    }
    return 0;
}

void net_set_dns(const uint8_t server[4], uint16_t port)
{
    ip_addr_t address;
    memcpy(&address, server, sizeof address);
    LOCK_TCPIP_CORE();
    net_dns_port = port;
    if (!ip_addr_isany(&address)) {
        dns_setserver(0, &address);
    }
    UNLOCK_TCPIP_CORE();
}

uint32_t net_stack_used(void)
{
    return (RX_STACK - uxTaskGetStackHighWaterMark(rx_task)) * sizeof(StackType_t);
}
