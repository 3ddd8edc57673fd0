/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cert root, leaf;

static void make_certificates(void)
{
    if (root.x509 == NULL) {
        cert_make(&root, &(struct cert_spec){.name = "root", .key = CERT_P256, .ca = 1}, 0, NULL);
        cert_make(&leaf,
                  &(struct cert_spec){.name = STAGE_HOST,
                                      .key = CERT_P256,
                                      .san = "DNS:" STAGE_HOST,
                                      .extended = "serverAuth"},
                  1, &root);
    }
}

struct nango_der stage_root(void)
{
    make_certificates();
    return (struct nango_der){root.der, root.der_len};
}

void stage_start(struct stage *s, int version, const char *const *answers, size_t answers_len)
{
    make_certificates();
    memset(s, 0, sizeof *s);
    s->version = version;
    s->answers = answers;
    s->answers_len = answers_len;
}

void stage_stop(struct stage *s)
{
    peer_free(&s->peer);
}

/* ---- the server ------------------------------------------------------------------------------ */

static void say(struct stage *s, const char *text)
{
    size_t len = strlen(text);
    if (s->version != 0) {
        SSL_write(s->peer.ssl, text, (int)len);
        return;
    }
    if (s->out_len + len > sizeof s->out) {
        abort();
    }
    memcpy(s->out + s->out_len, text, len);
    s->out_len += len;
}

static const char *value_of(const char *request, size_t len, const char *name)
{
    const char *at = memmem(request, len, name, strlen(name));
    return at != NULL ? at + strlen(name) : "";
}

/* With the credentials, as Nango does. */
static void say_done(struct stage *s, const char *request, size_t len)
{
    static const char id[] = "\"connection_id\":\"", token[] = "\"access_token\":\"";
    char text[600], body[300];
    const char *i = value_of(request, len, id), *t = value_of(request, len, token);
    int id_len = (int)strcspn(i, "\""), token_len = (int)strcspn(t, "\"");
    int body_len = snprintf(body, sizeof body, "{\"id\":7,%s%.*s\",\"credentials\":{%s%.*s\"}}", id,
                            id_len, i, token, token_len, t);
    snprintf(text, sizeof text,
             "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
             "Connection: keep-alive\r\nKeep-Alive: timeout=61\r\n\r\n%s",
             body_len, body);
    say(s, text);
}

/* The length of the request at `text`, or 0 where it is not whole; *broken where it will not be. */
static size_t request_len(const char *text, size_t len, int *broken)
{
    static const char length[] = "\r\nContent-Length: ";
    const char *end = memmem(text, len, "\r\n\r\n", 4);
    if (end == NULL) {
        return 0;
    }
    const char *at = memmem(text, (size_t)(end - text), length, sizeof length - 1);
    size_t body_len = at != NULL ? strtoul(at + sizeof length - 1, NULL, 10) : 0;
    size_t whole = (size_t)(end - text) + 4 + body_len;
    *broken = body_len == 0 || strncmp(text, "POST /connections HTTP/1.1\r\n", 28) != 0;
    return whole <= len ? whole : 0;
}

/* Looks at what has come. */
static void serve(struct stage *s)
{
    const char *got = s->version != 0 ? s->peer.got : s->got;
    size_t got_len = s->version != 0 ? s->peer.got_len : s->got_len;
    int broken = 0;
    size_t len = request_len(got + s->begins, got_len - s->begins, &broken);
    if (broken && !s->ended) {
        say(s, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        s->ended = 1;
    }
    if (len == 0 || s->ended) {
        return;
    }
    s->begins += len;
    size_t number = s->requests++;
    const char *answer = number < s->answers_len ? s->answers[number] : "";
    if (answer == NULL) {
        s->stored++;
        s->dead = NANGO_PORT_RESET;
    } else if (*answer == '\0') {
        s->stored++;
        say_done(s, got + s->begins - len, len);
    } else {
        s->stored += strncmp(answer, "HTTP/1.1 4", 10) != 0;
        say(s, answer);
    }
}

/* ---- the port -------------------------------------------------------------------------------- */

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct stage *s = ctx;
    (void)share_ms;
    if (strcmp(host, STAGE_HOST) != 0 || port != (s->version != 0 ? 443 : 80) ||
        s->opened != s->closed) {
        abort();
    }
    s->opened++;
    s->got_len = s->begins = s->out_len = s->out_at = 0;
    s->dead = s->ended = 0;
    if (s->version != 0) {
        peer_free(&s->peer);
        memset(&s->peer, 0, sizeof s->peer);
        s->peer.chain[0] = &leaf;
        s->peer.min_version = s->peer.max_version = s->version;
        return peer_port.net_open(&s->peer, host, port, share_ms);
    }
    return 1;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct stage *s = ctx;
    if (s->dead != 0) {
        return s->dead;
    }
    if (s->version != 0) {
        int rc = peer_port.net_send(&s->peer, buf, len);
        len = rc > 0 ? (size_t)rc : 0;
        if (rc <= 0) {
            return rc;
        }
    } else {
        if (s->got_len + len > sizeof s->got) {
            abort();
        }
        memcpy(s->got + s->got_len, buf, len);
        s->got_len += len;
    }
    s->sent += len;
    serve(s);
    return (int)len;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct stage *s = ctx;
    if (s->dead != 0) {
        return s->dead;
    }
    if (s->version != 0) {
        int rc = peer_port.net_recv(&s->peer, buf, cap);
        return rc == 0 && s->ended ? NANGO_PORT_FIN : rc;
    }
    size_t len = s->out_len - s->out_at;
    if (len == 0) {
        return s->ended ? NANGO_PORT_FIN : 0;
    }
    len = len < cap ? len : cap;
    memcpy(buf, s->out + s->out_at, len);
    s->out_at += len;
    return (int)len;
}

static void net_close(void *ctx)
{
    struct stage *s = ctx;
    s->closed++;
    if (s->closed != s->opened) {
        abort();
    }
}

static int is_readable(const struct stage *s)
{
    return s->dead != 0 || s->ended || s->out_len > s->out_at ||
           (s->version != 0 && s->peer.ssl != NULL && BIO_pending(s->peer.out) > 0);
}

static void wait(void *ctx, int events, uint32_t ms)
{
    struct stage *s = ctx;
    int is_open = s->opened != s->closed;
    int at_once = is_open && ((events & NANGO_WRITE) || ((events & NANGO_READ) && is_readable(s)));
    s->now += at_once && ms > 1 ? 1 : ms;
}

static uint64_t uptime_ms(void *ctx)
{
    return ((struct stage *)ctx)->now;
}

const struct nango_port stage_port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};
