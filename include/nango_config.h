/* SPDX-License-Identifier: MIT
 *
 * nango_config.h: the compile-time choices, all of them, with their defaults. Override one with
 * -DNAME=value, or all of them with -DNANGO_CONFIG_FILE='"my_config.h"'. Each is a size or leaves
 * something out; none changes a rule.
 */
#ifndef NANGO_CONFIG_H
#define NANGO_CONFIG_H

#include <stdint.h>

#ifdef NANGO_CONFIG_FILE
#include NANGO_CONFIG_FILE
#endif

/* 1: TLS by Mbed TLS. 0: no TLS at all; only plain http is left, for a stack that does TLS below
 * the port. */
#ifndef NANGO_TLS
#define NANGO_TLS 1
#endif

/* 1: threads that share a struct nango_tls take turns in it, each for a step of nango_poll (which
 * may be a long one: see the README on watchdogs). Mbed TLS must then have MBEDTLS_THREADING_C,
 * with MBEDTLS_THREADING_ALT or _PTHREAD; without, a call that meets another thread inside of TLS
 * ends with NANGO_E_BUSY. 0: for a program with one thread. */
#ifndef NANGO_THREADS
#define NANGO_THREADS 1
#endif

/* 1: a TLS session can be kept for a short handshake with the same server: nango_session.h. 0: no,
 * which saves 4 KB of flash with TLS 1.2, 7 KB with 1.3. */
#ifndef NANGO_SESSION
#define NANGO_SESSION 1
#endif

/* The longest ticket that is kept, in bytes: 200 are usual. */
#ifndef NANGO_SESSION_TICKET_MAX
#define NANGO_SESSION_TICKET_MAX 1024
#endif

/* Where Mbed TLS is built with MBEDTLS_ECP_RESTARTABLE (TLS 1.2 with ECDSA): the arithmetic that a
 * nango_poll may do before it returns, in Mbed TLS's unit, a few thousand instructions each. */
#ifndef NANGO_ECP_OPS
#define NANGO_ECP_OPS 250
#endif

/* 1: nango_tls_settings.client_cert (mTLS) is there. 0: to set it is NANGO_E_SETTINGS; a device
 * that has no certificate of its own saves 1 to 2 KB of flash. */
#ifndef NANGO_CLIENT_CERT
#define NANGO_CLIENT_CERT 1
#endif

/* Room for TLS as boards/host configures Mbed TLS: records of 16 KB in and 4 KB out, TLS 1.2 and
 * 1.3, any chain of public authorities. A device's own: NANGO_ARENA_NEED of nango_arena.h. */
#ifndef NANGO_ARENA_LEN
#define NANGO_ARENA_LEN 65536
#endif

/* The largest arena that is made use of. Above 256 KB each block in it costs 4 bytes more. */
#ifndef NANGO_ARENA_MAX
#if UINTPTR_MAX > 0xffffffff
#define NANGO_ARENA_MAX 0xffffffff
#else
#define NANGO_ARENA_MAX 0x3ffff
#endif
#endif

/* The credentials types that this program can send: a bit mask of 1 << NANGO_OAUTH2 and so on. What
 * is left out costs no flash: `-DNANGO_TYPES=9` is OAUTH2 and API_KEY. */
#ifndef NANGO_TYPES
#define NANGO_TYPES 0x1ff
#endif

/* 1: nango_connection.body (a whole request body, as a source of JSON text) is there, and is
 * checked by the same table. */
#ifndef NANGO_BODY
#define NANGO_BODY 1
#endif

/* 1: these members of a connection can be sent. 0: to give one is NANGO_E_UNKNOWN, with its name,
 * and what it takes to check and to write it costs no flash. */
#ifndef NANGO_METADATA
#define NANGO_METADATA 1 /* metadata and connection_config */
#endif
#ifndef NANGO_TAGS
#define NANGO_TAGS 1 /* tags and end_user.tags */
#endif
#ifndef NANGO_END_USER
#define NANGO_END_USER 1
#endif
#ifndef NANGO_WEBHOOK
#define NANGO_WEBHOOK 1 /* webhook_url_override */
#endif

/* 1: an import without a connection_id gets one, a UUID v4. 0: it is NANGO_E_MISSING. */
#ifndef NANGO_MAKE_ID
#define NANGO_MAKE_ID 1
#endif

/* 1: nango_settings.spread_ms is there. 0: to set it is NANGO_E_SETTINGS. */
#ifndef NANGO_SPREAD
#define NANGO_SPREAD 1
#endif

/* The deepest nesting of JSON that is read, in levels; one bit each. Deeper text is
 * NANGO_E_JSON_DEPTH. */
#ifndef NANGO_JSON_DEPTH
#define NANGO_JSON_DEPTH 512
#endif

/* The length of an answer's header section, in bytes, up to which it is read (the real server sends
 * 2,300; informational answers before it and trailers count, too), and how many informational (1xx)
 * answers may come before the final one. Beyond: NANGO_E_HTTP_TOO_LARGE, NANGO_E_HTTP_INTERIM. */
#ifndef NANGO_HTTP_HEAD_MAX
#define NANGO_HTTP_HEAD_MAX 65536
#endif
#ifndef NANGO_HTTP_INTERIM_MAX
#define NANGO_HTTP_INTERIM_MAX 16
#endif

/* Back-off after an attempt that failed for a passing reason: full jitter over BASE * 2^failures,
 * at most MAX. `make herd` shows what these do for 100,000 devices. */
#ifndef NANGO_BACKOFF_BASE_MS
#define NANGO_BACKOFF_BASE_MS 500
#endif
#ifndef NANGO_BACKOFF_MAX_MS
#define NANGO_BACKOFF_MAX_MS 1800000
#endif

/* What an attempt gets of the time that its call still has: half of it, but not less than this. */
#ifndef NANGO_ATTEMPT_MIN_MS
#define NANGO_ATTEMPT_MIN_MS 5000
#endif

/* sizeof(struct nango_client) in pointers: checked when client.c is compiled. */
#ifndef NANGO_CLIENT_WORDS
#define NANGO_CLIENT_WORDS 128
#endif

/* The room in struct nango_result, in pointers, for the reader of JSON that checks the input: it
 * saves the stack that much. Checked when check.c is compiled. */
#ifndef NANGO_RESULT_WORDS
#define NANGO_RESULT_WORDS 42
#endif

/* The room for the server's words in struct nango_result, with the final NUL. */
#ifndef NANGO_CODE_CAP
#define NANGO_CODE_CAP 40
#endif
#ifndef NANGO_MESSAGE_CAP
#define NANGO_MESSAGE_CAP 160
#endif
#ifndef NANGO_MEMBER_CAP
#define NANGO_MEMBER_CAP 80
#endif

#endif
