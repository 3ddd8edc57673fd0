/* SPDX-License-Identifier: MIT */
#include "net.h"

#include <string.h>

#include "board.h"
#include "entropy.h"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/timeouts.h"

uint16_t net_dns_port;

static struct netif netif;

uint32_t net_random(void)
{
    uint32_t number = 0;
    (void)entropy_fill(NULL, &number, sizeof number);
    return number;
}

u32_t sys_now(void)
{
    return board_ms();
}

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

void net_init(void)
{
    static struct dhcp dhcp;
    lwip_init();
    (void)netif_add(&netif, NULL, NULL, NULL, NULL, start, netif_input);
    netif_set_default(&netif);
    netif_set_up(&netif);
    dhcp_set_struct(&netif, &dhcp);
    (void)dhcp_start(&netif);
}

void net_pump(void *board)
{
    struct pbuf *frame;
    (void)board;
    while ((frame = board_frame()) != NULL) {
        if (netif.input(frame, &netif) != ERR_OK) {
            pbuf_free(frame);
        }
    }
}

void net_sleep(void *board, uint32_t ms)
{
    (void)board;
    board_sleep(ms);
}

int net_wait_for_address(uint32_t ms)
{
    uint32_t from = board_ms();
    while (!dhcp_supplied_address(&netif)) {
        if (board_ms() - from >= ms) {
            return -1;
        }
        board_sleep(sys_timeouts_sleeptime());
        net_pump(NULL);
        sys_check_timeouts();
    }
    return 0;
}

const char *net_address(void)
{
    return ip4addr_ntoa(netif_ip4_addr(&netif));
}

void net_set_dns(const uint8_t server[4], uint16_t port)
{
    ip_addr_t address;
    memcpy(&address, server, sizeof address);
    net_dns_port = port;
    if (!ip_addr_isany(&address)) {
        dns_setserver(0, &address);
    }
}
