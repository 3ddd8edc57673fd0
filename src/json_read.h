/* SPDX-License-Identifier: MIT
 *
 * json_read: a JSON text (RFC 8259), checked byte by byte as it streams by, in any slices; only
 * what is wanted is handed on.
 *
 * The reader loops over spans: a string's contents are scanned to the next byte that matters and
 * given as one piece. What the sink skips costs no calls, but is checked all the same: grammar,
 * UTF-8 (RFC 3629: no surrogates as bytes, no overlong forms), numbers, escapes, depth.
 *
 *     VALUE -> scalar | { -> (NAME -> COLON -> VALUE -> AFTER , )* } | [ -> (VALUE -> AFTER , )* ]
 *     NAME and strings:  STRING <-> ESCAPE -> HEX       depth 0 behind the value: DONE
 *
 * The document may be any value, with white space around it. A byte order mark is not JSON.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "nango.h"

enum json_event {
    JSON_KEY,    /* a member's name, decoded. Of one longer than JSON_KEY_CAP only so many bytes are
                  * there, and len is any number above it. Answer for the member's value: JSON_SKIP
                  * or JSON_TAKE */
    JSON_OBJECT, /* a taken value begins: answer for what is in it (its members, its elements): */
    JSON_ARRAY,  /* JSON_SKIP, JSON_TAKE, or JSON_RAW: its text. JSON_TAKE | JSON_RAW is both */
    JSON_END,    /* the object or array that was announced has ended, however it was answered */
    JSON_TEXT,   /* a piece of a taken scalar, more follow: of a string decoded, of a number or
                  * literal as it stands. A piece may begin and end within a character */
    JSON_NULL,   /* the last piece of a taken scalar, maybe of no bytes, and what it was; in the */
    JSON_FALSE,  /* order of enum nango_kind */
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_SPAN /* a piece of a raw value, as it stands in the text, from its { or [ to its } or ] */
};
enum { JSON_SKIP, JSON_TAKE, JSON_RAW };

#define JSON_KEY_CAP 64

/* The document's value is taken, and so are the elements of a taken array (the events of their kind
 * come, and for objects and arrays are answered). Raw values may lie in one another: a span ends
 * where an event comes, so a sink sees where each begins and ends. A negative answer (an enum
 * nango_error), to any event, ends the reading with it. */
struct json_sink {
    int (*on)(void *ctx, enum json_event event, const char *bytes, size_t len);
    void *ctx;
};

/* json.seen, for the sink to read and to clear: strings and names alike, skipped ones too */
enum {
    JSON_SEEN_NUL = 1,      /* \u0000 */
    JSON_SEEN_SURROGATE = 2 /* an escaped lone surrogate; where it is handed on, it is U+FFFD */
};

struct json {
    uint8_t state;
    uint8_t may;   /* come: a set, of the state's own meaning */
    uint8_t event; /* what the end of the token will be: JSON_KEY, JSON_STRING, ... */
    uint8_t seen;
    uint8_t left;     /* bytes of a character, or digits of \uXXXX, that must follow; of a literal:
                       * letters that were read */
    uint8_t quarters; /* of 0x80 to 0xbf that the next byte of a character may be in, a bit each */
    uint8_t key_len;  /* at most JSON_KEY_CAP + 1 */
    uint8_t in;       /* what a comma is followed by: a name or a value */
    uint16_t depth;
    uint16_t quiet; /* 2 * depth: the value at this depth is skipped; + 1: its contents are */
    uint16_t raw;   /* the depth of the contents of the outermost raw value; 0: there is none */
    int16_t error;  /* sticky */
    uint32_t units; /* of UTF-16: a high surrogate that waits for its low one (0: none), and within
                     * an escape what is read of the next behind it */
    size_t offset;  /* bytes read; after an error: of the byte that is wrong. At an event, and
                     * after one that was refused: of the byte behind the piece; of the { or [; of
                     * a name's closing quote */
    const char *at; /* within json_feed: where `offset` is in the input */
    struct json_sink sink;
    uint8_t around[(NANGO_JSON_DEPTH + 7) / 8]; /* `in` at each level around, a bit: it was NAME */
    char key[JSON_KEY_CAP];
};

void json_init(struct json *j, struct json_sink sink);
/* Reads on. *used is how much of bytes was read: all of it unless the result is an error.
 * 0, or NANGO_E_JSON_... or the sink's. */
int json_feed(struct json *j, const char *bytes, size_t len, size_t *used);
/* The text has ended. 0, or an error (NANGO_E_JSON_CUT). */
int json_finish(struct json *j);

/* A byte of a character of UTF-8 that is not ASCII, of any text: 0 if it may not be here. j->left
 * is how many are to follow, 0 where the text begins; nothing else of *j is used but `quarters`. */
int json_utf8(struct json *j, unsigned c);

#endif
