/* SPDX-License-Identifier: MIT
 *
 * check_value: what stands in a text: ids, e-mail addresses, URLs, times. Each value once in a
 * struct and once in the body that says the same.
 */
#include "check_both.h"
#include "unit.h"

#include <string.h>

void test_check_value(void);

static void try_text(struct nango_connection *c, struct nango_text *text, const char *value,
                     int error, const char *member, unsigned warnings)
{
    unit_case_of(member, strpbrk(value, "\n\r\t\x01\x1f\x7f") == NULL ? value : "(control)");
    *text = (struct nango_text){value, strlen(value)};
    check_both(c, error, error != 0 ? member : "", error != 0 ? 0 : warnings);
}

static void test_ids(void)
{
    static const char *const readable[] = {
        "a",
        "Z9",
        ",.;:=+~[]|@${}\"'\\/_ -",
        "jane+test@example.com",
        "{\"user\":\"j\\\\d\",'k':1}",
    };
    static const char *const odd[] = {
        "",         "!", "#", "%",         "&",
        "(",        ")", "*", "<",         ">",
        "?",        "^", "`", "a\xc3\xbc", "\xf0\x9f\x98\x80",
        "\xc2\xa0", /* the first character behind C1 */
    };
    static const char *const bad[] = {
        "line1\nline2", "\t", "\x01", "\x1f", "a\x7f", "\xc2\x80", "\xc2\x9f", "a\r",
    };
    struct nango_connection c = check_least;
    for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
        try_text(&c, &c.connection_id, readable[i], 0, "connection_id", 0);
    }
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        try_text(&c, &c.connection_id, odd[i], 0, "connection_id", NANGO_WARN_ID);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        try_text(&c, &c.connection_id, bad[i], NANGO_E_CONTROL, "connection_id", 0);
    }
    unit_case("control characters are nobody's business but in an id");
    c = check_least;
    c.end_user.id = NANGO_STR("a\x01\n\x7f\xc2\x80");
    check_both(&c, 0, "", 0);
}

static void test_emails(void)
{
    static const char *const good[] = {
        "a@b.cd",
        "ada.lovelace@example.com",
        "a_b'c+d-e@x-y.z1.org",
        "_@1.aa",
        "A@B.CD",
        "+@a.bc",
        "-@a.bc",
        "'a@b.cd",
        "a.b.c@d.e.fg",
        "a@b-.cd",
        "a@xn--bcher-kva.example",
    };
    static const char *const bad[] = {
        "",
        "a",
        "a@",
        "@b.cd",
        "a@b",
        "a@b.c",
        ".a@b.cd",
        "a.@b.cd",
        "a..b@c.de",
        "a'@b.cd",
        "a b@c.de",
        "a@b..cd",
        "a@.cd",
        "a@-b.cd",
        "a@b.cd.",
        "a@b.c1",
        "a@b.1c",
        "a@b_c.de",
        "a@@b.cd",
        "a@b@c.de",
        "a@b.cd ",
        " a@b.cd",
        "a@b.c-",
        "a\"@b.cd",
        "\xc3\xbc@b.cd",
        "a@\xc3\xbc.cd",
        "a@b.c\xc3\xbc",
        "a@b'.cd",
        "a@b+.cd",
        "a@b.cd\n",
    };
    struct nango_connection c = check_least;
    c.end_user.id = NANGO_STR("1");
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        try_text(&c, &c.end_user.email, good[i], 0, "end_user.email", 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        try_text(&c, &c.end_user.email, bad[i], NANGO_E_FORMAT, "end_user.email", 0);
    }
}

static void test_urls(void)
{
#define MANY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 55 bytes */
    static const char *const good[] = {
        "",
        "https://hooks.example.com/nango?x=1",
        "http://a",
        "HTTPS://EXAMPLE.COM",
        "https://user:pass@example.com:8080/x",
        "https://user@localhost@example.com/", /* the last @ ends the user */
        "https://example.com?u=http://localhost/",
        "https://example.com#@localhost",
        "https://notnango.dev/",
        "https://nango.dev.example.com/",
        "https://mylocalhost/",
        "https://localhost.example/",
        "http://8.8.8.8/",
        "http://128.0.0.1",
        "http://11.0.0.1",
        "http://126.255.255.255",
        "http://172.15.0.1",
        "http://172.32.0.1",
        "http://192.167.1.1",
        "http://192.169.1.1",
        "http://169.253.0.1",
        "http://100.63.0.1",
        "http://100.128.0.1",
        "http://10.example.com/",
        "http://127.0.0.1.example.com/",
        "http://[2001:db8::1]:8080/x",
        "http://[3fff::1]/",
        "https://a/\xc3\xbc",
        ("https://" MANY ".com/"),      /* 59 bytes of host */
        ("https://" MANY ".nango.de/"), /* 64: left to the server */
        ("https://" MANY "." MANY ".nango.dev/"),
    };
    static const char *const bad[] = {
        "not a url",      "ftp://a",       "httpx://a",   "https:/a",      "https:a",
        "http",           "https://",      "https:///x",  "https://?x",    "https://#",
        "https://user@/", "https://:80/x", "https://a b", "https://a/b c", "https://a\n",
        "https://a/\x7f", "//a",           "https//a",    " https://a",    "http://999.1.1.1/",
        "https:\\\\a",    "https://\\a",   "http:s//a",
    };
    static const char *const forbidden[] = {
        "https://nango.dev",
        "https://api.nango.dev/x",
        "https://API.Nango.DEV:443",
        "http://localhost:8080/x",
        "http://a.localhost",
        "http://x@LOCALHOST#",
        "http://127.0.0.1",
        "http://127.255.1.2:1/",
        "http://127.1/",
        "http://0.0.0.0",
        "http://10.0.0.1?x",
        "http://100.64.0.1",
        "http://100.127.255.255",
        "http://169.254.169.254/latest",
        "http://172.16.0.1",
        "http://172.31.255.255",
        "http://192.168.0.1",
        "http://[::1]/",
        "http://[::]:80/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]",
        "http://[fc00::1]",
        "http://[fdff::1]",
        "http://[64:ff9b::a00:1]",
        "http://[2::1]",
        "http://[",
        "http://[2",
        "http://[20",
        "http://[200",
        "http://[2001",
        "http://[20010:",
    };
    struct nango_connection c = check_least;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        try_text(&c, &c.webhook_url_override, good[i], 0, "webhook_url_override", 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        try_text(&c, &c.webhook_url_override, bad[i], NANGO_E_FORMAT, "webhook_url_override", 0);
    }
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        try_text(&c, &c.webhook_url_override, forbidden[i], NANGO_E_FORBIDDEN,
                 "webhook_url_override", 0);
    }
}

