/* SPDX-License-Identifier: MIT
 *
 * nango_result.h: text, and what a call came to: outcomes, errors, and what is wanted of an answer.
 * Included by nango.h, whose rules hold.
 */
#ifndef NANGO_RESULT_H
#define NANGO_RESULT_H

#include "nango_config.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/* How a call ended. What it returns is 0 for NANGO_DONE and only then. */
enum nango_outcome {
    NANGO_PENDING,  /* it has not ended yet */
    NANGO_DONE,     /* the server has it, and said so */
    NANGO_REFUSED,  /* final, the same again ends the same: the input breaks a rule (status 0; see
                     * error, member, offset), or the server said no (status, code, message) */
    NANGO_NOT_SENT, /* nothing was stored, and the call may be made again as it is */
    NANGO_IN_DOUBT  /* the whole request left, and no verdict came. The same import with the same
                     * connection_id is safe to send again */
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
    NANGO_E_UNKNOWN = -0x16,   /* not a member here, e.g. one of another credentials type; or the
                                * program was built without it (nango_config.h) */
    NANGO_E_TWICE = -0x17,     /* a member, or a tag in another case, for the second time */
    NANGO_E_KIND = -0x18,      /* null, or a number where a string belongs, and the like */
    NANGO_E_FORMAT = -0x19,    /* not a tag key, an e-mail address, a URL, a credentials type */
    NANGO_E_TIME = -0x1a,      /* expires_at: not a whole ISO 8601 time, or epoch seconds */
    NANGO_E_TOO_MANY = -0x1b,  /* more than 10 tags */
    NANGO_E_FORBIDDEN = -0x1c, /* __proto__, constructor; a webhook to a private address or to
                                * *.nango.dev */

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
    NANGO_E_REFRESH = -0x64,  /* the token's refresh at the provider failed (nango_connections.h) */
    NANGO_E_ROOM = -0x65,     /* the caller's buffer is too small for the answer (the same) */
    NANGO_E_EXISTS = -0x66,   /* the connection is there already (the same) */

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
    NANGO_E_TLS_RECORD = -0x7b,  /* a record or chain exceeds MBEDTLS_SSL_IN_CONTENT_LEN, or may */
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
    NANGO_E_CANCELLED = -0x94, /* nango_close() while the call ran */
    NANGO_E_CLOSED = -0x95     /* nango_init was not called, or no call was begun */
};

/* result.warnings, a bit mask: the import is made all the same. */
enum {
    NANGO_WARN_ID = 1,     /* the connection_id can never be read back (see nango_connection) */
    NANGO_WARN_EXPIRY = 2, /* refresh_token without expires_at: Nango will never refresh it */
    NANGO_WARN_CUT = 4,    /* code, message or member was longer than its room */
    NANGO_WARN_EXISTS = 8  /* nothing was sent: the connection is there already (NANGO_SKIP) */
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

#ifdef __cplusplus
}
#endif

#endif
