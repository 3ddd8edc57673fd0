/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "proxy.h"

#include "secret.h"

#include <errno.h>
#include <mbedtls/base64.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { OPENING, ASKING, HEARING, OPEN }; /* trace.tunnel */

static const struct nango_port *below;
static char host[256], name[264], request[2048];
static uint16_t tcp_port;
static size_t request_len;
static unsigned refusal;

/* ---- the port -------------------------------------------------------------------------------- */

/* The head of the answer, byte by byte: what follows it is not ours. */
static int hear(struct trace *t)
{
    char byte;
    int rc;
    while ((rc = below->net_recv(t, &byte, 1)) > 0) {
        if (t->tunnel_at < sizeof t->tunnel_status) {
            t->tunnel_status[t->tunnel_at++] = byte;
        }
        t->tunnel_end = byte == '\n' ? t->tunnel_end + 1 : byte == '\r' ? t->tunnel_end : 0;
        if (t->tunnel_end == 2) {
            const char *s = t->tunnel_status; /* HTTP/1.1 200 */
            refusal = t->tunnel_at == sizeof t->tunnel_status && memcmp(s, "HTTP/1.", 7) == 0
                          ? (unsigned)(s[9] - '0') * 100 + (unsigned)(s[10] - '0') * 10 +
                                (unsigned)(s[11] - '0')
                          : 999;
            refusal = refusal >= 200 && refusal < 300 ? 0 : refusal;
            t->tunnel = OPEN;
            return refusal == 0 ? 1 : NANGO_PORT_UNREACHABLE;
        }
    }
    return rc == 0 ? 0 : NANGO_PORT_UNREACHABLE;
}

static int net_open(void *ctx, const char *server, uint16_t server_port, uint32_t share_ms)
{
    struct trace *t = ctx;
    int rc = 1;
    (void)server, (void)server_port; /* they stand in the request */
    if (t->tunnel == OPENING) {
        rc = below->net_open(ctx, host, tcp_port, share_ms);
        if (rc <= 0) {
            return rc;
        }
        t->tunnel = ASKING;
        t->tunnel_at = t->tunnel_end = 0;
    }
    while (t->tunnel == ASKING) {
        rc = below->net_send(ctx, request + t->tunnel_at, request_len - t->tunnel_at);
        if (rc <= 0) {
            return rc == 0 ? 0 : NANGO_PORT_UNREACHABLE;
        }
        t->tunnel_at += (size_t)rc;
        if (t->tunnel_at == request_len) {
            t->tunnel = HEARING;
            t->tunnel_at = 0;
        }
    }
    return hear(t);
}

static void net_close(void *ctx)
{
    ((struct trace *)ctx)->tunnel = OPENING;
    below->net_close(ctx);
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    return below->net_send(ctx, buf, len);
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    return below->net_recv(ctx, buf, cap);
}

static void wait(void *ctx, int events, uint32_t ms)
{
    below->wait(ctx, proxy_events(ctx, events), ms);
}

static uint64_t uptime_ms(void *ctx)
{
    return below->uptime_ms(ctx);
}

static const struct nango_port port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};

const struct nango_port *proxy_port(const struct nango_port *real)
{
    below = real;
    return host[0] != 0 ? &port : real;
}

int proxy_events(const struct trace *t, int events)
{
    return t->tunnel == HEARING ? NANGO_READ : events;
}

const char *proxy_name(unsigned *status)
{
    *status = refusal;
    return host[0] != 0 ? name : NULL;
}

/* ---- the settings ---------------------------------------------------------------------------- */

