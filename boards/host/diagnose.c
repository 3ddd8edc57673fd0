/* SPDX-License-Identifier: MIT */
#include "diagnose.h"

#include "client.h"
#include "explain.h"
#include "nango_connections.h"
#include "proxy.h"
#include "settings.h"
#include "tls_session.h"

#include <mbedtls/oid.h>
#include <string.h>

enum { ROW_CAP = 128, CLOCK_MOST_S = 60 };

static struct settings s;
static struct trace trace;
#define posix trace.posix
static struct nango_client client;
static struct nango_result result;
static unsigned char work[1024];
static char value[ROW_CAP];
static int code;

static unsigned now_ms(void)
{
    return (unsigned)nango_port_posix.uptime_ms(&posix);
}

/* What came of a call, with its explanation where it failed. */
static int failed(const struct options *o, const char *what, struct nango_text integration)
{
    if (result.outcome == NANGO_DONE) {
        return 0;
    }
    struct report_line l = {.options = o, .settings = &s, .result = &result};
    l.integration = integration;
    l.system_error = posix.error;
    int rc = explain_find(&result)->exit;
    code = rc > code ? rc : code;
    print_f(&print_out, "%s", what);
    explain(&print_out, &l);
    print_f(&print_out, "\n");
    return 1;
}

/* Name and TCP, by the port alone. */
static int try_network(void)
{
    unsigned start = now_ms();
    uint16_t port = s.port != 0 ? s.port : client_default_port(s.plain);
    int rc;
    while ((rc = nango_port_posix.net_open(&posix, s.host, port, 10000)) == 0 &&
           !nangoc_interrupted) {
        nango_port_posix.wait(&posix, NANGO_WRITE, 1000);
    }
    unsigned found = posix.resolver.len[0], old = posix.resolver.len[1];
    if (rc != NANGO_PORT_NO_NAME) {
        print_f(&print_out, "name         %s: %u IPv6, %u IPv4 addresses\n", s.host, found, old);
    }
    if (rc > 0) {
        print_f(&print_out, "TCP          port %u is open, after %u ms\n", port, now_ms() - start);
    } else {
        print_f(&print_out,
                rc == NANGO_PORT_NO_NAME
                    ? "name         %s does not resolve: is it right, and does this "
                      "machine reach its name server (/etc/resolv.conf)?\n"
                    : "TCP          %s cannot be reached: %s\n",
                s.host, strerror(posix.error));
        code = EXIT_NETWORK;
    }
    nango_port_posix.net_close(&posix);
    return rc > 0;
}

static void print_name(const mbedtls_x509_name *part)
{
    for (; part != NULL; part = part->next) {
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_ORGANIZATION, &part->oid) == 0 ||
            MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0) {
            print_f(&print_out, " ");
            print_text(&print_out, (const char *)part->val.p, part->val.len);
        }
    }
}

static void show_tls(const struct client *c)
{
    const mbedtls_x509_crt *cert = c->tls.session != NULL ? tls_session_chain(&c->tls) : NULL;
    if (s.plain) {
        print_f(&print_out, "TLS          none: %s is plain http\n", s.url);
    } else if (cert != NULL) {
        const mbedtls_x509_time *t = &cert->valid_to;
        print_f(&print_out, "TLS          %s, good until %d-%u%u-%u%u, signed by",
                tls_session_version(&c->tls), t->year, (unsigned)t->mon / 10, (unsigned)t->mon % 10,
                (unsigned)t->day / 10, (unsigned)t->day % 10);
        print_name(&cert->issuer);
        print_f(&print_out, "\n");
    }
}

static void show_clock(const struct client *c)
{
    uint64_t here = nango_posix_time(NULL), there = c->http.date;
    uint64_t off = here > there ? here - there : there - here;
    if (there != 0) {
        print_f(&print_out,
                off > CLOCK_MOST_S ? "clock        this machine's is %llu s off: set it\n"
                                   : "clock        right (%llu s off)\n",
                (unsigned long long)off);
    }
}

static int no_row(void *ctx, const struct nango_list *list)
{
    (void)ctx, (void)list;
    return 0;
}

/* The list with one row: the cheapest call that needs the key and changes nothing. */
static int try_key(const struct options *o)
{
    struct nango_list list = {.limit = 1, .on_row = no_row};
    unsigned start = now_ms();
    nango_list(&client, &list, &result);
    show_tls(client_inside(&client));
    if (result.status != 0) {
        show_clock(client_inside(&client));
        print_f(&print_out, "answer       after %u ms, with the handshake\n", now_ms() - start);
    }
    if (result.status == 403) {
        print_f(&print_out, "key          known, but may not list connections (--if-exists needs "
                            "that; an import by itself does not)\n");
        return 1;
    }
    if (failed(o, "key          ", (struct nango_text){NULL, 0})) {
        return 0;
    }
    print_f(&print_out, "key          from %s, accepted\n", s.key_from);
    if (result.rate_limit != 0) {
        print_f(&print_out, "rate limit   %u of %u requests are left for %u s\n",
                result.rate_remaining, result.rate_limit, (result.rate_reset_ms + 999) / 1000);
    }
    return 1;
}

/* What is wanted of an answer comes to stand in `value`. */
static void want(const char *name)
{
    static struct nango_field field;
    field = (struct nango_field){.name = name, .buf = value, .cap = sizeof value};
    nango_want(&client, &field, 1);
}

static void try_integration(const struct options *o, const char *key)
{
    static char name[ROW_CAP];
    struct nango_text integration = {key, strlen(key)};
    want("data.provider");
    nango_integration(&client, &integration, &result);
    if (failed(o, "integration  ", integration)) {
        return;
    }
    memcpy(name, value, sizeof name);
    struct nango_text provider = {name, strlen(name)};
    want("data.auth_mode");
    nango_provider(&client, &provider, &result);
    if (!failed(o, "provider     ", integration)) {
        print_f(&print_out, "integration  %s is of %s, and takes credentials of type %s\n", key,
                name, value);
    }
}

int diagnose_run(const struct options *o)
{
    unsigned refused;
    int rc = settings_read(&s, o);
    rc = rc != 0 ? rc : proxy_set(o, &s);
    rc = rc != 0 ? rc : settings_start(&s, o, 1);
    rc = rc != 0 ? rc
                 : settings_client(&s, o, &client, proxy_port(&nango_port_posix), &trace, work,
                                   sizeof work);
    if (rc != 0) {
        return rc;
    }
    print_f(&print_out, "server       %s\n", s.url);
    const char *proxy = proxy_name(&refused);
    if (proxy != NULL) {
        print_f(&print_out, "proxy        %s\n", proxy);
    }
    if ((proxy != NULL || try_network()) && try_key(o)) {
        for (size_t i = 0; i < o->given_len; i++) {
            if (strncmp(o->given[i].name, "integration", o->given[i].name_len) == 0) {
                try_integration(o, o->given[i].value);
            }
        }
    }
    nango_close(&client);
    settings_stop();
    return code;
}
