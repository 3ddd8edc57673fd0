/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_session.h"
#include "tls_hello.h"
#include "tls_platform.h"
#include "tls_resume.h"
#include "tls_roots.h"
#include "tls_shared.h"
#include "tls_trust.h"

#include <mbedtls/error.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>
#include <string.h>

/* What one step may ask the port for, so that a peer that sends without end what is no answer
 * (alerts, empty records) cannot keep the caller from its clock. */
#define RECV_CALLS 64

/* A handshake is shorter; a peer whose is not goes on without end. */
#define HANDSHAKE_MAX 65536

struct session {
    mbedtls_ssl_context ssl;
    struct tls_judge judge;
    struct tls_hello hello;
    struct tls_resume resume;
    const uint8_t *held; /* t->unsent octets of a record, in Mbed TLS's buffer */
    int port_end;        /* the port's last word on reading; 0: none yet */
#if defined(MBEDTLS_ECP_RESTARTABLE)
    mbedtls_x509_crt *roots;
#endif
    uint8_t ready;      /* the handshake is over */
    uint8_t faulty;     /* memory or entropy failed */
    uint8_t dry;        /* the port had nothing more */
    uint8_t calls;      /* of net_recv that this step may still make */
    uint32_t handshake; /* octets of it that have come */
};

/* ------------------------------------------------------------------------------------ the wire */

/* Gives the port what it takes of a record. Returns how much is left. */
static size_t push(struct tls *t, const uint8_t *bytes, size_t len)
{
    while (len > 0 && t->broken == 0) {
        int rc = t->port->net_send(t->port_ctx, bytes, len);
        if (rc == 0) {
            return len;
        }
        if (rc < 0) {
            t->broken = tls_port_error(t, rc);
            break;
        }
        bytes += rc;
        len -= (size_t)rc;
    }
    return 0; /* also where the way out is broken: then nobody waits for the rest */
}

/* In the handshake the rest of a record is Mbed TLS's to send again. Later it is ours: for Mbed
 * TLS it has left, so that no reading ever waits for it (a ticket that comes while the way out
 * is stopped would), and no writing mistakes it for something else. Its octets stay in Mbed
 * TLS's buffer, until the next record: which nothing may write before they are gone. */
static int net_send(void *ctx, const unsigned char *buf, size_t len)
{
    struct tls *t = ctx;
    struct session *s = t->session;
    if (s->ready && t->unsent != 0) { /* it answers an offer of renegotiation, over a record */
        t->broken = NANGO_E_TLS_BROKEN;
        t->cause = MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
        t->unsent = 0;
    }
    size_t left = push(t, buf, len);
    if (!s->ready) {
        return left == len ? MBEDTLS_ERR_SSL_WANT_WRITE : (int)(len - left);
    }
    s->held = buf + (len - left);
    t->unsent = (uint16_t)left; /* a record is shorter */
    return (int)len;
}

