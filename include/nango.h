/* SPDX-License-Identifier: MIT
 *
 * nango.h: the whole of nango-c, and its manual.
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

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NANGO_VERSION "0.1.0"

/* ---------------------------------------------------------------------------- text and sources */

struct nango_text {
    const char *ptr;
    size_t len;
};

/* A string literal as text, to initialise or to assign. */
#ifdef __cplusplus
#define NANGO_STR(s) (nango_text{(s), sizeof(s) - 1})
#else
#define NANGO_STR(s) ((struct nango_text){(s), sizeof(s) - 1})
#endif

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
            struct nango_text access_token;  /* 1..16384 */
            struct nango_text refresh_token; /* optional, 1..16384 */
            struct nango_time expires_at; /* optional; without it Nango never refreshes the token */
            struct nango_config_override config_override; /* optional */
        } oauth2;
        struct {
            struct nango_text token;              /* 1..4096 */
            struct nango_text client_id;          /* 1..255 */
            struct nango_text client_secret;      /* 1..2048 */
            struct nango_text client_certificate; /* optional, 1..10000 */
            struct nango_text client_private_key; /* optional, 1..10000 */
            struct nango_time expires_at;         /* optional */
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
                                            * surrogates and a top-level __proto__ */
    struct nango_source connection_config;  /* optional: a JSON object; if oauth_scopes_override is
                                            * in it, then as an array of strings */
    struct nango_tags tags;                 /* optional */
    struct nango_end_user end_user;         /* optional */
    struct nango_text webhook_url_override; /* optional: an http(s) URL, or "" */

    /* Instead of all members above: the whole body as one JSON object, checked by the same rules.
     * If it has no connection_id, then one is made and written into what is sent. (NANGO_BODY) */
    struct nango_source body;
};

/* ------------------------------------------------------------------------------------- results */

/* How a call ended. What it returns is 0 for NANGO_DONE and only then. */
enum nango_outcome {
    NANGO_PENDING,  /* it has not ended yet */
    NANGO_DONE,     /* the server has it, and said so */
    NANGO_REFUSED,  /* final, the same again ends the same: the input breaks a rule (status 0; see
                     * error, member, offset), or the server said no (status, code, message) */
    NANGO_NOT_SENT, /* nothing was stored, and the call may be made again as it is */
    NANGO_IN_DOUBT  /* bytes left and no verdict came. The same import with the same connection_id
                     * is safe to send again */
};

/* Every error. The band of 16 names the station that broke. nango_error_name() gives the name
 * without its prefix. */
enum nango_error {
    /* check.c, the input: `member` says where, `offset` the byte in the body or source */
    NANGO_E_MISSING = -0x10,   /* a required member is absent */
    NANGO_E_TOO_SHORT = -0x11, /* "" where a character is needed */
    NANGO_E_TOO_LONG = -0x12,  /* over the limit of characters */
    NANGO_E_UTF8 = -0x13,      /* not valid UTF-8 */
    NANGO_E_CONTROL = -0x14,   /* a control character where none may be, or U+0000 */
    NANGO_E_SURROGATE = -0x15, /* an escaped lone surrogate, which Nango's database cannot hold */
    NANGO_E_UNKNOWN = -0x16,   /* not a member here, e.g. one of another credentials type */
    NANGO_E_TWICE = -0x17,     /* a member, or a tag in another case, for the second time */
    NANGO_E_KIND = -0x18,      /* null, or a number where a string belongs, and the like */
    NANGO_E_FORMAT = -0x19,    /* not a tag key, an e-mail address, a URL, a credentials type */
    NANGO_E_TIME = -0x1a,      /* expires_at: not a whole ISO 8601 time, or epoch seconds */
    NANGO_E_TOO_MANY = -0x1b,  /* more than 10 tags */
    NANGO_E_FORBIDDEN = -0x1c, /* __proto__; a webhook to *.nango.dev or a private address */

    /* out.c, the caller's sources */
    NANGO_E_SOURCE = -0x20,         /* read_at failed; `cause` is what it returned */
    NANGO_E_SOURCE_CHANGED = -0x21, /* a source gave other bytes than when it was checked */

