/* SPDX-License-Identifier: MIT
 *
 * nango.h: nango-c, and its manual. What a call can come to stands in nango_result.h.
 *
 * nango-c puts a credential that exists already into Nango (`POST /connections`, "Import a
 * connection"), over HTTP/1.1 and TLS, from a machine that is not a server. It uses no heap. What
 * it needs of RAM is given by the caller: a struct nango_client, one work buffer, and one struct
 * nango_tls with its arena for the whole process.
 *
 * In short: nango_tls_init, nango_init, then nango_import for each connection; the README has a
 * whole program of 30 lines.
 *
 * Rules that hold for every function
 * - Nothing blocks but nango_call() and the calls made of it (nango_import), and these only in the
 *   port's `wait`.
 * - Nothing is copied that the caller gives by pointer, unless it says so: it must stay as it is
 *   until the call has ended.
 * - Text is pointer and length, UTF-8, without a NUL. ptr == NULL means absent; a length of 0 with
 *   a pointer means "".
 * - Outside TLS no function uses more than 512 bytes of stack on a 32-bit machine.
 * - Structs are zeroed before they are filled (`= { 0 }`, or a designated initialiser): members may
 *   be added.
 * - One thread at a time for all clients of a struct nango_tls (or NANGO_THREADS); no interrupt.
 */
#ifndef NANGO_H
#define NANGO_H

#include "nango_config.h"
#include "nango_port.h"
#include "nango_result.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NANGO_VERSION "0.1.0"

/* ------------------------------------------------------------------------------------- sources */

/* Bytes that need not be in memory: JSON text (metadata, a whole body) or a CA bundle. In memory:
 * read_at is NULL and mem points to len bytes. Elsewhere: read_at copies exactly `len` bytes from
 * offset `off` (off + len <= the source's len) to buf and returns 0; anything else is a failure,
 * and the call ends with NANGO_E_SOURCE. It may block as a file does. Each byte is read at least
 * twice: once to check it and once for each attempt to send it. Should the bytes differ between
 * these, the call ends with NANGO_E_SOURCE_CHANGED before the last byte of the request has left, so
 * that the server never sees it whole. Absent: mem and read_at are both NULL. */
struct nango_source {
    size_t len;
    const void *mem;
    int (*read_at)(void *ctx, size_t off, void *buf, size_t len);
    void *ctx;
};

/* --------------------------------------------------------------------------------- connections */

/* credentials.type, as Nango spells it. */
enum nango_type {
    NANGO_OAUTH2,
    NANGO_OAUTH2_CC,
    NANGO_OAUTH1,
    NANGO_API_KEY,
    NANGO_BASIC,
    NANGO_TBA,
    NANGO_APP,
    NANGO_CUSTOM,
    NANGO_NONE,
    NANGO_TYPES_LEN
};

/* When an access token expires: as text in ISO 8601 with seconds and Z or an offset
 * ("2026-11-25T06:00:00Z", "2026-11-25T07:00:00.250+01:00"), or as milliseconds since 1970 (0: not
 * given). At most one of the two. Seconds since 1970 are refused (before 1973 read as
 * milliseconds), since Nango would take them for a day in January 1970. */
struct nango_time {
    struct nango_text iso;
    uint64_t epoch_ms;
};

struct nango_config_override {
    struct nango_text client_id;     /* optional, 1..255 */
    struct nango_text client_secret; /* optional, 1..2048 */
};

/* Lengths are in UTF-16 code units, as the server counts them. What is not called optional is
 * required. */
struct nango_credentials {
    enum nango_type type;
    union {
        struct {
            struct nango_text access_token;               /* 1..16384 */
            struct nango_text refresh_token;              /* optional, 1..16384 */
            struct nango_config_override config_override; /* optional */
            struct nango_time expires_at; /* optional; without it Nango never refreshes the token */
        } oauth2;
        struct {
            struct nango_text token;              /* 1..4096 */
            struct nango_text client_id;          /* 1..255 */
            struct nango_text client_secret;      /* 1..2048 */
            struct nango_text client_certificate; /* optional, 1..10000 */
            struct nango_time expires_at;         /* optional */
            struct nango_text client_private_key; /* optional, 1..10000 */
        } oauth2_cc;
        struct {
            struct nango_text oauth_token;        /* 1..2048 */
            struct nango_text oauth_token_secret; /* 1..2048 */
        } oauth1;
        struct {
            struct nango_text api_key; /* 1..1024; `apiKey` in JSON */
        } api_key;
        struct {
            struct nango_text username; /* 0..1024 */
            struct nango_text password; /* 0..1024 */
        } basic;
        struct {
            struct nango_text token_id; /* 1.. ; connection_config.accountId is required with TBA */
            struct nango_text token_secret;               /* 1.. */
            struct nango_config_override config_override; /* optional */
        } tba;
        struct {
            struct nango_text app_id;          /* 1..255 */
            struct nango_text installation_id; /* 1..255 */
        } app;                                 /* APP and CUSTOM */
    };
};

