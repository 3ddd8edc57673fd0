/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_resume.h"
#if TLS_RESUME
#include <mbedtls/md.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

#include <string.h>

/* RFC 8446 section 4.6.1: no ticket lives longer; where a server of TLS 1.2 says nothing, a day. */
enum { LIFETIME_MAX_S = 7 * 86400, LIFETIME_S = 86400 };

/* -------------------------------------------------------------------------------- the binding */

/* Each part with its length, so that no two lists of parts are the same octets. */
static int add_len(mbedtls_md_context_t *md, size_t len)
{
    uint8_t octets[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                         (uint8_t)len};
    return mbedtls_md_update(md, octets, sizeof octets);
}

static int add(mbedtls_md_context_t *md, const void *bytes, size_t len)
{
    int rc = add_len(md, len);
    return rc == 0 && len != 0 ? mbedtls_md_update(md, bytes, len) : rc;
}

static int add_source(mbedtls_md_context_t *md, struct nango_tls *tls, const struct nango_source *s)
{
    uint8_t window[256];
    if (s->read_at == NULL) {
        return add(md, s->mem, s->len);
    }
    int rc = add_len(md, s->len);
    for (size_t off = 0, len; rc == 0 && off < s->len; off += len) {
        len = s->len - off < sizeof window ? s->len - off : sizeof window;
        rc = s->read_at(s->ctx, off, window, len);
        if (rc != 0) {
            tls->fault = NANGO_E_SOURCE;
            tls->cause = rc;
        } else {
            rc = mbedtls_md_update(md, window, len);
        }
    }
    return rc;
}

static int add_all(mbedtls_md_context_t *md, struct nango_tls *tls, const char *host, uint16_t port)
{
    const struct nango_trust *trust = &tls->settings.trust;
    int rc = mbedtls_md_starts(md);
    rc = rc == 0 ? add(md, host, strlen(host)) : rc;
    rc = rc == 0 ? add_len(md, port) : rc;
    rc = rc == 0 ? add(md, trust->pins, trust->pins_len * sizeof *trust->pins) : rc;
    rc = rc == 0 ? add(md, tls->settings.client_cert.der, tls->settings.client_cert.len) : rc;
    rc = rc == 0 ? add_source(md, tls, &trust->bundle) : rc;
    for (size_t i = 0; rc == 0 && i < trust->roots_len; i++) {
        rc = add(md, trust->roots[i].der, trust->roots[i].len);
    }
    return rc;
}

static int bind(struct tls_resume *r, struct nango_tls *tls, const char *host, uint16_t port)
{
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    int rc = mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 0);
    rc = rc == 0 ? add_all(&md, tls, host, port) : rc;
    rc = rc == 0 ? mbedtls_md_finish(&md, r->binding) : rc;
    mbedtls_md_free(&md);
    r->bound = rc == 0;
    return rc;
}

/* -------------------------------------------------------------------------------- the session */

static void drop(mbedtls_ssl_session *session)
{
    if (session != NULL) {
        mbedtls_ssl_session_free(session);
        mbedtls_free(session);
    }
}

void tls_resume_forget(struct nango_tls *tls)
{
    struct tls_shared *shared = tls->state;
    drop(shared->kept.session);
    shared->kept.session = NULL;
}

/* A clock that went back knows nothing of what has been since. */
static int is_in_time(const struct tls_kept *kept, const struct nango_tls *tls)
{
    int known;
    uint64_t now = tls_platform_time(tls, &known);
    return known && kept->since <= now && now < kept->until;
}

int tls_resume_offer(struct tls_resume *r, struct nango_tls *tls, const char *host, uint16_t port,
                     mbedtls_ssl_context *ssl)
{
    struct tls_kept *kept = &((struct tls_shared *)tls->state)->kept;
    if (!tls->settings.keep_session) {
        return 0;
    }
    int rc = bind(r, tls, host, port);
    if (rc != 0 || kept->session == NULL ||
        memcmp(kept->binding, r->binding, sizeof r->binding) != 0) {
        return rc;
    }
    if (is_in_time(kept, tls)) {
        rc = mbedtls_ssl_set_session(ssl, kept->session);
        /* Another configuration's (a suite that is not offered any more) is refused: then as if
         * there were none. */
        r->until = rc == 0 ? kept->until : 0;
        rc = rc == MBEDTLS_ERR_SSL_BAD_INPUT_DATA ? 0 : rc;
#if defined(MBEDTLS_SSL_RECORD_SIZE_LIMIT)
        /* What was granted then is not granted now. */
        ssl->MBEDTLS_PRIVATE(session_negotiate)->MBEDTLS_PRIVATE(record_size_limit) = 0;
#endif
    }
    tls_resume_forget(tls);
    return rc;
}

static int can_resume(const struct tls_resume *r, const mbedtls_ssl_session *session)
{
    if (session->MBEDTLS_PRIVATE(ticket_len) > NANGO_SESSION_TICKET_MAX) {
        return 0;
    }
    /* RFC 8446 appendix C.4: each ticket once. */
    return session->MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_3
               ? r->fresh && session->MBEDTLS_PRIVATE(ticket_len) != 0
               : (session->MBEDTLS_PRIVATE(ticket_len) | session->MBEDTLS_PRIVATE(id_len)) != 0;
}

/* What the next handshake does not need: who the server is, the session stands for; and with the
 * secrets of TLS 1.3 what this connection has carried could be read. */
static void drop_rest(mbedtls_ssl_session *session)
{
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    mbedtls_platform_zeroize(&session->MBEDTLS_PRIVATE(app_secrets),
                             sizeof session->MBEDTLS_PRIVATE(app_secrets));
#endif
#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
    mbedtls_x509_crt *crt = session->MBEDTLS_PRIVATE(peer_cert);
    if (crt != NULL) {
        mbedtls_x509_crt_free(crt);
        mbedtls_free(crt);
    }
    session->MBEDTLS_PRIVATE(peer_cert) = NULL;
#endif
    (void)session;
}

void tls_resume_keep(const struct tls_resume *r, struct nango_tls *tls, mbedtls_ssl_context *ssl,
                     uint64_t judged)
{
    mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session);
    int known;
    uint64_t now = tls_platform_time(tls, &known);
    if (!r->bound || !known || session == NULL || !can_resume(r, session)) {
        return;
    }
    uint32_t lifetime = session->MBEDTLS_PRIVATE(ticket_lifetime);
    lifetime = lifetime == 0 ? LIFETIME_S : lifetime > LIFETIME_MAX_S ? LIFETIME_MAX_S : lifetime;
    /* Short handshakes do not lengthen what a full one has given. */
    uint64_t until = judged != 0 ? judged : r->until;
    tls_resume_forget(tls);
    struct tls_kept *kept = &((struct tls_shared *)tls->state)->kept;
    memcpy(kept->binding, r->binding, sizeof kept->binding);
    kept->since = now;
    kept->until = until < now + lifetime ? until : now + lifetime;
    kept->session = session;
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    /* Where the ticket came before the time was known. */
    mbedtls_ms_time_t *came = &session->MBEDTLS_PRIVATE(ticket_reception_time);
    *came = *came < (mbedtls_ms_time_t)(now - 3600) * 1000 ? (mbedtls_ms_time_t)now * 1000 : *came;
#endif
    ssl->MBEDTLS_PRIVATE(session) = NULL;
    drop_rest(session);
}
#endif
#endif
