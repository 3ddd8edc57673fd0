/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static int on_name(SSL *ssl, int *alert, void *arg)
{
    struct peer *p = arg;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)alert;
    if (name != NULL) {
        strncpy(p->sni, name, sizeof p->sni - 1);
    }
    return SSL_TLSEXT_ERR_OK;
}

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                   const unsigned char *in, unsigned int in_len, void *arg)
{
    const struct peer *p = arg;
    (void)ssl;
    (void)in;
    (void)in_len;
    *out = (const unsigned char *)p->alpn + 1;
    *out_len = (unsigned char)p->alpn[0];
    return SSL_TLSEXT_ERR_OK;
}

/* RFC 8449, which OpenSSL 3.0 does not know: the client's limit is kept, and the own one said. */
static int on_limit(SSL *ssl, unsigned type, unsigned context, const unsigned char *in,
                    size_t in_len, X509 *x, size_t chain_at, int *alert, void *arg)
{
    (void)type;
    (void)context;
    (void)x;
    (void)chain_at;
    (void)alert;
    (void)arg;
    return in_len == 2 && SSL_set_max_send_fragment(ssl, in[0] << 8 | in[1]);
}

static int say_limit(SSL *ssl, unsigned type, unsigned context, const unsigned char **out,
                     size_t *out_len, X509 *x, size_t chain_at, int *alert, void *arg)
{
    (void)ssl;
    (void)type;
    (void)context;
    (void)x;
    (void)chain_at;
    (void)alert;
    *out = (const unsigned char *)"\x40\x01";
    *out_len = 2;
    return ((const struct peer *)arg)->record_size_limit;
}

static void settle(struct peer *p)
{
    p->ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(p->ctx, 0); /* it shall be as bad as the test wants it */
    SSL_CTX_set_min_proto_version(p->ctx, p->min_version);
    SSL_CTX_set_max_proto_version(p->ctx, p->max_version);
    SSL_CTX_set_options(p->ctx, p->options);
    SSL_CTX_set_num_tickets(p->ctx, p->tickets < 0 ? 0 : p->tickets == 0 ? 2 : (size_t)p->tickets);
    SSL_CTX_set_tlsext_servername_callback(p->ctx, on_name);
    SSL_CTX_set_tlsext_servername_arg(p->ctx, p);
    if (p->suites != NULL && !SSL_CTX_set_cipher_list(p->ctx, p->suites)) {
        abort();
    }
    if (p->alpn != NULL) {
        SSL_CTX_set_alpn_select_cb(p->ctx, on_alpn, p);
    }
    if (p->record_size_limit) {
        SSL_CTX_add_custom_ext(p->ctx, 28,
                               SSL_EXT_CLIENT_HELLO | SSL_EXT_TLS1_3_ENCRYPTED_EXTENSIONS,
                               say_limit, NULL, p, on_limit, NULL);
    }
    if (p->client_root != NULL) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(p->ctx), p->client_root->x509);
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(p->ctx), CERT_NOW);
        SSL_CTX_set_verify(p->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    if (!SSL_CTX_use_certificate(p->ctx, p->chain[0]->x509) ||
        !SSL_CTX_use_PrivateKey(p->ctx, p->chain[0]->key)) {
        abort();
    }
    for (int i = 1; p->chain[i] != NULL; i++) {
        SSL_CTX_add1_chain_cert(p->ctx, p->chain[i]->x509);
    }
}

static void start(struct peer *p)
{
    if (p->ctx == NULL) {
        settle(p);
    }
    if (p->confused) { /* OpenSSL's way to say that the server's author forgot something */
        SSL_CTX_set_verify(p->ctx, SSL_VERIFY_PEER, NULL);
    }
    p->ssl = SSL_new(p->ctx);
    p->in = BIO_new(BIO_s_mem());
    p->out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(p->in, -1);
    BIO_set_mem_eof_return(p->out, -1);
    SSL_set_bio(p->ssl, p->in, p->out);
    SSL_set_accept_state(p->ssl);
}

static void failed(struct peer *p, int rc)
{
    int error = SSL_get_error(p->ssl, rc);
    if (error == SSL_ERROR_ZERO_RETURN) {
        p->got_close_notify = 1;
    } else if (error != SSL_ERROR_WANT_READ) {
        p->error = 1;
        p->ended = 1; /* it hangs up, after its alert */
    }
    ERR_clear_error();
}

