/* SPDX-License-Identifier: MIT */
#include "tls.h"
#include "tls_session.h"
#include "tls_shared.h"
#include "tls_turn.h"

/* ------------------------------------------------------------------------------- for everybody */

static int has_trust(const struct nango_trust *trust)
{
    return trust->roots_len != 0 || trust->bundle.mem != NULL || trust->bundle.read_at != NULL;
}

/* Without memory and without trust there is only plain http. */
static int is_secure(const struct nango_tls_settings *s)
{
    return s->arena != NULL || has_trust(&s->trust);
}

int nango_tls_init(struct nango_tls *tls, const struct nango_tls_settings *settings)
{
    *tls = (struct nango_tls){.settings = *settings};
    if (settings->entropy == NULL) {
        return NANGO_E_SETTINGS;
    }
    if (NANGO_TLS && is_secure(settings)) {
        tls->cause = tls_turn_init();
        return tls->cause == 0 ? tls_shared_init(tls) : NANGO_E_SETTINGS;
    }
    return 0;
}

void nango_tls_trust(struct nango_tls *tls, const struct nango_trust *trust)
{
    tls->settings.trust = *trust;
}

void nango_tls_free(struct nango_tls *tls)
{
    if (NANGO_TLS && tls->state != NULL) {
        tls_shared_free(tls);
    }
    *tls = (struct nango_tls){.state = NULL};
}

static int random_bytes(struct nango_tls *shared, void *buf, size_t len)
{
    if (NANGO_TLS && shared->state != NULL) {
        return tls_shared_random(shared, buf, len);
    }
    shared->cause = shared->settings.entropy(shared->settings.ctx, buf, len);
    return shared->cause == 0 ? 0 : NANGO_E_TLS_ENTROPY;
}

int tls_random(struct nango_tls *shared, void *buf, size_t len)
{
    int turns = NANGO_TLS && is_secure(&shared->settings);
    int rc = turns ? tls_turn_take() : 0;
    if (rc == 0) {
        rc = random_bytes(shared, buf, len);
        if (turns) {
            tls_turn_end();
        }
    }
    return rc;
}

/* -------------------------------------------------------------------------- a plain connection */

int16_t tls_port_error(struct tls *t, int rc)
{
    t->cause = rc;
    switch (rc) {
    case NANGO_PORT_NO_NAME: return NANGO_E_NO_NAME;
    case NANGO_PORT_UNREACHABLE: return NANGO_E_UNREACHABLE;
    case NANGO_PORT_RESET: return NANGO_E_RESET;
    default: return NANGO_E_PORT;
    }
}

static int plain_send(struct tls *t, const void *buf, size_t len)
{
    int rc = t->port->net_send(t->port_ctx, buf, len);
    if (rc < 0) {
        t->broken = tls_port_error(t, rc);
        rc = 0;
    }
    t->want = NANGO_WRITE;
    return rc;
}

static int plain_recv(struct tls *t, void *buf, size_t cap)
{
    int rc = t->port->net_recv(t->port_ctx, buf, cap);
    t->want = NANGO_READ;
    if (rc == NANGO_PORT_FIN) {
        return TLS_END;
    }
    return rc < 0 ? tls_port_error(t, rc) : rc;
}

/* ------------------------------------------------------------------------------ the connection */

static int fail(struct tls *t, int error)
{
    t->state = TLS_FAILED;
    t->end = (int16_t)error;
    return error;
}

/* What can be said before anything is opened. */
static int start(struct tls *t)
{
    t->cause = 0;
    t->state = TLS_OPENING;
    if (t->plain) {
        return 0;
    }
    if (!NANGO_TLS || !has_trust(&t->shared->settings.trust)) {
        return NANGO_E_SETTINGS;
    }
    return tls_session_check(t);
}

/* TCP is open: 1 for ready, 0 for a handshake that has begun. */
static int opened(struct tls *t)
{
    int rc = NANGO_TLS && !t->plain ? tls_session_start(t) : 1;
    t->state = rc > 0 ? TLS_READY : TLS_HANDSHAKE;
    return rc;
}

static int take_turn(struct tls *t)
{
    int rc = NANGO_TLS && !t->plain ? tls_turn_take() : 0;
    t->cause = rc == 0 ? t->cause : 0;
    return rc;
}

static void end_turn(const struct tls *t)
{
    if (NANGO_TLS && !t->plain) {
        tls_turn_end();
    }
}

static int open_step(struct tls *t, uint32_t share_ms)
{
    int rc;
    switch (t->state) {
    case TLS_OPENING:
        t->opened = 1;
        t->want = NANGO_WRITE;
        rc = t->port->net_open(t->port_ctx, t->host, t->tcp_port, share_ms);
        if (rc <= 0) {
            return rc < 0 ? tls_port_error(t, rc) : 0;
        }
        rc = opened(t);
        if (rc != 0) {
            return rc;
        } /* fall through */
    case TLS_HANDSHAKE:
        rc = NANGO_TLS ? tls_session_handshake(t) : NANGO_E_SETTINGS;
        t->state = rc > 0 ? TLS_READY : TLS_HANDSHAKE;
        return rc;
    case TLS_FAILED: return t->end;
    default: return 1;
    }
}

int tls_open(struct tls *t, uint32_t share_ms)
{
    int rc = take_turn(t);
    if (rc == 0) {
        rc = t->state == TLS_CLOSED ? start(t) : 0;
        if (rc == 0) {
            rc = open_step(t, share_ms);
        }
        end_turn(t);
    }
    return rc < 0 ? fail(t, rc) : rc;
}

int tls_send(struct tls *t, const void *buf, size_t len)
{
    if (t->broken != 0 && t->end != 0) {
        return t->broken;
    }
    if (t->state == TLS_FAILED) {
        return t->end;
    }
    int rc = t->broken == 0 ? take_turn(t) : 0;
    if (t->broken == 0 && rc == 0) {
        rc = NANGO_TLS && !t->plain ? tls_session_send(t, buf, len) : plain_send(t, buf, len);
        end_turn(t);
    }
    if (t->broken != 0) {
        t->want = NANGO_READ;
        rc = 0;
    }
    return rc < 0 ? fail(t, rc) : rc;
}

int tls_recv(struct tls *t, void *buf, size_t cap)
{
    if (t->end != 0) {
        return t->end;
    }
    int rc = take_turn(t);
    if (rc == 0) {
        rc = NANGO_TLS && !t->plain ? tls_session_recv(t, buf, cap) : plain_recv(t, buf, cap);
        end_turn(t);
    }
    if (rc == TLS_END || rc == TLS_CUT) {
        t->end = (int16_t)rc;
        return rc;
    }
    return rc < 0 ? fail(t, rc) : rc;
}

void tls_learn_time(struct tls *t, uint64_t date)
{
    if (NANGO_TLS && !t->plain && date >= t->shared->settings.floor_time && take_turn(t) == 0) {
        t->shared->learned = date;
        t->shared->learned_ms = t->port->uptime_ms(t->port_ctx);
        end_turn(t);
    }
}

void tls_close(struct tls *t)
{
    if (NANGO_TLS && t->session != NULL && take_turn(t) == 0) {
        tls_session_close(t);
        end_turn(t);
    }
    t->session = NULL; /* whoever had no turn leaves its memory, until nango_tls_free */
    if (t->opened) {
        t->port->net_close(t->port_ctx);
    }
    t->broken = 0;
    t->end = 0;
    t->state = TLS_CLOSED;
    t->opened = 0;
    t->unsent = 0;
    t->pending = 0;
}