    /* http_read.c (RFC 9112) */
    NANGO_E_HTTP_STATUS = -0x40,    /* not an HTTP/1.x status line */
    NANGO_E_HTTP_HEADER = -0x41,    /* a broken header section: no colon, a bare CR, a NUL, ... */
    NANGO_E_HTTP_LENGTH = -0x42,    /* Content-Length: no number, absurd, two, beside chunked */
    NANGO_E_HTTP_CODING = -0x43,    /* a transfer or content coding but chunked and identity */
    NANGO_E_HTTP_CHUNK = -0x44,     /* a broken chunk header or end */
    NANGO_E_HTTP_TOO_LARGE = -0x45, /* a header or trailer section over NANGO_HTTP_HEAD_MAX */
    NANGO_E_HTTP_INTERIM = -0x46,   /* 1xx without end, or a 101 that nobody asked for */
    NANGO_E_HTTP_CUT = -0x47,       /* the connection ended within the answer */
    NANGO_E_HTTP_SILENT = -0x48,    /* the connection ended before a byte of the answer */

    /* json_read.c (RFC 8259); `offset` is the byte in the input or in the answer's body */
    NANGO_E_JSON_SYNTAX = -0x50,
    NANGO_E_JSON_UTF8 = -0x51,    /* invalid UTF-8, surrogates encoded as bytes included */
    NANGO_E_JSON_CONTROL = -0x52, /* a raw control character in a string */
    NANGO_E_JSON_ESCAPE = -0x53,  /* an escape that JSON does not have */
    NANGO_E_JSON_NUMBER = -0x54,  /* 01, +1, 1., .5, 1e */
    NANGO_E_JSON_DEPTH = -0x55,   /* deeper than NANGO_JSON_DEPTH */
    NANGO_E_JSON_CUT = -0x56,     /* the text ended within the document, or is empty */
    NANGO_E_JSON_EXTRA = -0x57,   /* something follows the document */

    /* result.c, the answer as a whole */
    NANGO_E_STATUS = -0x60,   /* the server said something else than yes: status, code, message */
    NANGO_E_REDIRECT = -0x61, /* a 3xx, never followed with the key; `message` is its Location */
    NANGO_E_LIMITED = -0x62,  /* 429, or earlier than retry_after_ms or spread_ms allow */
    NANGO_E_ANSWER = -0x63,   /* a success that is not Nango's: a proxy, a page, a member twice */

    /* tls.c; `cause` is Mbed TLS's own code (or its verify flags, positive) */
    NANGO_E_TLS_HANDSHAKE = -0x70, /* it failed for a reason that has no name below */
    NANGO_E_TLS_ALERT = -0x71,     /* the server refused: a fatal alert, its number in `cause` */
    NANGO_E_TLS_VERSION = -0x72,   /* no protocol version in common */
    NANGO_E_TLS_ROOT = -0x73,      /* the chain ends in no trusted root, or is broken */
    NANGO_E_TLS_NAME = -0x74,      /* the certificate is for another host */
    NANGO_E_TLS_EXPIRED = -0x75,
    NANGO_E_TLS_NOT_YET = -0x76, /* not valid yet: is the clock right? */
    NANGO_E_TLS_WEAK = -0x77,    /* a signature, key or hash below the profile */
    NANGO_E_TLS_USAGE = -0x78,   /* a certificate that may not serve TLS, or may not sign others */
    NANGO_E_TLS_PIN = -0x79,     /* no pin matches */
    NANGO_E_TLS_CLOCK = -0x7a,   /* the time is not known and no floor is set */
    NANGO_E_TLS_RECORD = -0x7b,  /* the server's records or chain exceed the buffer, or might */
    NANGO_E_TLS_ARENA = -0x7c,   /* the arena is too small: nango_tls_settings.arena_cap */
    NANGO_E_TLS_ENTROPY = -0x7d, /* the board's entropy failed */
    NANGO_E_TLS_BROKEN = -0x7e,  /* after the handshake: a record that does not decrypt, ... */
    NANGO_E_TLS_SECRET = -0x7f,  /* extended master secret (RFC 7627) not agreed */

    /* the port */
    NANGO_E_NO_NAME = -0x80,     /* the host's name does not resolve */
    NANGO_E_UNREACHABLE = -0x81, /* no address could be reached */
    NANGO_E_RESET = -0x82,       /* the connection was reset */
    NANGO_E_PORT = -0x83,        /* anything else; `cause` is the port's code */

    /* client.c */
    NANGO_E_SETTINGS = -0x90,  /* a setting is missing or makes no sense */
    NANGO_E_PLAINTEXT = -0x91, /* plain http to a host that is not the loopback */
    NANGO_E_BUSY = -0x92,      /* a call runs on this client, or another thread is in its TLS */
    NANGO_E_DEADLINE = -0x93,  /* deadline_ms is over */
    NANGO_E_CANCELLED = -0x94  /* nango_close() while the call ran */
};

/* result.warnings, a bit mask: the import is made all the same. */
enum {
    NANGO_WARN_ID = 1,     /* the connection_id can never be read back (see nango_connection) */
    NANGO_WARN_EXPIRY = 2, /* refresh_token without expires_at: Nango will never refresh it */
    NANGO_WARN_CUT = 4     /* code, message or member was longer than its room */
};