/* key: ^[a-zA-Z][a-zA-Z0-9_\-./]*$, 1..64; the server makes it lower case, and no two may be equal
 * after that. value: 1..255; that of end_user_email must be an e-mail address. */
struct nango_tag {
    struct nango_text key;
    struct nango_text value;
};

struct nango_tags {
    const struct nango_tag *list;
    size_t len; /* at most 10 */
};

/* Deprecated by Nango in favour of tags, still in its contract. Absent: id.ptr is NULL. */
struct nango_end_user {
    struct nango_text id;           /* 1..255 */
    struct nango_text email;        /* optional; an e-mail address */
    struct nango_text display_name; /* optional, 0..255 */
    struct nango_tags tags;         /* optional */
};

/* The body of POST /connections. An import of a connection_id that exists already replaces the
 * whole connection: metadata, connection_config, tags and webhook_url_override that are not given
 * are wiped by the server. */
struct nango_connection {
    struct nango_text provider_config_key; /* required: the integration's id */
    /* Optional, up to 255 characters, no control characters. Absent: a UUID v4 is made before the
     * first byte leaves and stands in result.connection_id. An id outside
     * [a-zA-Z0-9,.;:=+~[]|@${}"'\/_ -] can be imported, but never be read back by Nango's other
     * calls: NANGO_WARN_ID in result.warnings. */
    struct nango_text connection_id;
    struct nango_credentials credentials;
    struct nango_source metadata;           /* optional: a JSON object, without U+0000, lone
                                            * surrogates and a top-level __proto__
                                            * or constructor */
    struct nango_source connection_config;  /* optional: a JSON object; if oauth_scopes_override is
                                            * in it, then as an array of strings */
    struct nango_tags tags;                 /* optional */
    struct nango_end_user end_user;         /* optional */
    struct nango_text webhook_url_override; /* optional: an http(s) URL, or "" */

    /* Instead of all members above: the whole body as one JSON object, checked by the same rules.
     * If it has no connection_id, then one is made and written into what is sent. (NANGO_BODY) */
    struct nango_source body;
};

/* ----------------------------------------------------------------------------------------- TLS */

struct nango_der {
    const void *der;
    size_t len;
};

/* Whom to trust. At least roots or a bundle must be there; both together are one set. All by
 * pointer: they must stay. */
struct nango_trust {
    const struct nango_der *roots; /* DER certificates, used where they stand (flash) */
    size_t roots_len;
    struct nango_source
        bundle; /* PEM or DER, of any size; read anew for each chain, one certificate at a time */
    const uint8_t (*pins)[32]; /* optional: SHA-256 of SubjectPublicKeyInfo; one in the chain must
                                  match one of these. */
    size_t pins_len;           /* They narrow the trust and never replace the chain. */
};

struct nango_tls_settings {
    /* All memory of TLS. Given once: a second nango_tls_init needs nango_tls_free first. NULL: the
     * program has given Mbed TLS an allocator of its own, and it is left alone. Not needed for
     * plain http. */
    void *arena;
    size_t arena_cap;
    struct nango_trust trust;
    struct nango_der client_cert; /* optional (mTLS): DER certificate, with its chain behind it; */
    struct nango_der client_key;  /* and its DER private key */
    /* Fills buf with len bytes from a true source of randomness and returns 0; anything else ends
     * the call with NANGO_E_TLS_ENTROPY. Also makes connection_ids and jitter. Required. */
    int (*entropy)(void *ctx, void *buf, size_t len);
    /* Seconds since 1970, or 0 where the time is not known (yet). NULL: never known. */
    uint64_t (*unix_time)(void *ctx);
    void *ctx; /* of the two functions */
    /* Used while the time is not known: a date that has surely passed (of the build), seconds since
     * 1970. Then only notAfter is checked, against it, until an answer's Date says what time it is
     * (that of a server that was verified so). 0: a call then ends with NANGO_E_TLS_CLOCK. */
    uint64_t floor_time;
    uint8_t keep_session; /* 1: a TLS session is kept, a secret in the arena: nango_session.h */
};

/* One a process: Mbed TLS's allocator, time and PSA have no context. Clients borrow it. It stays
 * where it is from nango_tls_init to nango_tls_free. */
struct nango_tls {
    struct nango_tls_settings settings;
    /* To be read: the most bytes of the arena that were ever in use, up to the highest one. */
    size_t arena_peak;
    uint32_t handshakes; /* those that ended well, */
    uint32_t resumed;    /* and how many of them were short ones: nango_session.h */
    /* From here on the library's own. */
    void *state;         /* in the arena; NULL: there is no TLS, only plain http */
    uint64_t learned;    /* the time by the Date of a verified answer, and going on; 0: not known */
    uint64_t learned_ms; /* the uptime at that time */
    int fault;           /* inside a callback, where Mbed TLS would call it something else */
    int cause;
};

/* Returns 0, NANGO_E_SETTINGS, NANGO_E_TLS_ARENA, NANGO_E_TLS_ENTROPY. Copies *settings (not what
 * it points to). */
