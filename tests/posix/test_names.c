/* SPDX-License-Identifier: MIT */
#include "resolve.h"
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

/* In the time of the test: `now` is what it is told. */

static struct nango_posix_resolver r;
static struct dns one, two;

static void begin_with(const char *hosts, const char *conf)
{
    char text[512];
    snprintf(text, sizeof text, "nameserver [127.0.0.1]:%u\nnameserver [127.0.0.1]:%u\n%s",
             one.port, two.port, conf);
    r = (struct nango_posix_resolver){.hosts = stage_file("hosts", hosts),
                                      .resolv_conf = stage_file("resolv.conf", text)};
}

/* The addresses must be these, in the order in which they are tried, by their last bytes. */
static void check_order(const char *want)
{
    char text[256] = "";
    const uint8_t *ip;
    size_t len = 0;
    while (resolve_next(&r, &ip) > 0) {
        int v4 = ip[10] == 0xff && ip[11] == 0xff;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%c.%u", len > 0 ? " " : "",
                                v4 ? '4' : '6', ip[15]);
    }
    CHECK_MEM(text, len, want, strlen(want));
}

static void check_asked(struct dns *d, int type, const char *name)
{
    CHECK_INT(dns_take(d), type);
    CHECK_MEM(dns_name(d), strlen(dns_name(d)), name, strlen(name));
}

/* Both questions, AAAA and A, answered with so many records. */
static int answer_both(struct dns *d, int code, unsigned v6, unsigned v4)
{
    CHECK_INT(dns_take(d), 28);
    dns_answer(d, code, v6, 101);
    CHECK_INT(resolve_step(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(d), 1);
    dns_answer(d, code, v4, 1);
    return resolve_step(&r, "example.test", 0);
}

static void without_dns(void)
{
    unit_case("address literals");
    begin_with("", "");
    CHECK_INT(resolve_begin(&r, "127.0.0.9", 0), 1);
    check_order("4.9");
    CHECK_INT(resolve_begin(&r, "fd00::7", 0), 1);
    check_order("6.7");

    unit_case("/etc/hosts: every address of the name, comments, case, CRLF, no last newline");
    begin_with("# 127.0.0.1 example.test\n127.0.0.2 other Example.TEST alias # 127.0.0.3\r\n"
               "nonsense example.test\n\nfd00::2\texample.test\r\n127.0.0.4 example.test",
               "");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 1);
    check_order("6.2 4.2 4.4");
    CHECK_INT(resolve_begin(&r, "alias", 0), 1);
    check_order("4.2");

    unit_case("localhost without /etc/hosts");
    r = (struct nango_posix_resolver){.hosts = "/nonexistent", .resolv_conf = "/nonexistent"};
    CHECK_INT(resolve_begin(&r, "localhost", 0), 1);
    check_order("6.1 4.1");
    CHECK_INT(resolve_begin(&r, "a.LocalHost", 0), 1);
    check_order("6.1 4.1");

    unit_case("names that no name can be");
    begin_with("", "");
    CHECK_INT(resolve_begin(&r, "", 0), NANGO_PORT_NO_NAME);
    CHECK_INT(resolve_begin(&r, "a..b", 0), NANGO_PORT_NO_NAME);
    CHECK_INT(resolve_begin(
                  &r, "a123456789012345678901234567890123456789012345678901234567890123.test", 0),
              NANGO_PORT_NO_NAME);
    char longest[260];
    memset(longest, 'a', sizeof longest);
    for (int i = 50; i < 254; i += 50) {
        longest[i] = '.';
    }
    longest[253] = 0; /* 255 bytes as DNS writes it */
    CHECK_INT(resolve_begin(&r, longest, 0), 0);
    resolve_end(&r);
    CHECK_INT(dns_take(&one), 28);
    CHECK_INT(dns_take(&one), 1);
    strcpy(longest + 253, "a");
    CHECK_INT(resolve_begin(&r, longest, 0), NANGO_PORT_NO_NAME);
}

static void answers(void)
{
    unit_case("A and AAAA behind a CNAME, tried in turn");
    begin_with("", "");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(answer_both(&one, 0, 2, 3), 1);
    resolve_end(&r);
    check_order("6.101 4.1 6.102 4.2 4.3");

    unit_case("more addresses than are tried");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(answer_both(&one, 0, 0, 12), 1);
    resolve_end(&r);
    check_order("4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8");

    unit_case("an answer that was cut at 512 bytes gives what is in it");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(answer_both(&one, 0, 30, 0), 1);
    resolve_end(&r);
    check_order("6.101 6.102 6.103 6.104 6.105 6.106 6.107 6.108");

    unit_case("NXDOMAIN, and no address at all");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(answer_both(&one, 3, 0, 0), NANGO_PORT_NO_NAME);
    resolve_end(&r);
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(answer_both(&one, 0, 0, 0), NANGO_PORT_NO_NAME);
    resolve_end(&r);

    unit_case("one family's answer is enough, after a grace");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(&one), 28);
    CHECK_INT(dns_take(&one), 1);
    dns_answer(&one, 0, 1, 1);
    CHECK_INT(resolve_step(&r, "example.test", 10), 0);
    CHECK_INT(r.wake, 510);
    CHECK_INT(resolve_step(&r, "example.test", 509), 0);
    CHECK_INT(resolve_step(&r, "example.test", 510), 1);
    resolve_end(&r);
    check_order("4.1");
}