/* What a call came to. It is written by the library alone, from begin to end: it must stay where it
 * is until then. While the call runs, error is that of the last attempt. */
struct nango_result {
    enum nango_outcome outcome;
    int error;        /* enum nango_error, or 0 */
    int cause;        /* the code of what lies below: Mbed TLS, the port, a source; or 0 */
    uint16_t status;  /* of the last final HTTP answer; 0: none */
    uint8_t attempts; /* how many were begun */
    uint8_t warnings; /* NANGO_WARN_... */
    /* Calling again is of no use before; 0: no advice. What of it a server asked for, the client
     * keeps to by itself: a call that comes too early waits, or ends with NANGO_E_LIMITED. */
    uint32_t retry_after_ms;
    /* X-RateLimit-Limit, -Remaining, and the time to -Reset by the same answer's Date; of the last
     * answer that had them. */
    uint32_t rate_limit;
    uint32_t rate_remaining;
    uint32_t rate_reset_ms;
    /* The id of the connection: the caller's own pointer, or the id that was made (in the client:
     * good until the next call or nango_init). ptr is NULL where the body brought its own. Set
     * when _begin returns. */
    struct nango_text connection_id;
    size_t offset; /* of an error in JSON: the byte, from 0, in the input or the answer's body */
    char member[NANGO_MEMBER_CAP]; /* of an error in the input: "credentials.access_token" */
    char code[NANGO_CODE_CAP];     /* error.code of the server's answer, or "" */
    union {
        char message[NANGO_MESSAGE_CAP]; /* error.message; of NANGO_E_REDIRECT the Location */
        void *room[NANGO_RESULT_WORDS];  /* the library's own while it checks the input */
    };
};

/* What a field of an answer was. */
/* clang-format off */
enum nango_kind {
    NANGO_ABSENT, NANGO_NULL, NANGO_FALSE, NANGO_TRUE,
    NANGO_NUMBER, NANGO_STRING, NANGO_OBJECT, NANGO_ARRAY
};
/* clang-format on */

/* A member of JSON that the caller wants to have: "id", "end_user.email", "credentials.expires_at",
 * "error.errors". Strings arrive decoded (UTF-8; a lone surrogate as U+FFFD), numbers and literals
 * as written, objects and arrays as the JSON text that was received, known to be valid. buf always
 * ends in a NUL; a value longer than cap - 1 bytes sets `cut`, `len` is then the whole length. If
 * the answer has the member twice, the call ends with NANGO_E_ANSWER. A name's parts are up to 64
 * bytes long and may not contain a dot. */
struct nango_field {
    const char *name;
    char *buf;
    size_t cap;
    size_t len;    /* of the whole value, without the NUL */
    uint8_t kind;  /* enum nango_kind */
    uint8_t cut;   /* 1: buf holds the first cap - 1 bytes only, whole characters */
    uint8_t level; /* the library's own, as is `open` */
    uint8_t open;
};

/* One of the server's complaints: an element of `error.errors`. `path` is joined by dots. Too long:
 * cut at a character. */
struct nango_detail {
    char code[NANGO_CODE_CAP];
    char message[NANGO_MESSAGE_CAP];
    char path[NANGO_MEMBER_CAP];
};

/* Reads the next element of an array of complaints, the text of the field "error.errors". *pos
 * starts at 0 and is moved on. Returns 1 and fills *detail, or 0 at the end (also where a cut text
 * ends). Pure; about 400 bytes of stack. */
int nango_detail_next(const char *errors, size_t len, size_t *pos, struct nango_detail *detail);

const char *nango_error_name(int error); /* "TLS_EXPIRED"; "OK" for 0, "?" for what is none */
const char *nango_outcome_name(enum nango_outcome outcome); /* "DONE" */

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
     * 1970. Then only notAfter is checked, against it. 0: a call then ends with
     * NANGO_E_TLS_CLOCK. */
    uint64_t floor_time;
};

/* One a process: Mbed TLS's allocator, time and PSA have no context. Clients borrow it. It stays
 * where it is from nango_tls_init to nango_tls_free. */
struct nango_tls {
    struct nango_tls_settings settings;
    /* To be read: the most bytes of the arena that were ever in use, up to the highest one. */
    size_t arena_peak;
    /* From here on the library's own. */
    void *state; /* in the arena; NULL: there is no TLS, only plain http */
    int fault;   /* inside a callback, where Mbed TLS would call it something else */
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
    struct nango_text secret_key; /* required: a UUID v4, goes into Authorization */
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
 * the end: the same again. */
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
