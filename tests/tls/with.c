/* SPDX-License-Identifier: MIT */
#include "with.h"

#include <stdio.h>
#include <string.h>

struct chain with_ec, with_rsa;
struct with with;
uint8_t with_arena[ARENA_LEN];

static int entropy(void *ctx, void *buf, size_t len)
{
    static uint32_t x = 1;
    uint8_t *bytes = buf;
    (void)ctx;
    with.entropy_calls++;
    if (with.entropy_fails_at != 0 && with.entropy_calls >= with.entropy_fails_at) {
        return -7;
    }
    for (size_t i = 0; i < len; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(x >> 24);
    }
    return 0;
}

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return with.now;
}

static void make(struct chain *c, enum cert_key kind)
{
    if (c->leaf.x509 != NULL) {
        return;
    }
    cert_make(&c->root, &(struct cert_spec){.name = "root", .key = kind, .ca = 1}, 0, NULL);
    cert_make(&c->intermediate, &(struct cert_spec){.name = "intermediate", .key = kind, .ca = 1},
              1, &c->root);
    cert_make(&c->leaf,
              &(struct cert_spec){
                  .name = HOST, .key = kind, .san = "DNS:" HOST, .extended = "serverAuth"},
              2, &c->intermediate);
}

void with_start(const struct chain *chain)
{
    make(&with_ec, CERT_P256);
    make(&with_rsa, CERT_RSA2048);
    memset(&with, 0, sizeof with);
    with.now = CERT_NOW;
    with.peer.chain[0] = &chain->leaf;
    with.peer.chain[1] = &chain->intermediate;
    with.peer.chain[2] = &chain->root;
    with.roots[0] = (struct nango_der){with_rsa.root.der, with_rsa.root.der_len};
    with.roots[1] = (struct nango_der){with_ec.root.der, with_ec.root.der_len};
    with.settings = (struct nango_tls_settings){
        .arena = with_arena,
        .arena_cap = sizeof with_arena,
        .trust = {.roots = with.roots, .roots_len = 2},
        .entropy = entropy,
        .unix_time = unix_time,
    };
    with.tls = (struct tls){
        .shared = &with.shared,
        .port = &peer_port,
        .port_ctx = &with.peer,
        .host = HOST,
        .tcp_port = 443,
    };
}

int with_open(void)
{
    int rc = with.shared.state == NULL ? nango_tls_init(&with.shared, &with.settings) : 0;
    for (int i = 0; rc == 0 && i < 100000; i++) {
        rc = tls_open(&with.tls, 1000);
    }
    return rc;
}

void with_stop(void)
{
    tls_close(&with.tls);
    CHECK_INT(with.peer.opened, with.peer.closed);
    nango_tls_free(&with.shared);
    size_t dirty = 0;
    for (size_t i = 0; with.settings.arena != NULL && i < with.settings.arena_cap; i++) {
        dirty += with_arena[i] != 0;
    }
    CHECK_INT(dirty, 0);
    peer_free(&with.peer);
}

int with_send(const void *bytes, size_t len)
{
    size_t sent = 0;
    for (int i = 0; i < 100000 && sent < len; i++) {
        int rc = tls_send(&with.tls, (const uint8_t *)bytes + sent, len - sent);
        if (rc < 0) {
            return rc;
        }
        sent += (size_t)rc;
    }
    return sent < len;
}

size_t with_recv(char *buf, size_t cap, int *end)
{
    size_t len = 0;
    *end = 0;
    for (int nothing = 0; nothing < 1000 && len < cap;) {
        int rc = tls_recv(&with.tls, buf + len, cap - len);
        if (rc < 0) {
            *end = rc;
            break;
        }
        len += (size_t)rc;
        nothing = rc == 0 ? nothing + 1 : 0;
    }
    return len;
}

void with_note(const char *what, size_t figure)
{
    char line[100];
    int len = snprintf(line, sizeof line, "# %s: %zu\n", what, figure);
    unit_put(line, (size_t)len);
}

void with_expect(const char *group, const char *name, int error)
{
    unit_case_of(group, name);
    int rc = with_open();
    CHECK_INT(rc, error == 0 ? 1 : error);
    if (rc < 0 && rc != NANGO_E_SETTINGS) {
        CHECK_INT(tls_open(&with.tls, 1000), rc);
    }
    CHECK_INT(with.peer.got_len, 0);
    with_stop();
}
