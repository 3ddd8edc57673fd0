/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "nango_session.h"
#include "tls_resume.h"
#if TLS_RESUME
#include "tls_turn.h"

#include <mbedtls/md.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

#include <string.h>

/* What is saved: these, Mbed TLS's own form (which names its version and configuration), and a
 * part of a SHA-256 of all that, against storage that forgets. */
struct head {
    char magic[8];
    uint8_t since[8], until[8];
    uint8_t binding[32];
};
enum { SUM_LEN = 16 };

static const char magic[8] = {'n', 'a', 'n', 'g', 'o', '-', 's', '1'};

static void put(uint8_t to[8], uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        to[i] = (uint8_t)(number >> (56 - 8 * i));
    }
}

static uint64_t get(const uint8_t from[8])
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        number = number << 8 | from[i];
    }
    return number;
}

static int sum_of(const void *bytes, size_t len, uint8_t sum[32])
{
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), bytes, len, sum);
}

static size_t save(const struct tls_kept *kept, uint8_t *buf, size_t cap)
{
    struct head head;
    uint8_t sum[32];
    size_t most = sizeof head + SUM_LEN, len = 0;
    if (kept->session == NULL || cap < most ||
        mbedtls_ssl_session_save(kept->session, buf + sizeof head, cap - most, &len) != 0) {
        return 0;
    }
    memcpy(head.magic, magic, sizeof magic);
    put(head.since, kept->since);
    put(head.until, kept->until);
    memcpy(head.binding, kept->binding, sizeof head.binding);
    memcpy(buf, &head, sizeof head);
    len += sizeof head;
    if (sum_of(buf, len, sum) != 0) {
        mbedtls_platform_zeroize(buf, len);
        return 0;
    }
    memcpy(buf + len, sum, SUM_LEN);
    return len + SUM_LEN;
}

static int load(struct nango_tls *tls, const uint8_t *buf, size_t len)
{
    struct tls_kept *kept = &((struct tls_shared *)tls->state)->kept;
    struct head head;
    uint8_t sum[32];
    if (len < sizeof head + SUM_LEN || sum_of(buf, len - SUM_LEN, sum) != 0 ||
        memcmp(sum, buf + len - SUM_LEN, SUM_LEN) != 0) {
        return 0;
    }
    memcpy(&head, buf, sizeof head);
    mbedtls_ssl_session *session = mbedtls_calloc(1, sizeof *session);
    if (memcmp(head.magic, magic, sizeof magic) != 0 || session == NULL) {
        mbedtls_free(session);
        return 0;
    }
    tls_resume_forget(tls);
    mbedtls_ssl_session_init(session);
    kept->session = session;
    kept->since = get(head.since);
    kept->until = get(head.until);
    memcpy(kept->binding, head.binding, sizeof kept->binding);
    if (mbedtls_ssl_session_load(session, buf + sizeof head, len - sizeof head - SUM_LEN) != 0) {
        tls_resume_forget(tls);
        return 0;
    }
    return 1;
}

size_t nango_session_save(struct nango_tls *tls, void *buf, size_t cap)
{
    size_t len = 0;
    if (tls_turn_take() == 0) {
        len = tls->state != NULL ? save(&((struct tls_shared *)tls->state)->kept, buf, cap) : 0;
        tls_turn_end();
    }
    return len;
}

int nango_session_load(struct nango_tls *tls, const void *buf, size_t len)
{
    int rc = 0;
    if (tls_turn_take() == 0) {
        rc = tls->state != NULL && tls->settings.keep_session && load(tls, buf, len);
        tls_turn_end();
    }
    return rc;
}

void nango_session_forget(struct nango_tls *tls)
{
    if (tls_turn_take() == 0) {
        if (tls->state != NULL) {
            tls_resume_forget(tls);
        }
        tls_turn_end();
    }
}
#endif
#endif