int nango_tls_init(struct nango_tls *tls, const struct nango_tls_settings *settings);
/* Another trust from the next handshake on. Between calls only. */
void nango_tls_trust(struct nango_tls *tls, const struct nango_trust *trust);
/* After every client was closed. Wipes the arena. */
void nango_tls_free(struct nango_tls *tls);

/* -------------------------------------------------------------------------------------- client */

struct nango_settings {
    struct nango_tls *tls;         /* required, also for plain http (its entropy makes ids) */
    const struct nango_port *port; /* required */
    void *port_ctx;                /* of this client alone */
    const char *host;   /* required: NUL-terminated name or address; "::1" without brackets */
    const char *prefix; /* NULL, or the path before /connections: "/nango" */
    uint16_t tcp_port;  /* 0: 443, or 80 for plain http */
    uint8_t plain_http; /* 1: no TLS. The host must be localhost, 127.0.0.0/8 or ::1, unless the
                           next is 1 too */
    uint8_t unsafe_plain_http_to_any_host;
    struct nango_text secret_key; /* a UUID v4, for Authorization. Absent: only nango_submit */
    struct nango_text user_agent; /* optional, put before "nango-c/x.y.z" */
    void *work;                   /* required: at least 512 bytes; wiped when a call ends */
    size_t work_cap;
    uint32_t deadline_ms; /* for each call, from begin to end; 0: 30 s; at most a week */
    /* For a fleet that may start all at once, as after a power cut: the time over which it shall
     * register. A hash of the connection_id picks the device's moment in [0, spread_ms) from
     * nango_init on, and nothing is sent before; a call that would end earlier ends at once, with
     * NANGO_E_LIMITED and retry_after_ms. Good is 1.1 * devices / (requests a minute that Nango
     * grants) minutes: 55 for 100,000 devices and 2000. 0: none; at most a week. A device that
     * spends the wait without power sets 0 when it comes back. */
    uint32_t spread_ms;
};

/* Opaque: only nango_init and the calls on it touch what is inside. It is never moved. */
struct nango_client {
    union {
        uint64_t align;
        void *words[NANGO_CLIENT_WORDS];
    } opaque;
};

/* Returns 0, NANGO_E_SETTINGS, NANGO_E_PLAINTEXT. Copies *settings, not what it points to. Sends
 * nothing. */
int nango_init(struct nango_client *client, const struct nango_settings *settings);

/* Ends a running call (NANGO_E_CANCELLED), closes the kept connection, wipes. The client must be
 * init'ed again. */
void nango_close(struct nango_client *client);

/* What the following calls fill, until this is called again: at most 64, and they must stay. */
void nango_want(struct nango_client *client, struct nango_field *fields, size_t fields_len);

/* Imports a connection. Blocks until it has ended, at most deadline_ms.
 * Returns 0 for NANGO_DONE, else an enum nango_error; *result has the outcome. */
int nango_import(struct nango_client *client, const struct nango_connection *connection,
                 struct nango_result *result);

/* The same without blocking. _begin checks everything (all that a source holds is read once) and
 * makes the connection_id; 0: go on with nango_poll; else the call has ended, with the error. All
 * three pointers' targets must stay until it has. */
int nango_import_begin(struct nango_client *client, const struct nango_connection *connection,
                       struct nango_result *result);

/* Moves what can move. > 0: the call waits for these (NANGO_READ | NANGO_WRITE | NANGO_TIMER): poll
 * again when one is true. 0: ended with NANGO_DONE. < 0: ended with this enum nango_error. After
 * the end: the same again.
 * It does one step of a TLS handshake at a time; these are long. On a Cortex-M3 the longest takes
 * 70 M instructions with P-256 (0.98 s at 72 MHz, 0.42 s at 168 MHz), 164 M where the authorities
 * are of P-384 (2.3 s, 0.98 s), 32 M with RSA and TLS 1.2, 17 M with RSA and 1.3; and 3.2 M (44 ms,
 * 19 ms) with P-256 and MBEDTLS_ECP_RESTARTABLE (NANGO_ECP_OPS). A watchdog that is fed between two
 * polls must be patient for twice that. */
int nango_poll(struct nango_client *client);

/* In how many milliseconds nango_poll must be called even if nothing else happens. UINT32_MAX: no
 * call runs. */
uint32_t nango_wake_ms(struct nango_client *client);

/* nango_poll and the port's `wait`, until the end. Returns what nango_poll returned last. */
int nango_call(struct nango_client *client);

/* Checks a connection by all rules that can be checked without a server; sends nothing, needs no
 * client. Of a `body` the wanted fields are read (fields may be NULL). Returns 0 or an enum
 * nango_error; *result says where (outcome REFUSED), and has the warnings. */
int nango_check(const struct nango_connection *connection, struct nango_field *fields,
                size_t fields_len, struct nango_result *result);

/* How many attempts in a row, over all calls, failed for a passing reason (a 429 counts as
 * three). It makes the next wait longer; success sets it to 0. What reboots, keeps it. */
uint32_t nango_failures(const struct nango_client *client);
void nango_set_failures(struct nango_client *client, uint32_t failures);

#ifdef __cplusplus
}
#endif

#endif