static void searching(void)
{
    unit_case("the search list for a name without a dot, then the name itself");
    begin_with("", "search ns.svc.test svc.test # both\noptions ndots:1\n");
    CHECK_INT(resolve_begin(&r, "nango", 0), 0);
    check_asked(&one, 28, "nango.ns.svc.test");
    dns_answer(&one, 3, 0, 0);
    check_asked(&one, 1, "nango.ns.svc.test");
    dns_answer(&one, 3, 0, 0);
    CHECK_INT(resolve_step(&r, "nango", 0), 0);
    check_asked(&one, 28, "nango.svc.test");
    dns_answer(&one, 3, 0, 0);
    check_asked(&one, 1, "nango.svc.test");
    dns_answer(&one, 3, 0, 0);
    CHECK_INT(resolve_step(&r, "nango", 0), 0);
    check_asked(&one, 28, "nango");
    dns_answer(&one, 0, 0, 0);
    check_asked(&one, 1, "nango");
    dns_answer(&one, 0, 1, 1);
    CHECK_INT(resolve_step(&r, "nango", 0), 1);
    resolve_end(&r);
    check_order("4.1");

    unit_case("ndots");
    begin_with("", "options ndots:2\nsearch test\n");
    CHECK_INT(resolve_begin(&r, "a.b", 0), 0);
    check_asked(&one, 28, "a.b.test");
    resolve_end(&r);
    dns_take(&one);
    CHECK_INT(resolve_begin(&r, "a.b.c", 0), 0);
    check_asked(&one, 28, "a.b.c");
    resolve_end(&r);
    dns_take(&one);
    CHECK_INT(resolve_begin(&r, "a.", 0), 0);
    check_asked(&one, 28, "a");
    resolve_end(&r);
    dns_take(&one);
}

static void servers(void)
{
    unit_case("a server that fails gives way to the next at once");
    begin_with("", "");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(&one), 28);
    dns_answer(&one, 2, 0, 0);
    CHECK_INT(resolve_step(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(&one), 1);
    CHECK_INT(answer_both(&two, 0, 1, 1), 1);
    resolve_end(&r);
    check_order("6.101 4.1");

    unit_case("the next opening begins with the server that answered");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(&one), 0);
    CHECK_INT(answer_both(&two, 0, 1, 1), 1);
    resolve_end(&r);

    unit_case("silent servers are asked in turn, after 1, 1, 2, 2 seconds");
    begin_with("", "");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(&one) + dns_take(&one), 29);
    CHECK_INT(resolve_step(&r, "example.test", 999), 0);
    CHECK_INT(dns_take(&two), 0);
    CHECK_INT(resolve_step(&r, "example.test", 1000), 0);
    CHECK_INT(dns_take(&two) + dns_take(&two), 29);
    CHECK_INT(resolve_step(&r, "example.test", 2000), 0);
    CHECK_INT(dns_take(&one) + dns_take(&one), 29);
    CHECK_INT(r.wake, 4000);
    CHECK_INT(resolve_step(&r, "example.test", 4000), 0);
    CHECK_INT(dns_take(&two) + dns_take(&two), 29);
    resolve_end(&r);

    unit_case("no server listens");
    begin_with("", "");
    dns_stop(&one);
    dns_stop(&two);
    int rc = resolve_begin(&r, "example.test", 0);
    for (int i = 0; rc == 0 && i < 10; i++) {
        rc = resolve_step(&r, "example.test", 0);
    }
    CHECK_INT(rc, NANGO_PORT_NO_NAME);
    resolve_end(&r);
    dns_start(&one);
    dns_start(&two);
}

static void hostile(void)
{
    unit_case("what is no answer to the question is passed over");
    begin_with("", "");
    CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
    CHECK_INT(dns_take(&one), 28);
    dns_answer_bent(&one, 1500, 1, 0x40); /* id */
    dns_answer_bent(&one, 1500, 2, 0x80); /* a question */
    dns_answer_bent(&one, 1500, 5, 1);    /* no question in it */
    dns_answer_bent(&one, 1500, 13, 1);   /* about fxample.test */
    CHECK_INT(resolve_step(&r, "example.test", 0), 0);
    CHECK_INT(r.heard, 0);
    dns_answer_bent(&one, 1500, 13, 0x20); /* about Example.test */
    CHECK_INT(resolve_step(&r, "example.test", 0), 0);
    CHECK_INT(r.heard, 1);
    resolve_end(&r);
    dns_take(&one);

    unit_case("an answer that ends anywhere, and any byte of it wrong");
    for (int i = 0; i < 220; i++) {
        CHECK_INT(resolve_begin(&r, "example.test", 0), 0);
        dns_take(&one);
        dns_answer_bent(&one, (size_t)(i < 110 ? i : 1500), i < 110 ? -1 : i - 110, 0xff);
        CHECK(resolve_step(&r, "example.test", 0) <= 0);
        CHECK(r.len[0] <= 2 && r.len[1] == 0);
        resolve_end(&r);
        while (dns_take(&one) != 0 || dns_take(&two) != 0) {
        }
        r.at = 0;
    }
}

void test_names(void)
{
    unit_case("two servers to ask");
    dns_start(&one);
    dns_start(&two);
    without_dns();
    answers();
    searching();
    servers();
    hostile();
    dns_stop(&one);
    dns_stop(&two);
}