static int net_recv(void *ctx, unsigned char *buf, size_t cap)
{
    struct tls *t = ctx;
    struct session *s = t->session;
    if (s->calls == 0) {
        s->dry = 1;
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    s->calls--;
    int rc = t->port->net_recv(t->port_ctx, buf, cap);
    if (rc > 0) {
        tls_hello_feed(&s->hello, buf, (size_t)rc);
        s->handshake += s->ready ? 0 : (uint32_t)rc;
        return s->handshake <= HANDSHAKE_MAX ? rc : MBEDTLS_ERR_SSL_UNEXPECTED_RECORD;
    }
    s->dry = rc == 0;
    s->port_end = rc;
    return rc == 0                ? MBEDTLS_ERR_SSL_WANT_READ
           : rc == NANGO_PORT_FIN ? 0
                                  : MBEDTLS_ERR_SSL_CONN_EOF;
}

/* ------------------------------------------------------------------------------------ failures */

/* The port's last word, in the handshake: a server that hangs up in it may not do so again. */
static int ended(struct tls *t)
{
    int rc = ((struct session *)t->session)->port_end;
    return tls_port_error(t, rc == NANGO_PORT_FIN ? NANGO_PORT_RESET : rc);
}

/* The error that Mbed TLS's code stands for. */
static int failure(struct tls *t, int rc)
{
    struct session *s = t->session;
    uint32_t flags;
    if (t->shared->fault != 0) {
        s->faulty = 1;
        t->cause = t->shared->fault == NANGO_E_TLS_ARENA ? rc : t->shared->cause;
        return t->shared->fault;
    }
    if (rc == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
        t->cause = s->ssl.MBEDTLS_PRIVATE(in_msg)[1];
        return t->cause == MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION ? NANGO_E_TLS_VERSION
                                                                  : NANGO_E_TLS_ALERT;
    }
    if (t->broken != 0) {
        return t->broken; /* with its cause */
    }
    if (rc == MBEDTLS_ERR_SSL_CONN_EOF) {
        return ended(t);
    }
    t->cause = rc;
    switch (rc) {
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
    case MBEDTLS_ERR_SSL_BAD_CERTIFICATE:
        flags = mbedtls_ssl_get_verify_result(&s->ssl);
        t->cause = flags != 0 ? (int)flags : rc;
        return tls_trust_error(flags);
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION: return NANGO_E_TLS_VERSION;
    case MBEDTLS_ERR_X509_FATAL_ERROR: /* more certificates than MBEDTLS_X509_MAX_INTERMEDIATE_CA */
    case MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL: return NANGO_E_TLS_RECORD;
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:
        if (s->ssl.MBEDTLS_PRIVATE(in_left) != 0) { /* a header was read, its record does not fit */
            return NANGO_E_TLS_RECORD;
        }
        break;
    default: break;
    }
    if (tls_platform_no_memory(rc)) {
        return NANGO_E_TLS_ARENA;
    }
    switch (-rc & 0xff80) { /* a certificate that cannot be read */
    case -MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG:
    case -MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case -MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE: return NANGO_E_TLS_WEAK;
    /* Among them critical ones that nobody here knows: for what it may be used, they say. */
    case -MBEDTLS_ERR_X509_INVALID_EXTENSIONS: return NANGO_E_TLS_USAGE;
    default: break;
    }
    if (rc <= MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE && rc >= MBEDTLS_ERR_X509_FATAL_ERROR) {
        return NANGO_E_TLS_ROOT;
    }
    return s->ready ? NANGO_E_TLS_BROKEN : NANGO_E_TLS_HANDSHAKE;
}

/* --------------------------------------------------------------------------------- the session */

/* The time that was learned goes on. (Without a division of 64 bits, 700 bytes of libgcc.) */
static void pass_time(struct nango_tls *tls, uint64_t uptime_ms)
{
    enum { DAY_S = 86400 };
    for (; uptime_ms > tls->learned_ms + DAY_S * 1000; tls->learned_ms += DAY_S * 1000) {
        tls->learned += DAY_S;
    }
    if (uptime_ms > tls->learned_ms) {
        uint32_t seconds = (uint32_t)(uptime_ms - tls->learned_ms) / 1000;
        tls->learned += seconds;
        tls->learned_ms += seconds * 1000;
    }
}

static void begin_step(struct tls *t)
{
    t->shared->fault = 0;
    if (t->shared->learned != 0) {
        pass_time(t->shared, t->port->uptime_ms(t->port_ctx));
    }
    if (t->session != NULL) {
        ((struct session *)t->session)->calls = RECV_CALLS;
    }
}

int tls_session_check(struct tls *t)
{
    int known;
    begin_step(t);
    if (tls_platform_time(t->shared, &known) == 0) {
        return NANGO_E_TLS_CLOCK;
    }
    int rc = tls_shared_reseed(t->shared);
    t->cause = rc == 0 ? 0 : t->shared->cause;
    return rc;
}

/* Where a step of the handshake is to be short: see tls_roots_all. */
#if defined(MBEDTLS_ECP_RESTARTABLE)
static int take_roots(struct tls *t)
{
    struct session *s = t->session;
    struct tls_shared *shared = t->shared->state;
    int all = t->shared->settings.trust.bundle.len == 0;
    mbedtls_ssl_conf_ca_cb(&shared->conf, all ? NULL : tls_roots_find, t->shared);
    int rc = all ? tls_roots_all(t->shared, &s->roots) : 0;
    mbedtls_ssl_set_hs_ca_chain(&s->ssl, s->roots, NULL);
    return rc;
}

static void give_roots_back(struct session *s)
{
    if (s->roots != NULL) {
        mbedtls_x509_crt_free(s->roots);
        mbedtls_free(s->roots);
    }
}
#else
#define take_roots(t) 0
#define give_roots_back(s) ((void)0)
#endif

int tls_session_start(struct tls *t)
{
    begin_step(t);
    int rc = tls_shared_enter(t->shared);
    if (rc != 0) {
        return rc;
    }
    struct session *s = mbedtls_calloc(1, sizeof *s);
    if (s == NULL) {
        tls_shared_leave(t->shared, 1);
        return NANGO_E_TLS_ARENA;
    }
    t->session = s;
    mbedtls_ssl_init(&s->ssl);
    tls_hello_init(&s->hello);
    s->judge.tls = t->shared;
    s->judge.host = t->host;
    s->judge.address_len = (uint8_t)mbedtls_x509_crt_parse_cn_inet_pton(t->host, s->judge.address);
    const struct tls_shared *shared = t->shared->state;
    rc = mbedtls_ssl_setup(&s->ssl, &shared->conf);
    if (rc == 0) {
        /* An address is never sent as a name (RFC 6066 section 3); tls_trust_judge compares it. */
        rc = mbedtls_ssl_set_hostname(&s->ssl, s->judge.address_len != 0 ? NULL : t->host);
    }
    mbedtls_ssl_set_verify(&s->ssl, tls_trust_judge, &s->judge);
    mbedtls_ssl_set_bio(&s->ssl, t, net_send, net_recv, NULL);
    rc = rc == 0 ? take_roots(t) : rc;
    if (rc == 0) {
        rc = tls_resume_offer(&s->resume, t->shared, t->host, t->tcp_port, &s->ssl);
    }
    return rc == 0 ? 0 : failure(t, rc);
}

/* Will the server send only records that fit? */
static int are_records_granted(const struct session *s)
{
#if !TLS_SMALL_RECORDS
    (void)s;
    return 1;
#elif defined(MBEDTLS_SSL_PROTO_TLS1_2) /* it is the version then: see configure */
    return (s->hello.seen & TLS_HELLO_MAX_FRAGMENT_LENGTH) != 0;
#else
    return s->ssl.MBEDTLS_PRIVATE(session)->MBEDTLS_PRIVATE(record_size_limit) != 0;
#endif
}

/* Does what was agreed on do? 0 or an error. */
static int check_agreed(const struct session *s)
{
    if (mbedtls_ssl_get_version_number(&s->ssl) == MBEDTLS_SSL_VERSION_TLS1_2 &&
        !(s->hello.seen & TLS_HELLO_EXTENDED_MASTER_SECRET)) {
        return NANGO_E_TLS_SECRET;
    }
    return are_records_granted(s) ? 0 : NANGO_E_TLS_RECORD;
}

/* Without certificates, as the session that was offered allows. */
static int is_short(const struct session *s)
{
    return TLS_RESUME && s->resume.until != 0 && s->judge.until == 0;
}

/* Did the peer refuse because of the session that was offered? The next attempt has none: the error
 * is one that passes. */
static int is_stumble(const struct session *s, int error)
{
    return is_short(s) && error <= NANGO_E_TLS_HANDSHAKE && error >= NANGO_E_TLS_SECRET &&
           error != NANGO_E_TLS_ARENA && error != NANGO_E_TLS_ENTROPY;
}

int tls_session_handshake(struct tls *t)
{
    struct session *s = t->session;
    begin_step(t);
    int rc = mbedtls_ssl_handshake_step(&s->ssl);
    if (t->shared->fault == 0) {
        switch (rc) {
        case 0:
            if (mbedtls_ssl_is_handshake_over(&s->ssl)) {
                break;
            } /* fall through */
        case MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS: t->want = 0; return 0;
        case MBEDTLS_ERR_SSL_WANT_READ: t->want = NANGO_READ; return 0;
        case MBEDTLS_ERR_SSL_WANT_WRITE: t->want = NANGO_WRITE; return 0;
        default: break;
        }
    }
    rc = rc != 0 || t->shared->fault != 0 ? failure(t, rc) : check_agreed(s);
    if (rc != 0) {
        return is_stumble(s, rc) ? NANGO_E_RESET : rc;
    }
    s->ready = 1;
    t->shared->handshakes++;
    t->shared->resumed += is_short(s) != 0;
    return 1;
}

/* The rest of a record that is on its way. Returns 1 when there is none any more. */
static int push_held(struct tls *t)
{
    struct session *s = t->session;
    size_t left = push(t, s->held, t->unsent);
    s->held += t->unsent - left;
    t->unsent = (uint16_t)left;
    return left == 0;
}

int tls_session_send(struct tls *t, const void *buf, size_t len)
{
    struct session *s = t->session;
    t->want = NANGO_WRITE;
    if (t->unsent != 0 && !push_held(t)) {
        return 0;
    }
    size_t sent = t->pending;
    t->pending = 0;
    if (sent != 0) {
        return (int)sent;
    }
    begin_step(t);
    int rc = mbedtls_ssl_write(&s->ssl, buf, len);
    if (rc <= 0 || t->shared->fault != 0) {
        return failure(t, rc);
    }
    if (t->unsent != 0) {
        t->pending = (uint16_t)rc;
        return 0;
    }
    return rc;
}

int tls_session_recv(struct tls *t, void *buf, size_t cap)
{
    struct session *s = t->session;
    int rc;
    begin_step(t);
    do { /* a ticket, or an alert that is only a warning, is not what was asked for */
        s->dry = 0;
        rc = mbedtls_ssl_read(&s->ssl, buf, cap);
        s->resume.fresh |= rc == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
    } while (t->shared->fault == 0 && (rc == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET ||
                                       (rc == MBEDTLS_ERR_SSL_WANT_READ && !s->dry)));
    if (t->shared->fault != 0) {
        return failure(t, rc);
    }
    if (rc == MBEDTLS_ERR_SSL_WANT_READ) {
        t->want = t->unsent != 0 ? NANGO_READ | NANGO_WRITE : NANGO_READ;
        return 0;
    }
    if (rc == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
        return TLS_END;
    }
    if (rc == 0) {
        return s->port_end == NANGO_PORT_FIN ? TLS_CUT : tls_port_error(t, s->port_end);
    }
    return rc > 0 ? rc : failure(t, rc);
}

void tls_session_close(struct tls *t)
{
    struct session *s = t->session;
    if (t->state == TLS_READY && t->broken == 0 && t->unsent == 0 && t->end != TLS_CUT) {
        mbedtls_ssl_close_notify(&s->ssl);
    }
    int faulty = s->faulty;
    if (t->state == TLS_READY && !faulty) {
        tls_resume_keep(&s->resume, t->shared, &s->ssl, s->judge.until);
    }
    mbedtls_ssl_free(&s->ssl);
    give_roots_back(s);
    mbedtls_platform_zeroize(s, sizeof *s);
    mbedtls_free(s);
    t->session = NULL;
    tls_shared_leave(t->shared, faulty);
}

const mbedtls_x509_crt *tls_session_chain(const struct tls *t)
{
    const struct session *s = t->session;
    return mbedtls_ssl_get_peer_cert(&s->ssl);
}

const char *tls_session_version(const struct tls *t)
{
    const struct session *s = t->session;
    return mbedtls_ssl_get_version(&s->ssl);
}
#endif