/* NO_PROXY: names of hosts and domains, separated by commas; * is all. */
static int is_direct(const char *server)
{
    const char *list = getenv("NO_PROXY");
    list = list != NULL ? list : getenv("no_proxy");
    size_t server_len = strlen(server);
    while (list != NULL && *list != 0) {
        list += strspn(list, ", .");
        size_t len = strcspn(list, ", ");
        const char *end = server + server_len - (len < server_len ? len : server_len);
        if ((len == 1 && *list == '*') ||
            (len > 0 && len <= server_len && strncasecmp(end, list, len) == 0 &&
             (end == server || end[-1] == '.'))) {
            return 1;
        }
        list += len;
    }
    return 0;
}

static void put(const char *text, size_t len)
{
    len = len < sizeof request - request_len ? len : sizeof request - request_len;
    memcpy(request + request_len, text, len);
    request_len += len;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void put_port(uint16_t number)
{
    for (unsigned n = 10000, begun = 0; n > 0; n /= 10) {
        char digit = (char)('0' + number / n % 10);
        begun |= digit != '0';
        put(&digit, begun);
    }
}

static void put_server(const struct settings *s)
{
    int literal = strchr(s->host, ':') != NULL;
    put("[", (size_t)literal);
    put_text(s->host);
    put("]", (size_t)literal);
    put(":", 1);
    put_port(s->port != 0 ? s->port : 443);
}

static int put_authorization(const struct options *o)
{
    struct nango_text both;
    size_t len = 0;
    int rc = secret_value("proxy-auth", o->proxy_auth, 1, &both);
    if (rc != 0) {
        return rc;
    }
    put_text("Proxy-Authorization: Basic ");
    if (memchr(both.ptr, ':', both.len) == NULL ||
        mbedtls_base64_encode((unsigned char *)request + request_len,
                              sizeof request - 64 - request_len, &len,
                              (const unsigned char *)both.ptr, both.len) != 0) {
        return FAIL(EXIT_USAGE, "--proxy-auth %s: it needs USER:PASSWORD in that file",
                    o->proxy_auth);
    }
    secret_keep((struct nango_text){request + request_len, len});
    request_len += len;
    put_text("\r\n");
    return 0;
}

/* [http://]host[:port][/] */
static int read_address(const char *from, const char *text)
{
    const char *at = strncmp(text, "http://", 7) == 0 ? text + 7 : text;
    int literal = *at == '[';
    at += literal;
    size_t len = strcspn(at, literal ? "]" : ":/");
    const char *end = at + len + (literal && at[len] == ']');
    uint32_t number = 3128;
    if (*end == ':') {
        end++;
        number = options_number(&end, 65535);
    }
    if (strchr(text, '@') != NULL || strstr(at, "://") != NULL || len == 0 || len >= sizeof host ||
        (*end != 0 && strcmp(end, "/") != 0) || number == 0 || number == UINT32_MAX) {
        return FAIL(EXIT_USAGE,
                    "%s: a proxy looks like http://proxy.example.com:3128; its password goes into "
                    "a file: --proxy-auth @FILE, with USER:PASSWORD in it",
                    from);
    }
    memcpy(host, at, len);
    tcp_port = (uint16_t)number;
    return 0;
}

int proxy_set(const struct options *o, const struct settings *s)
{
    const char *text = o->proxy, *from = "--proxy";
    if (text == NULL) {
        from = "HTTPS_PROXY";
        text = getenv("HTTPS_PROXY");
        text = text != NULL ? text : getenv("https_proxy");
        text = text != NULL && is_direct(s->host) ? NULL : text;
    }
    if (text == NULL || *text == 0 || s->plain) {
        return 0;
    }
    int rc = read_address(from, text);
    if (rc != 0) {
        return rc;
    }
    put_text(host);
    put(":", 1);
    put_port(tcp_port);
    memcpy(name, request, request_len < sizeof name ? request_len : sizeof name - 1);
    request_len = 0;
    put_text("CONNECT ");
    put_server(s);
    put_text(" HTTP/1.1\r\nHost: ");
    put_server(s);
    put_text("\r\n");
    rc = o->proxy_auth != NULL ? put_authorization(o) : 0;
    put_text("\r\n");
    return rc;
}