static void test_times(void)
{
    static const char *const good[] = {
        "2026-11-25T06:00:00Z",
        "2026-11-25T07:00:00.250+01:00",
        "2026-11-25T06:00:00.1Z",
        "2026-11-25T06:00:00-23:59",
        "2030-06-01T12:00:00+05:30",
        "2001-01-01T00:00:00Z",
        "2024-02-29T23:59:59Z",
        "2000-02-29T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2026-01-31T00:00:00Z",
        "2026-03-31T00:00:00Z",
        "2026-04-30T00:00:00Z",
        "2026-05-31T00:00:00Z",
        "2026-06-30T00:00:00Z",
        "2026-07-31T00:00:00Z",
        "2026-08-31T00:00:00Z",
        "2026-09-30T00:00:00Z",
        "2026-10-31T00:00:00Z",
        "2026-11-30T00:00:00Z",
        "2026-12-31T00:00:00Z",
        "2026-02-28T00:00:00Z",
        "2026-11-25T06:00:00.1234567890123456789012345678901234567890Z", /* 61 bytes */
        "9999-12-31T23:59:59.999Z",
    };
    static const char *const bad[] = {
        "",
        "garbage",
        "3600",
        "1700000000",
        "1700000000000",
        "2030-06-01",
        "2030-06-01T12:00Z",
        "2030-06-01T12:00:00",
        "2030-06-01 12:00:00Z",
        "2030-06-01t12:00:00Z",
        "2030-06-01T12:00:00z",
        "2030-6-1T12:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-19-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-06-31T00:00:00Z",
        "2026-09-31T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T29:00:00Z",
        "2026-01-01T23:60:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+29:00",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00+01",
        "2026-01-01T00:00:00+01:00Z",
        "2026-01-01T00:00:00Zx",
        "2026-01-01T00:00:00Z ",
        " 2026-01-01T00:00:00Z",
        "20260101T000000Z",
        "+02026-01-01T00:00:00Z",
        "2026-01-01T00:00:00\xc3\xbc",
        "2026-11-25T06:00:00.12345678901234567890123456789012345678901234Z", /* 65 bytes */
        "2026-11-25T06:00:00.123456789012345678901234567890123456789012Zx",
    };
    static const uint64_t good_ms[] = {100000000000, 1700000000000, 999999999999999};
    static const uint64_t bad_ms[] = {1, 1700000000, 99999999999, 1000000000000000, UINT64_MAX};
    struct nango_connection c = check_least;
    struct nango_time *time = &c.credentials.oauth2.expires_at;
    c.credentials.type = NANGO_OAUTH2;
    c.credentials.oauth2.access_token = NANGO_STR("a");
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        try_text(&c, &time->iso, good[i], 0, "credentials.expires_at", 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        try_text(&c, &time->iso, bad[i], NANGO_E_TIME, "credentials.expires_at", 0);
    }
    time->iso.ptr = NULL;
    unit_case("expires_at in milliseconds");
    for (size_t i = 0; i < sizeof good_ms / sizeof good_ms[0]; i++) {
        time->epoch_ms = good_ms[i];
        check_both(&c, 0, "", 0);
    }
    for (size_t i = 0; i < sizeof bad_ms / sizeof bad_ms[0]; i++) {
        time->epoch_ms = bad_ms[i];
        check_both(&c, NANGO_E_TIME, "credentials.expires_at", 0);
    }
    unit_case("expires_at both ways");
    *time = (struct nango_time){NANGO_STR("2026-11-25T06:00:00Z"), 1700000000000};
    check_as_struct(&c, NANGO_E_TIME, "credentials.expires_at", 0);
}

void test_check_value(void)
{
    test_ids();
    test_emails();
    test_urls();
    test_times();
}
