/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

static const struct nango_port *const port = &nango_port_posix;
static struct nango_posix posix;

/* To the end of net_open. */
static int open_to(const char *host, uint16_t tcp_port, uint32_t share_ms)
{
    uint64_t end = port->uptime_ms(&posix) + share_ms;
    for (;;) {
        uint64_t now = port->uptime_ms(&posix);
        uint32_t left = now < end ? (uint32_t)(end - now) : 0;
        int rc = port->net_open(&posix, host, tcp_port, left);
        if (rc != 0 || now >= end) {
            return rc;
        }
        port->wait(&posix, NANGO_WRITE, left);
    }
}

/* Until net_recv has something to say. */
static int receive(void *buf, size_t cap)
{
    int rc;
    while ((rc = port->net_recv(&posix, buf, cap)) == 0) {
        port->wait(&posix, NANGO_READ, 1000);
    }
    return rc;
}

static int accept_one(int listener)
{
    int fd = accept(listener, NULL, NULL);
    CHECK(fd >= 0);
    return fd;
}

static void exchange(const char *host, const char *ip)
{
    uint16_t tcp_port = 0;
    char buf[16];
    int listener = peer_listen(ip, &tcp_port, 1);
    if (listener < 0) {
        unit_skip("no such address on this machine");
        return;
    }
    CHECK_INT(open_to(host, tcp_port, 5000), 1);
    int peer = accept_one(listener);
    CHECK_INT(port->net_recv(&posix, buf, sizeof buf), 0);
    CHECK_INT(port->net_send(&posix, "ping", 4), 4);
    CHECK_INT(read(peer, buf, sizeof buf), 4);
    CHECK_MEM(buf, 4, "ping", 4);
    CHECK_INT(write(peer, "pong", 4), 4);
    close(peer);
    CHECK_INT(receive(buf, sizeof buf), 4);
    CHECK_INT(receive(buf, sizeof buf), NANGO_PORT_FIN);
    CHECK_INT(port->net_recv(&posix, buf, sizeof buf), NANGO_PORT_FIN);
    port->net_close(&posix);
    CHECK_INT(nango_posix_fd(&posix), -1);
    close(listener);
}

static void endings(void)
{
    uint16_t tcp_port = 0;
    char buf[1024] = {0};
    const struct linger reset = {.l_onoff = 1};
    int listener = peer_listen("127.0.0.1", &tcp_port, 1), rc;

    unit_case("a reset is not an end, and raises no signal");
    CHECK_INT(open_to("127.0.0.1", tcp_port, 5000), 1);
    int peer = accept_one(listener);
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(peer);
    CHECK_INT(receive(buf, sizeof buf), NANGO_PORT_RESET);
    CHECK_INT(posix.error, ECONNRESET);
    CHECK_INT(port->net_send(&posix, "x", 1), NANGO_PORT_RESET);
    port->net_close(&posix);

    unit_case("net_send says 0 when nothing more is taken");
    CHECK_INT(open_to("127.0.0.1", tcp_port, 5000), 1);
    peer = accept_one(listener);
    for (size_t sent = 0; (rc = port->net_send(&posix, buf, sizeof buf)) > 0 && sent < 64u << 20;) {
        sent += (size_t)rc;
    }
    CHECK_INT(rc, 0);
    port->net_close(&posix);
    close(peer);

    unit_case("the descriptor is closed on exec and has TCP_NODELAY");
    CHECK_INT(open_to("127.0.0.1", tcp_port, 5000), 1);
    int on = 0;
    socklen_t len = sizeof on;
    CHECK_INT(fcntl(nango_posix_fd(&posix), F_GETFD), FD_CLOEXEC);
    CHECK_INT(getsockopt(nango_posix_fd(&posix), IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, &len), 0);
    CHECK_INT(on, 1);
    port->net_close(&posix);
    close(listener);

    unit_case("nobody listens");
    CHECK_INT(open_to("127.0.0.1", tcp_port, 5000), NANGO_PORT_UNREACHABLE);
    CHECK_INT(posix.error, ECONNREFUSED);
    port->net_close(&posix);
}