/* Goes on as far as it can. */
static void work(struct peer *p)
{
    int rc = SSL_is_init_finished(p->ssl) ? 1 : SSL_do_handshake(p->ssl);
    if (rc <= 0) {
        failed(p, rc);
        return;
    }
    while (p->got_len < sizeof p->got &&
           (rc = SSL_read(p->ssl, p->got + p->got_len, (int)(sizeof p->got - p->got_len))) > 0) {
        p->got_len += (size_t)rc;
    }
    if (rc <= 0) {
        failed(p, rc);
    }
    if (p->renegotiates == 1 && p->got_len > 0) {
        p->renegotiates = 2;
        SSL_renegotiate(p->ssl);
        SSL_do_handshake(p->ssl); /* HelloRequest */
    }
    if (!p->answered && p->answer != NULL && (p->answer_at_once || p->got_len >= p->answer_after)) {
        p->answered = 1;
        SSL_write(p->ssl, p->answer, (int)p->answer_len);
        if (p->ends == 1) {
            SSL_shutdown(p->ssl);
        }
        p->ended |= p->ends != 0;
    }
}

static int net_open(void *ctx, const char *host, uint16_t port, uint32_t share_ms)
{
    struct peer *p = ctx;
    (void)host;
    (void)port;
    (void)share_ms;
    p->calls++;
    if (p->slow && p->calls % 2) {
        return 0;
    }
    p->opened++;
    start(p);
    return 1;
}

static size_t portion(struct peer *p, size_t len)
{
    p->calls++;
    if (p->slow && p->calls % 2) {
        return 0;
    }
    return p->step != 0 && p->step < len ? p->step : len;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct peer *p = ctx;
    size_t n = portion(p, len);
    if (p->resets && p->error) {
        return NANGO_PORT_RESET;
    }
    if (p->reset_at != 0 && p->sent + n > p->reset_at) {
        n = p->reset_at - p->sent;
        if (n == 0) {
            return NANGO_PORT_RESET;
        }
    }
    if (p->stop_at != 0 && p->sent + n > p->stop_at) {
        n = p->stop_at - p->sent;
    }
    if (n > 0) {
        BIO_write(p->in, buf, (int)n);
        p->sent += n;
        work(p);
    }
    return (int)n;
}

static int net_recv(void *ctx, void *buf, size_t cap)
{
    struct peer *p = ctx;
    int cut = p->cut_at != 0 && p->received >= p->cut_at;
    if (cut || (p->ended && BIO_pending(p->out) == 0)) {
        return p->vanish ? NANGO_PORT_RESET : NANGO_PORT_FIN;
    }
    size_t n = portion(p, cap);
    if (p->cut_at != 0 && n > p->cut_at - p->received) {
        n = p->cut_at - p->received;
    }
    int rc = n > 0 ? BIO_read(p->out, buf, (int)n) : 0;
    if (rc <= 0) {
        return 0;
    }
    if (p->received + (size_t)rc <= sizeof p->wire) {
        memcpy(p->wire + p->received, buf, (size_t)rc);
    }
    if (p->flip_at != 0 && p->flip_at >= p->received && p->flip_at < p->received + (size_t)rc) {
        ((unsigned char *)buf)[p->flip_at - p->received] ^= 1;
    }
    p->received += (size_t)rc;
    return rc;
}

static void net_close(void *ctx)
{
    struct peer *p = ctx;
    p->closed++;
}

static void wait(void *ctx, int events, uint32_t ms)
{
    (void)ctx;
    (void)events;
    (void)ms;
}

static uint64_t uptime_ms(void *ctx)
{
    return ((const struct peer *)ctx)->uptime_ms;
}

const struct nango_port peer_port = {net_open, net_send, net_recv, net_close, wait, uptime_ms};

void peer_next(struct peer *p)
{
    SSL_free(p->ssl);
    p->ssl = NULL;
    if (!p->remembers) {
        SSL_CTX_free(p->ctx);
        p->ctx = NULL;
    }
    p->got_len = 0;
    p->sent = 0;
    p->received = 0;
    p->answered = 0;
    p->ended = 0;
    p->error = 0;
}

int peer_resumed(const struct peer *p)
{
    return SSL_session_reused(p->ssl);
}

void peer_free(struct peer *p)
{
    SSL_free(p->ssl);
    SSL_CTX_free(p->ctx);
    p->ssl = NULL;
    p->ctx = NULL;
}