static void addresses(void)
{
    uint16_t tcp_port = 0;
    int fill[8];
    posix.resolver.hosts = stage_file("hosts", "127.0.0.1 two.test\n127.0.0.2 two.test\n");
    int first = peer_listen("127.0.0.1", &tcp_port, 0);
    int second = peer_listen("127.0.0.2", &tcp_port, 1);
    struct sockaddr_in who;
    socklen_t len = sizeof who;

    unit_case("an address that does not answer loses its share, and the next one is tried");
    if (second < 0) {
        unit_skip("127.0.0.2 is not of this machine");
    } else {
        /* Linux drops what comes to a listener whose queue is full. */
        for (unsigned i = 0; i < sizeof fill / sizeof fill[0]; i++) {
            static struct nango_posix other;
            port->net_open(&other, "127.0.0.1", tcp_port, 1000);
            fill[i] = other.fd;
            other.state = 0; /* the connection is let alone, until the end of the test */
        }
        CHECK_INT(open_to("two.test", tcp_port, 1000), 1);
        CHECK_INT(getpeername(nango_posix_fd(&posix), (struct sockaddr *)&who, &len), 0);
        CHECK_INT(ntohl(who.sin_addr.s_addr), 0x7f000002);
        port->net_close(&posix);

        unit_case("a black hole alone is UNREACHABLE before the share is over");
        CHECK_INT(open_to("127.0.0.1", tcp_port, 400), NANGO_PORT_UNREACHABLE);
        CHECK_INT(posix.error, ETIMEDOUT);
        port->net_close(&posix);
        for (unsigned i = 0; i < sizeof fill / sizeof fill[0]; i++) {
            close(fill[i]);
        }
    }
    close(first);
    unit_case("an address that refuses, and the next one is tried");
    if (second < 0) {
        unit_skip("127.0.0.2 is not of this machine");
    } else {
        CHECK_INT(open_to("two.test", tcp_port, 5000), 1);
        CHECK_INT(getpeername(nango_posix_fd(&posix), (struct sockaddr *)&who, &len), 0);
        CHECK_INT(ntohl(who.sin_addr.s_addr), 0x7f000002);
        port->net_close(&posix);
    }
    close(second);
}

static void names(void)
{
    struct dns dns;
    char conf[64] = "nameserver [127.0.0.1]:";
    dns_start(&dns);
    size_t len = strlen(conf);
    for (unsigned div = 10000; div > 0; div /= 10) {
        conf[len++] = (char)('0' + dns.port / div % 10);
    }
    posix.resolver.hosts = stage_file("hosts", "");
    posix.resolver.resolv_conf = stage_file("resolv.conf", conf);

    unit_case("the caller's own poll loop sees the question's descriptor and time");
    uint32_t ms = 10000;
    CHECK_INT(nango_posix_pollfd(&posix, NANGO_READ, &ms).fd, -1);
    CHECK_INT(ms, 10000);
    CHECK_INT(port->net_open(&posix, "name.test", 9, 5000), 0);
    struct pollfd fd = nango_posix_pollfd(&posix, NANGO_WRITE, &ms);
    CHECK(fd.fd >= 0 && fd.events == POLLIN);
    CHECK(ms <= 1000);

    unit_case("net_close in the middle of a name, and a late answer");
    CHECK_INT(dns_take(&dns), 28);
    port->net_close(&posix);
    dns_answer(&dns, 0, 1, 1);
    CHECK_INT(port->net_open(&posix, "name.test", 9, 5000), 0);
    CHECK_INT(port->net_open(&posix, "name.test", 9, 5000), 0);
    port->net_close(&posix);

    unit_case("a silent server is NO_NAME before the share is over");
    CHECK_INT(open_to("name.test", 9, 300), NANGO_PORT_NO_NAME);
    port->net_close(&posix);
    dns_stop(&dns);
}

void test_stream(void)
{
    posix = (struct nango_posix){.resolver.hosts = "/nonexistent"};
    unit_case("IPv4: both ways, then FIN, again and again");
    exchange("127.0.0.1", "127.0.0.1");
    unit_case("IPv6: both ways, then FIN, again and again");
    exchange("::1", "::1");
    unit_case("localhost, where only IPv4 listens");
    exchange("localhost", "127.0.0.1");
    endings();
    addresses();
    names();
    unit_case("wait sleeps");
    uint64_t before = port->uptime_ms(&posix);
    port->wait(&posix, 0, 20);
    CHECK(port->uptime_ms(&posix) >= before + 19);
}
