/* SPDX-License-Identifier: MIT
 *
 * http_read: what RFC 9110 and 9112 let an answer be, and what they do not. Each answer is read in
 * every slicing. Names of sections are those of RFC 9112 unless another is named.
 */
#include "http_read.h"

#include "unit.h"

#include <string.h>

void test_http_read(void);

#define T(text) (text), sizeof(text) - 1
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define DATE "Date: Tue, 24 Nov 2026 22:00:00 GMT\r\n" /* 1795557600 */

enum {
    KEEP = 1,
    CLOSE = 2,
    STREAM = 4
}; /* what becomes of the connection; STREAM: it ends the body */

struct answer {
    const char *name;
    const char *bytes;
    size_t len;
    uint16_t status;
    const char *body;
    size_t body_len;
    unsigned then;
    size_t rest; /* bytes behind the answer */
};

static const struct answer good[] = {
    {"Content-Length", T(OK "Content-Length: 5\r\n\r\nhello"), 200, T("hello"), KEEP, 0},
    {"Content-Length 0", T(OK "Content-Length: 0\r\n\r\n"), 200, T(""), KEEP, 0},
    {"Content-Length 00005", T(OK "Content-Length: 00005\r\n\r\nhello"), 200, T("hello"), KEEP, 0},
    {"an answer behind the answer",
     T(OK "Content-Length: 2\r\n\r\nhiHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"), 200,
     T("hi"), KEEP, 43},
    {"bytes behind an empty answer", T(OK "Content-Length: 0\r\n\r\n\r\n"), 200, T(""), KEEP, 2},
    {"names in any case", T(OK "cOnTeNt-LENGTH:5\r\n\r\nhello"), 200, T("hello"), KEEP, 0},
    {"no white space, much white space",
     T(OK "Content-Length:\t \t                                          5 \t \r\nX:\r\nY: \r\n\r\n"
          "hello"),
     200, T("hello"), KEEP, 0},
    {"names that begin or end as a known one",
     T(OK "Content-Length2: 9\r\nContent-Lengt: 9\r\nX-Content-Length: 9\r\nD: 1\r\n"
          "Content_Length: 7\r\nContent-Length: 1\r\n\r\nx"),
     200, T("x"), KEEP, 0},
    {"a name longer than its room",
     T(OK "Content-Length-Content-Length-Content-Length: 9\r\nContent-Length: 1\r\n\r\nx"), 200,
     T("x"), KEEP, 0},
    {"a name of all token characters",
     T(OK "!#$%&'*+-.^_`|~09azAZ: 9\r\nContent-Length: 1\r\n\r\nx"), 200, T("x"), KEEP, 0},
    {"a value of all bytes that may be",
     T(OK "X: \t !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x80\xff\r\nContent-Length: 1\r\n\r\nx"),
     200, T("x"), KEEP, 0},
    {"no reason", T("HTTP/1.1 201 \r\nContent-Length: 0\r\n\r\n"), 201, T(""), KEEP, 0},
    {"no reason and no SP before it", T("HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n"), 201, T(""),
     KEEP, 0},
    {"a reason of any text", T("HTTP/1.1 404 \tn\xf6t: \x80 there\r\nContent-Length: 0\r\n\r\n"),
     404, T(""), KEEP, 0},
    {"status 299", T("HTTP/1.1 299 ?\r\nContent-Length: 0\r\n\r\n"), 299, T(""), KEEP, 0},
    {"status 599", T("HTTP/1.1 599 ?\r\nContent-Length: 0\r\n\r\n"), 599, T(""), KEEP, 0},
    {"no field at all, to the close", T(OK "\r\nhello"), 200, T("hello"), CLOSE | STREAM, 0},
    {"an empty body to the close", T(OK "Connection: keep-alive\r\n\r\n"), 200, T(""),
     CLOSE | STREAM, 0},
    {"HTTP/1.0 to the close", T("HTTP/1.0 200 OK\r\n\r\nhello"), 200, T("hello"), CLOSE | STREAM,
     0},
    {"HTTP/1.0 with a length", T("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"), 200, T("hi"),
     CLOSE, 0},
    {"HTTP/1.0 that keeps alive (9.3)",
     T("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nhi"), 200, T("hi"),
     KEEP, 0},
    {"HTTP/1.1 that closes (9.6)", T(OK "Connection: close\r\nContent-Length: 2\r\n\r\nhi"), 200,
     T("hi"), CLOSE, 0},
    {"204 (6.3)", T("HTTP/1.1 204 No Content\r\n\r\nHTTP"), 204, T(""), KEEP, 4},
    {"304 (6.3)", T("HTTP/1.1 304 Not Modified\r\n\r\n"), 304, T(""), KEEP, 0},
    {"204 that announces nothing", T("HTTP/1.1 204 ?\r\nContent-Length: 0\r\n\r\n"), 204, T(""),
     KEEP, 0},
    {"204 that announces a body", T("HTTP/1.1 204 ?\r\nContent-Length: 5\r\n\r\nhello"), 204, T(""),
     CLOSE, 5},
    {"204 that announces chunks",
     T("HTTP/1.1 204 ?\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 204, T(""), CLOSE, 5},
    {"205 has a body as others", T("HTTP/1.1 205 ?\r\nContent-Length: 1\r\n\r\nx"), 205, T("x"),
     KEEP, 0},
    {"100 before the answer (RFC 9110, 15.2)",
     T("HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 1\r\n\r\nx"), 200, T("x"), KEEP, 0},
    {"102 and 103 with fields that must not count",
     T("HTTP/1.1 102 ?\r\nContent-Length: 7\r\nConnection: close\r\n\r\n"
       "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nTransfer-Encoding: chunked\r\n\r\n" OK
       "Content-Length: 1\r\n\r\nx"),
     200, T("x"), KEEP, 0},
    {"sixteen 1xx",
     T("HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n" OK
       "Content-Length: 0\r\n\r\n"),
     200, T(""), KEEP, 0},
    {"one chunk (7.1)", T(CHUNKED "5\r\nhello\r\n0\r\n\r\n"), 200, T("hello"), KEEP, 0},
    {"chunks, and bytes behind them", T(CHUNKED "1\r\nh\r\n4\r\nello\r\n0\r\n\r\nHTTP"), 200,
     T("hello"), KEEP, 4},
    {"chunks that hold CR LF", T(CHUNKED "2\r\n\r\n\r\n3\r\n0\r\n\r\n0\r\n\r\n"), 200,
     T("\r\n0\r\n"), KEEP, 0},
    {"sizes in hexadecimal, either case",
     T(CHUNKED "0a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n"), 200,
     T("01234567890123456789a"), KEEP, 0},
    {"leading zeros of sizes", T(CHUNKED "00000001\r\nx\r\n00000000\r\n\r\n"), 200, T("x"), KEEP, 0},
    {"no chunk but the last", T(CHUNKED "0\r\n\r\n"), 200, T(""), KEEP, 0},
    {"extensions of chunks (7.1.1)",
     T(CHUNKED
       "1;a\r\nx\r\n1;a=\"q;\\\"\"\r\ny\r\n1 ;a\r\nz\r\n1\t \t;;=\x80\r\n!\r\n0;last\r\n\r\n"),
     200, T("xyz!"), KEEP, 0},
    {"white space behind sizes (7.1.1)", T(CHUNKED "1 \t\r\nx\r\n0 \r\n\r\n"), 200, T("x"), KEEP, 0},
    {"trailers (7.1.2)", T(CHUNKED "1\r\nx\r\n0\r\nDate: 1\r\nX: y\r\n\r\n"), 200, T("x"), KEEP, 0},
    {"trailers that pretend to frame", /* 6.5.1 of RFC 9110 */
     T(CHUNKED
       "1\r\nx\r\n0\r\nContent-Length: 7\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n"
       "Content-Encoding: gzip\r\n\r\n"),
     200, T("x"), KEEP, 0},
    {"trailers that go on in a second line", T(CHUNKED "1\r\nx\r\n0\r\nDate: 1\r\n 2\r\n\r\n"), 200,
     T("x"), KEEP, 0},
    {"Transfer-Encoding: ChUnKeD", T(OK "Transfer-Encoding:  ChUnKeD \r\n\r\n0\r\n\r\n"), 200,
     T(""), KEEP, 0},
    {"Content-Encoding: identity", T(OK "Content-Encoding: Identity\r\nContent-Length: 0\r\n\r\n"),
     200, T(""), KEEP, 0},
    {"obs-fold of a field that nobody reads (5.2)",
     T(OK "X: a\r\n b\r\n\tContent-Length: 9\r\n \r\nContent-Length: 1\r\n\r\nx"), 200, T("x"),
     KEEP, 0},
    {"Location without a redirect, folded", T(OK "Location: a\r\n b\r\nContent-Length: 1\r\n\r\nx"),
     200, T("x"), KEEP, 0},
};

struct broken {
    const char *name;
    const char *bytes;
    size_t len;
    int error;
};

#define ONE_FIELD(name, field, error)       \
    {                                       \
        name, T(OK field "\r\n\r\n"), error \
    }
#define ONE_LENGTH(value) \
    ONE_FIELD("Content-Length: " value, "Content-Length: " value, NANGO_E_HTTP_LENGTH)
#define ONE_CODING(field) ONE_FIELD(field, field, NANGO_E_HTTP_CODING)

static const struct broken bad[] = {
    /* the status line (4) */
    {"HTTP/0.9", T("<html>\n</html>"), NANGO_E_HTTP_STATUS},
    {"HTTP/0.9 in one line", T("<html>"), NANGO_E_HTTP_CUT},
    {"JSON without a head", T("{\"id\":1}\r\n"), NANGO_E_HTTP_STATUS},
    {"SSH", T("SSH-2.0-x\r\n"), NANGO_E_HTTP_STATUS},
    {"TLS", T("\x15\x03\x03\x00\x02\x02\x28"), NANGO_E_HTTP_STATUS},
    {"HTTP/2 settings", T("\x00\x00\x12\x04\x00\x00\x00\x00\x00"), NANGO_E_HTTP_STATUS},
    {"HTTP/2 preface", T("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTTP/2.0", T("HTTP/2.0 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTTP/2", T("HTTP/2 200\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTTP/1.2", T("HTTP/1.2 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTTP/0.1", T("HTTP/0.1 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTTP/1.10", T("HTTP/1.10 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTTP/01.1", T("HTTP/01.1 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"http/1.1", T("http/1.1 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"ICY", T("ICY 200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"status 099", T("HTTP/1.1 099 ?\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"status 600", T("HTTP/1.1 600 ?\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"status 20", T("HTTP/1.1 20 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"status 2000", T("HTTP/1.1 2000 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"status 2x0", T("HTTP/1.1 2x0 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"status -20", T("HTTP/1.1 -20 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"two SP before the status", T("HTTP/1.1  200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTAB before the status", T("HTTP/1.1\t200 OK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"HTAB behind the status", T("HTTP/1.1 200\tOK\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"an LF behind the status", T("HTTP/1.1 200\n\r\n"), NANGO_E_HTTP_STATUS},
    {"no status", T("HTTP/1.1\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"an empty line before the status line (2.2)", T("\r\n" OK "\r\n"), NANGO_E_HTTP_STATUS},
    {"white space before the status line", T(" " OK "\r\n"), NANGO_E_HTTP_STATUS},
    {"a byte order mark", T("\xef\xbb\xbf" OK "\r\n"), NANGO_E_HTTP_STATUS},
    {"a NUL in the reason", T("HTTP/1.1 200 O\0K\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"a bare LF behind the reason", T("HTTP/1.1 200 OK\nX: y\r\n\r\n"), NANGO_E_HTTP_STATUS},
    {"a bare CR behind the reason", T("HTTP/1.1 200 OK\rX: y\r\n\r\n"), NANGO_E_HTTP_STATUS},
    /* field lines (5) */
    {"white space behind the status line (2.2)", T(OK " X: y\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"an HTAB line behind the status line", T(OK "\t\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a bare LF behind a field", T(OK "X: y\nContent-Length: 0\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a bare LF as the empty line", T(OK "Content-Length: 0\r\n\nHTTP"), NANGO_E_HTTP_HEADER},
    {"a bare CR in a value (2.2)", T(OK "X: a\rb\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a bare CR as a line end", T(OK "X: a\rContent-Length: 0\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"CR CR LF", T(OK "X: a\r\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a bare CR as the empty line", T(OK "X: a\r\n\rHTTP"), NANGO_E_HTTP_HEADER},
    {"a NUL in a value", T(OK "X: a\0b\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a NUL in a name", T(OK "X\0Y: a\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"an escape in a value", T(OK "X: \x1b[31m\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a vertical tab in a value", T(OK "X: \v\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"0x1f in a value", T(OK "X: \x1f\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"DEL in a value", T(OK "X: \x7f\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"white space before the colon (5.1)", T(OK "Content-Length : 5\r\n\r\nhello"),
     NANGO_E_HTTP_HEADER},
    {"HTAB before the colon", T(OK "Transfer-Encoding\t: chunked\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"an empty name", T(OK ": 5\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"no colon", T(OK "Content-Length 5\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"no colon, line end", T(OK "Server\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name in quotes", T(OK "\"X\": y\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name in brackets", T(OK "X(y): z\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name with / , ; = ? @", T(OK "a/b: z\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name with @", T(OK "a@b: z\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name with [", T(OK "a[b: z\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name with {", T(OK "a{b: z\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name with DEL", T(OK "a\x7f: z\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a name beyond US-ASCII", T(OK "X\xc3\xa9: y\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a second status line", T(OK OK "\r\n"), NANGO_E_HTTP_HEADER},
    {"obs-fold of Content-Length (5.2)", T(OK "Content-Length: 5\r\n 0\r\n\r\n"),
     NANGO_E_HTTP_HEADER},
    {"obs-fold into Content-Length", T(OK "Content-Length:\r\n 5\r\n\r\n"), NANGO_E_HTTP_LENGTH},
    {"obs-fold of Transfer-Encoding", T(OK "Transfer-Encoding: chunked\r\n\t, gzip\r\n\r\n"),
     NANGO_E_HTTP_HEADER},
    {"obs-fold of Connection", T(OK "Connection: keep-alive,\r\n close\r\n\r\n"),
     NANGO_E_HTTP_HEADER},
    {"obs-fold of Content-Encoding", T(OK "Content-Encoding: identity\r\n ,gzip\r\n\r\n"),
     NANGO_E_HTTP_HEADER},
    /* Content-Length (6.2, RFC 9110 8.6) */
    ONE_LENGTH(""),
    ONE_LENGTH("five"),
    ONE_LENGTH("-5"),
    ONE_LENGTH("+5"),
    ONE_LENGTH("5 5"),
    ONE_LENGTH("5, 5"),
    ONE_LENGTH("5, 6"),
    ONE_LENGTH("5,"),
    ONE_LENGTH("0x5"),
    ONE_LENGTH("5.0"),
    ONE_LENGTH("1e1"),
    ONE_LENGTH("\"5\""),
    ONE_LENGTH("5;q=1"),
    ONE_LENGTH("5\xa0"),
    ONE_LENGTH("\xb2"),
    ONE_LENGTH("4294967295"),
    ONE_LENGTH("4294967296"),
    ONE_LENGTH("4294967301"),
    ONE_LENGTH("18446744073709551616"),
    ONE_LENGTH("18446744073709551621"),
    ONE_LENGTH("99999999999999999999999999999999"),
    ONE_LENGTH("000000000000000000000000000000000000000000005"),
    ONE_LENGTH("5                                              "),
    ONE_FIELD("Content-Length twice, equal", "Content-Length: 5\r\nContent-Length: 5",
              NANGO_E_HTTP_LENGTH),
    ONE_FIELD("Content-Length twice, differing", "Content-Length: 5\r\nX: y\r\ncontent-length: 6",
              NANGO_E_HTTP_LENGTH),
    ONE_FIELD("Content-Length, then Transfer-Encoding (6.3)",
              "Content-Length: 5\r\nTransfer-Encoding: chunked", NANGO_E_HTTP_LENGTH),
    ONE_FIELD("Transfer-Encoding, then Content-Length",
              "Transfer-Encoding: chunked\r\nContent-Length: 5", NANGO_E_HTTP_LENGTH),
    /* codings (6.1, 7) */
    ONE_CODING("Transfer-Encoding:"),
    ONE_CODING("Transfer-Encoding: gzip"),
    ONE_CODING("Transfer-Encoding: identity"),
    ONE_CODING("Transfer-Encoding: gzip, chunked"),
    ONE_CODING("Transfer-Encoding: chunked, gzip"),
    ONE_CODING("Transfer-Encoding: chunked, chunked"),
    ONE_CODING("Transfer-Encoding: chunked;q=1"),
    ONE_CODING("Transfer-Encoding: chunke"),
    ONE_CODING("Transfer-Encoding: xchunked"),
    ONE_CODING("Transfer-Encoding: \"chunked\""),
    ONE_CODING("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    ONE_CODING("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
    ONE_CODING("Transfer-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip, chunked"),
    ONE_CODING("Content-Encoding: gzip"),
    ONE_CODING("Content-Encoding: identity, br"),
    ONE_CODING("Content-Encoding:"),
    {"Transfer-Encoding in HTTP/1.0 (6.1)",
     T("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), NANGO_E_HTTP_CODING},
    {"Transfer-Encoding in HTTP/1.0 that keeps alive",
     T("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"),
     NANGO_E_HTTP_CODING},
    /* chunks (7.1) */
    {"an empty size", T(CHUNKED "\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"an empty size with an extension", T(CHUNKED ";a\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of white space", T(CHUNKED " 1\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size that is no number", T(CHUNKED "x\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of 0x1", T(CHUNKED "0x1\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a negative size", T(CHUNKED "-1\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of 1g", T(CHUNKED "1g\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of 1:", T(CHUNKED "1:\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of 1@", T(CHUNKED "1@\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of nine digits", T(CHUNKED "000000001\r\nx\r\n0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a size of 2^32", T(CHUNKED "100000000\r\nx"), NANGO_E_HTTP_CHUNK},
    {"a size of 2^64 + 1", T(CHUNKED "10000000000000001\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"white space within a size", T(CHUNKED "1 1;\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind a size", T(CHUNKED "1\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare CR behind a size", T(CHUNKED "1\rx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF in an extension", T(CHUNKED "1;a\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare CR in an extension", T(CHUNKED "1;a\rb\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a NUL in an extension", T(CHUNKED "1;\0\r\nx\r\n"), NANGO_E_HTTP_CHUNK},
    {"a chunk that is too long", T(CHUNKED "1\r\nxy\r\n0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a chunk without its end", T(CHUNKED "1\r\nx0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind a chunk", T(CHUNKED "1\r\nx\n0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare CR behind a chunk", T(CHUNKED "1\r\nx\r0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind the last chunk", T(CHUNKED "0\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind the trailers", T(CHUNKED "0\r\nX: y\r\n\n"), NANGO_E_HTTP_HEADER},
    {"a trailer without a colon", T(CHUNKED "0\r\nhello\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"white space before the trailers", T(CHUNKED "0\r\n X: y\r\n\r\n"), NANGO_E_HTTP_HEADER},
    {"a NUL in a trailer", T(CHUNKED "0\r\nX: \0\r\n\r\n"), NANGO_E_HTTP_HEADER},
    /* 1xx */
    {"101 that nobody asked for", T("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
     NANGO_E_HTTP_INTERIM},
    {"seventeen 1xx",
     T("HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\nHTTP/1.1 100 ?\r\n\r\n"
       "HTTP/1.1 100 ?\r\n\r\n" OK "\r\n"),
     NANGO_E_HTTP_INTERIM},
    {"a 1xx with a broken field", T("HTTP/1.1 103 ?\r\nX\r\n\r\n" OK "\r\n"), NANGO_E_HTTP_HEADER},
    /* the end of the stream (8) */
    {"nothing at all", T(""), NANGO_E_HTTP_SILENT},
    {"one byte", T("H"), NANGO_E_HTTP_CUT},
    {"a cut status line", T("HTTP/1.1 200"), NANGO_E_HTTP_CUT},
    {"a cut reason", T("HTTP/1.1 200 O"), NANGO_E_HTTP_CUT},
    {"nothing behind a 100", T("HTTP/1.1 100 Continue\r\n\r\n"), NANGO_E_HTTP_CUT},
    {"a cut name", T(OK "Content-Le"), NANGO_E_HTTP_CUT},
    {"a cut value", T(OK "Content-Length: 5"), NANGO_E_HTTP_CUT},
    {"a head without its empty line", T(OK "Content-Length: 5\r\n"), NANGO_E_HTTP_CUT},
    {"a head without its last LF", T(OK "Content-Length: 5\r\n\r"), NANGO_E_HTTP_CUT},
    {"a body that has not begun", T(OK "Content-Length: 5\r\n\r\n"), NANGO_E_HTTP_CUT},
    {"a body that lacks a byte", T(OK "Content-Length: 5\r\n\r\nhell"), NANGO_E_HTTP_CUT},
    {"a body of 4294967289 bytes that has not begun", T(OK "Content-Length: 4294967289\r\n\r\n"),
     NANGO_E_HTTP_CUT},
    {"chunks that have not begun", T(CHUNKED), NANGO_E_HTTP_CUT},
    {"a cut size", T(CHUNKED "5"), NANGO_E_HTTP_CUT},
    {"a cut chunk", T(CHUNKED "5\r\nhell"), NANGO_E_HTTP_CUT},
    {"a cut chunk of 2^32 - 1", T(CHUNKED "ffffFFFF\r\nx"), NANGO_E_HTTP_CUT},
    {"a chunk without its CR LF", T(CHUNKED "5\r\nhello"), NANGO_E_HTTP_CUT},
    {"chunks without the last", T(CHUNKED "5\r\nhello\r\n"), NANGO_E_HTTP_CUT},
    {"a last chunk without the empty line", T(CHUNKED "5\r\nhello\r\n0\r\n"), NANGO_E_HTTP_CUT},
    {"cut trailers", T(CHUNKED "0\r\nX: y\r\n"), NANGO_E_HTTP_CUT},
};

static char none[1]; /* where Location goes */

/* ---- one answer, in slices ------------------------------------------------------------------ */

struct reading {
    struct http http;
    int rc;       /* what http_feed said last; of http_finish, if it had to say it */
    int finished; /* 1: http_finish had to */
    unsigned heads;
    const char *body; /* that it should be */
    size_t body_len, body_at;
    size_t rest;
};

/* Feeds a part; 1: go on. */
static int feed(struct reading *r, const char *part, size_t len)
{
    size_t used = 99;
    for (;;) {
        r->rc = http_feed(&r->http, part, len, &used);
        if (r->rc < 0) {
            return 0;
        }
        if (!CHECK(used <= len)) {
            return 0;
        }
        if (r->rc == HTTP_HEAD) {
            r->heads++;
            CHECK_INT(r->body_at, 0);
        } else if (r->rc == HTTP_BODY) {
            size_t n = r->http.body_len, left = r->body_len - r->body_at;
            CHECK_INT(r->heads, 1);
            if (!CHECK(n > 0 && n <= used && r->http.body + n == part + used) ||
                (r->body != NULL && !CHECK(n <= left)) ||
                (r->body != NULL && !CHECK_MEM(r->http.body, n, r->body + r->body_at, n))) {
                return 0;
            }
            r->body_at += n;
        } else if (r->rc == HTTP_MORE) {
            CHECK_INT(used, len);
            return 1;
        } else {
            r->rest = len - used;
            return 0;
        }
        part += used;
        len -= used;
    }
}

static void read_slices(struct reading *r, struct unit_slices *s, char *location, size_t cap)
{
    const char *part;
    size_t len;
    int more = 1;
    http_init(&r->http, location, cap);
    while (more && unit_slice(s, &part, &len)) {
        more = feed(r, part, len);
    }
    r->rest += s->len - s->at;
    if (more) {
        r->finished = 1;
        r->rc = http_finish(&r->http, 1);
        r->rc = r->rc == 0 ? HTTP_END : r->rc;
    }
}

/* It has ended: it stays so. */
static void check_ended(struct reading *r)
{
    size_t used = 99;
    CHECK_INT(http_feed(&r->http, OK, sizeof OK - 1, &used), r->rc);
    CHECK_INT(used, 0);
    CHECK_INT(http_finish(&r->http, 0), r->rc == HTTP_END ? 0 : r->rc);
}

static void run_good(void *ctx, struct unit_slices *s)
{
    const struct answer *a = ctx;
    struct reading r = {.body = a->body, .body_len = a->body_len};
    read_slices(&r, s, none, sizeof none);
    CHECK_INT(r.rc, HTTP_END);
    CHECK_INT(r.finished, (a->then & STREAM) != 0);
    CHECK_INT(r.heads, 1);
    CHECK_INT(r.http.status, a->status);
    CHECK_INT(r.body_at, a->body_len);
    CHECK_INT(r.rest, a->rest);
    CHECK_INT(r.http.keep_alive, (a->then & KEEP) != 0);
    check_ended(&r);
}

static void run_bad(void *ctx, struct unit_slices *s)
{
    const struct broken *b = ctx;
    struct reading r = {.body = NULL};
    read_slices(&r, s, none, sizeof none);
    CHECK_INT(r.rc, b->error);
    check_ended(&r);
}

/* ---- what the fields of a head say ---------------------------------------------------------- */

struct said {
    const char *name;
    const char *bytes;
    size_t len;
    int keep_alive, keep_alive_s;
    uint32_t date;
    int32_t retry_after_s;
    int limited;
    uint32_t limit, remaining, reset_in_s;
};

#define SAID(name, fields) name, T(OK fields "Content-Length: 0\r\n\r\n")
#define KEEPS(field, keep, seconds) {SAID(field, field "\r\n"), keep, seconds, 0, -1, 0, 0, 0, 0}
#define DATED(text, date) {SAID(text, "Date: " text "\r\n"), 1, 0, date, -1, 0, 0, 0, 0}
#define RETRY(text, seconds)                                                                       \
    {SAID(text, text "\r\n" DATE), 1, 0, 1795557600, seconds, 0, 0, 0, 0}
#define RATES(limit, remaining, reset)                                                             \
    "X-RateLimit-Limit: " limit "\r\nX-RateLimit-Remaining: " remaining                            \
    "\r\nX-RateLimit-Reset: " reset "\r\n"

static const struct said said[] = {
    {SAID("nothing", ""), 1, 0, 0, -1, 0, 0, 0, 0},
    KEEPS("Connection: keep-alive", 1, 0),
    KEEPS("Connection: close", 0, 0),
    KEEPS("Connection: Close", 0, 0),
    KEEPS("Connection: keep-alive, close", 0, 0),
    KEEPS("Connection: close,keep-alive", 0, 0),
    {SAID("Connection twice", "Connection: close\r\nConnection: keep-alive\r\n"), 0, 0, 0, -1, 0, 0,
     0, 0},
    KEEPS("Connection: ,, x\t,close,", 0, 0),
    KEEPS("Connection:", 1, 0),
    KEEPS("Connection: closed, xclose, clos", 1, 0),
    KEEPS("Connection: timeout=5", 1, 0),
    KEEPS("Connection: a, b, c, d, e, f, g, h, i, j, k, close", 0, 0),
    KEEPS("Connection: a, b, c, d, e, f, g, h, i, j, k, clos", 0, 0),
    KEEPS("Keep-Alive: timeout=61", 1, 61),
    KEEPS("Keep-Alive: max=100, Timeout=5", 1, 5),
    KEEPS("Keep-Alive: timeout=255", 1, 255),
    KEEPS("Keep-Alive: timeout=256", 1, 255),
    KEEPS("Keep-Alive: timeout=9999999999", 1, 0),
    KEEPS("Keep-Alive: timeout=0", 1, 0),
    KEEPS("Keep-Alive: timeout=", 1, 0),
    KEEPS("Keep-Alive: timeout=x", 1, 0),
    KEEPS("Keep-Alive: timeout=-1", 1, 0),
    KEEPS("Keep-Alive: xtimeout=5, timeout", 1, 0),
    KEEPS("Keep-Alive: close", 1, 0),
    DATED("Tue, 24 Nov 2026 22:00:00 GMT", 1795557600),
    DATED("Sun, 01 Mar 1970 00:00:00 GMT", 5097600),
    DATED("Tue, 29 Feb 2000 23:59:60 GMT", 951868800),
    DATED("Wed, 01 Mar 2000 00:00:00 GMT", 951868800),
    DATED("Fri, 31 Dec 2027 23:59:59 GMT", 1830297599),
    DATED("Sat, 01 Jan 2028 00:00:00 GMT", 1830297600),
    DATED("Sun, 28 Feb 2100 00:00:00 GMT", 4107456000),
    DATED("Mon, 01 Mar 2100 00:00:00 GMT", 0),
    DATED("Sat, 28 Feb 1970 23:59:59 GMT", 0),
    DATED("Tue, 24 Nov 2026 22:00:00 UTC", 0),
    DATED("Tue, 24 Nov 2026 22:00:00 gmt", 0),
    DATED("Tue, 24 Nov 2026 22:00:00 GMT+1", 0),
    DATED("Tue, 24 Nov 2026 22:00:00", 0),
    DATED("Tue, 24 Nev 2026 22:00:00 GMT", 0),
    DATED("Tue, 24 nov 2026 22:00:00 GMT", 0),
    DATED("Tue, 24 anF 2026 22:00:00 GMT", 0),
    DATED("Tue, 4 Nov 2026 22:00:00 GMT", 0),
    DATED("Tue, x4 Nov 2026 22:00:00 GMT", 0),
    DATED("Tue, 4x Nov 2026 22:00:00 GMT", 0),
    DATED("Tue, 24 Nov 2026 x2:00:00 GMT", 0),
    DATED("Tue, 24 Nov 2026 22:0x:00 GMT", 0),
    DATED("Tue, 24 Nov 2026 22:00:0x GMT", 0),
    DATED("Tue, 24 Nov x026 22:00:00 GMT", 0),
    DATED("Tuesday, 24-Nov-26 22:00:00 GMT", 0), /* obsolete, RFC 9110 5.6.7 */
    DATED("Tue Nov 24 22:00:00 2026", 0),
    DATED("1795557600", 0),
    DATED("", 0),
    {SAID("a date alone", DATE), 1, 0, 1795557600, -1, 0, 0, 0, 0},
    RETRY("Retry-After: 0", 0),
    RETRY("Retry-After: 120", 120),
    RETRY("Retry-After: 2147483647", INT32_MAX),
    RETRY("Retry-After: 2147483648", INT32_MIN),
    RETRY("Retry-After: 99999999999999999999", -1),
    RETRY("Retry-After: 00000000000000000000000000000000000000005", -1),
    RETRY("Retry-After: 1.5", -1),
    RETRY("Retry-After: -1", -1),
    RETRY("Retry-After: soon", -1),
    RETRY("Retry-After:", -1),
    RETRY("Retry-After: Tue, 24 Nov 2026 22:01:30 GMT", 90),
    RETRY("Retry-After: Tue, 24 Nov 2026 22:00:00 GMT", 0),
    RETRY("Retry-After: Tue, 24 Nov 2026 21:59:59 GMT", 0),
    RETRY("Retry-After: Sun, 28 Feb 2094 00:00:00 GMT", 2122596000),
    {SAID("Retry-After twice", "Retry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\nRetry-After: 7\r\n" DATE), 1, 0, 1795557600, 7, 0, 0, 0, 0},
    {SAID("Retry-After twice, a date", "Retry-After: 7\r\nRetry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\n" DATE), 1, 0, 1795557600, 90, 0, 0, 0, 0},
    {SAID("Retry-After as a date, without Date", "Retry-After: Tue, 24 Nov 2026 22:01:30 GMT\r\n"),
     1, 0, 0, -1, 0, 0, 0, 0},
    {SAID("the three of the rate limit", RATES("2400", "2399", "1795557660") DATE), 1, 0,
     1795557600, -1, 1, 2400, 2399, 60},
    {SAID("Date before the three", DATE RATES("200", "0", "1795557600")), 1, 0, 1795557600, -1, 1,
     200, 0, 0},
    {SAID("a reset that has passed", RATES("200", "0", "1795557599") DATE), 1, 0, 1795557600, -1, 1,
     200, 0, 0},
    {SAID("a reset beyond 32 bits", RATES("200", "0", "99999999999") DATE), 1, 0, 1795557600, -1, 0,
     0, 0, 0},
    {SAID("the three without Date", RATES("200", "0", "1795557660")), 1, 0, 0, -1, 0, 200, 0, 0},
    {SAID("the three, one twice, none a number",
          RATES("many", "7", "1795557660") "X-RateLimit-Remaining: 8\r\n" DATE),
     1, 0, 1795557600, -1, 0, 0, 8, 60},
    {SAID("two of the three", "X-RateLimit-Limit: 5\r\nX-RateLimit-Reset: 1795557660\r\n" DATE), 1,
     0, 1795557600, -1, 0, 5, 0, 60},
};

static void run_said(void *ctx, struct unit_slices *s)
{
    const struct said *f = ctx;
    struct reading r = {.body = NULL};
    read_slices(&r, s, none, sizeof none);
    CHECK_INT(r.rc, HTTP_END);
    CHECK_INT(r.http.keep_alive, f->keep_alive);
    CHECK_INT(r.http.keep_alive_s, f->keep_alive_s);
    CHECK_INT(r.http.date, f->date);
    CHECK_INT(r.http.retry_after_s, f->retry_after_s);
    CHECK_INT(r.http.limited, f->limited);
    if (f->limited) {
        CHECK_INT(r.http.limit, f->limit);
        CHECK_INT(r.http.remaining, f->remaining);
        CHECK_INT(r.http.reset_in_s, f->reset_in_s);
    }
}

struct place {
    const char *name;
    const char *bytes;
    size_t len;
    size_t cap;
    const char *location;
    int cut;
};

#define MOVED "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
static const struct place places[] = {
    {"Location", T(MOVED "Location: https://a/b?c \r\n\r\n"), 32, "https://a/b?c", 0},
    {"Location of 308", T("HTTP/1.1 308 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "/x",
     0},
    {"no Location", T(MOVED "\r\n"), 32, "", 0},
    {"an empty Location", T(MOVED "Location:  \r\n\r\n"), 32, "", 0},
    {"Location of 201", T("HTTP/1.1 201 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "",
     0},
    {"Location of 299", T("HTTP/1.1 299 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "",
     0},
    {"Location of 400", T("HTTP/1.1 400 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), 32, "",
     0},
    {"Location of a 1xx", T("HTTP/1.1 103 ?\r\nLocation: /x\r\n\r\n" MOVED "\r\n"), 32, "", 0},
    {"Location that fits", T(MOVED "Location: /12345 \r\n\r\n"), 8, "/12345", 0},
    {"Location that just fits", T(MOVED "Location: /123456\r\n\r\n"), 8, "/123456", 0},
    {"Location that does not", T(MOVED "Location: /1234567\r\n\r\n"), 8, "/123456", 1},
    {"Location that does not, and a field that does",
     T(MOVED "Location: /1234567\r\nX: y\r\nDate: z\r\n\r\n"), 8, "/123456", 1},
    {"Location twice", T(MOVED "Location: /1234567\r\nLocation: /2\r\n\r\n"), 8, "/2", 0},
    {"Location beyond US-ASCII", T(MOVED "Location: /\xc3\xa9\r\n\r\n"), 8, "/?\?", 0},
    {"Location with room for the NUL", T(MOVED "Location: /x\r\n\r\n"), 1, "", 1},
};

static void run_place(void *ctx, struct unit_slices *s)
{
    const struct place *p = ctx;
    struct reading r = {.body = NULL};
    char *room = unit_room(UNIT_A, p->cap); /* ends at a wall */
    memset(room, '#', p->cap);
    read_slices(&r, s, room, p->cap);
    CHECK_INT(r.rc, HTTP_END);
    CHECK_INT(r.http.location_cut, p->cut);
    CHECK_MEM(room, strlen(p->location) + 1, p->location, strlen(p->location) + 1);
}

/* ---- what is too large ---------------------------------------------------------------------- */

/* A text; `count` bytes of x, in parts of `step`. Both: what http_feed said last. */
static int feed_text(struct reading *r, const char *text)
{
    feed(r, unit_guard(UNIT_SLICES, text, strlen(text)), strlen(text));
    return r->rc;
}

static int feed_many(struct reading *r, size_t count, size_t step)
{
    char *part = unit_room(UNIT_SLICES, step);
    memset(part, 'x', step);
    for (r->rc = HTTP_MORE; count > 0 && r->rc == HTTP_MORE; count -= step) {
        step = step < count ? step : count;
        feed(r, part, step);
    }
    return r->rc;
}

static struct reading begin(void)
{
    struct reading r = {.body = NULL};
    http_init(&r.http, none, sizeof none);
    return r;
}

static const size_t steps[] = {1, 1000, NANGO_HTTP_HEAD_MAX + 10};

/* All the lines of an answer have NANGO_HTTP_HEAD_MAX bytes, their ends and what is kept of a chunk
 * header not counted. Each answer has as many x as fit, and one more. */
static void test_sizes(void)
{
    static const struct {
        const char *name, *before, *behind;
        size_t counted; /* bytes beside the x */
    } lines[] = {
        {"a reason", "HTTP/1.1 200 ", "\r\n", 13},
        {"a name", OK, ":\r\n\r\n", 16},
        {"a value", OK "X: ", "\r\n\r\n", 18},
        {"a known value", OK "Date:", "\r\n\r\n", 20},
        {"a folded value", OK "X: y\r\n ", "\r\n\r\n", 20},
        {"a field of a 1xx", "HTTP/1.1 100 ?\r\nX: ", "\r\n\r\n", 17},
        {"a field behind a 1xx", "HTTP/1.1 100 ?\r\nX: y\r\n\r\n" OK "X: ", "\r\n\r\n", 36},
        {"an extension", CHUNKED "1;", "\r\nx", 43},
        {"a second extension", CHUNKED "1;x\r\nx\r\n1;", "\r\nx", 43},
        {"a trailer", CHUNKED "1;x\r\nx\r\n0\r\nX: ", "\r\n\r\n", 44},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        unit_case_of("NANGO_HTTP_HEAD_MAX", lines[i].name);
        for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
            size_t room = NANGO_HTTP_HEAD_MAX - lines[i].counted;
            struct reading r = begin();
            CHECK_INT(feed_text(&r, lines[i].before), HTTP_MORE);
            CHECK_INT(feed_many(&r, room, steps[k]), HTTP_MORE);
            CHECK(feed_text(&r, lines[i].behind) >= 0);
            r = begin();
            CHECK_INT(feed_text(&r, lines[i].before), HTTP_MORE);
            feed_many(&r, room + 1, steps[k]);
            CHECK_INT(feed_text(&r, lines[i].behind), NANGO_E_HTTP_TOO_LARGE);
        }
    }
}

static void test_many(void)
{
    unit_case("a value without an end is refused");
    struct reading r = begin();
    CHECK_INT(feed_text(&r, OK "X: "), HTTP_MORE);
    CHECK_INT(feed_many(&r, (size_t)10 * NANGO_HTTP_HEAD_MAX, 1000), NANGO_E_HTTP_TOO_LARGE);

    unit_case("an extension of a megabyte is refused");
    r = begin();
    CHECK_INT(feed_text(&r, CHUNKED "1;"), HTTP_MORE);
    CHECK_INT(feed_many(&r, 1 << 20, 1000), NANGO_E_HTTP_TOO_LARGE);

    unit_case("fields without an end are refused");
    r = begin();
    feed_text(&r, OK);
    for (size_t i = 0; i < NANGO_HTTP_HEAD_MAX && r.rc == HTTP_MORE; i++) {
        feed_text(&r, "X: y\r\n");
    }
    CHECK_INT(r.rc, NANGO_E_HTTP_TOO_LARGE);

    unit_case("white space without an end before a value is refused");
    r = begin();
    feed_text(&r, OK "X:");
    for (size_t i = 0; i < NANGO_HTTP_HEAD_MAX && r.rc == HTTP_MORE; i++) {
        feed_text(&r, "\t ");
    }
    CHECK_INT(r.rc, NANGO_E_HTTP_TOO_LARGE);

    unit_case("zeros of a size without an end are refused");
    r = begin();
    feed_text(&r, CHUNKED);
    for (size_t i = 0; i < NANGO_HTTP_HEAD_MAX && r.rc == HTTP_MORE; i++) {
        feed_text(&r, "0000");
    }
    CHECK_INT(r.rc, NANGO_E_HTTP_TOO_LARGE);

    unit_case("a hundred thousand small chunks are read");
    r = begin();
    feed_text(&r, CHUNKED);
    for (size_t i = 0; i < 100000 && r.rc == HTTP_MORE; i++) {
        feed_text(&r, "1;x\r\nx\r\n");
    }
    CHECK_INT(feed_text(&r, "0\r\n\r\n"), HTTP_END);
    CHECK_INT(r.body_at, 100000);

    unit_case("a megabyte by length, by chunk and to the close is read");
    r = begin();
    feed_text(&r, OK "Content-Length: 1048577\r\n\r\n");
    CHECK_INT(feed_many(&r, 1 << 20, 1000), HTTP_MORE);
    CHECK_INT(feed_text(&r, "xHTTP"), HTTP_END);
    CHECK_INT(r.rest, 4);
    r = begin();
    feed_text(&r, CHUNKED "100000\r\n");
    CHECK_INT(feed_many(&r, 1 << 20, 1000), HTTP_MORE);
    CHECK_INT(feed_text(&r, "\r\n0\r\n\r\n"), HTTP_END);
    CHECK_INT(r.body_at, 1 << 20);
    r = begin();
    feed_text(&r, OK "\r\n");
    CHECK_INT(feed_many(&r, 1 << 20, 1000), HTTP_MORE);
    CHECK_INT(http_finish(&r.http, 1), 0);
    CHECK_INT(r.body_at, 1 << 20);

    unit_case("a Location's room of 64 KB");
    char *room = unit_room(UNIT_A, 65536);
    static const char far[] = "HTTP/1.1 302 ?\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n";
    r = begin();
    http_init(&r.http, room, 65536);
    feed_text(&r, far);
    CHECK_TEXT(room, 3, "/x\0");
}

static void test_finish(void)
{
    unit_case("a body to the close ends with an orderly end only (8)");
    struct reading r = begin();
    feed_text(&r, OK "\r\nhello");
    CHECK_INT(http_finish(&r.http, 0), NANGO_E_HTTP_CUT);
    CHECK_INT(http_finish(&r.http, 1), NANGO_E_HTTP_CUT);

    unit_case("a whole answer is whole however the stream ends");
    r = begin();
    feed_text(&r, OK "Content-Length: 1\r\n\r\nx");
    CHECK_INT(http_finish(&r.http, 0), 0);

    unit_case("an end before any byte, in order or not");
    r = begin();
    CHECK_INT(http_finish(&r.http, 0), NANGO_E_HTTP_SILENT);
    r = begin();
    CHECK_INT(http_finish(&r.http, 1), NANGO_E_HTTP_SILENT);

    unit_case("HTTP_HEAD comes before the body is there, HTTP_END without another byte");
    size_t used;
    r = begin();
    CHECK_INT(http_feed(&r.http, T("HTTP/1.1 204 ?\r\n\r\n"), &used), HTTP_HEAD);
    CHECK_INT(used, 18);
    CHECK_INT(http_feed(&r.http, "", 0, &used), HTTP_END);
    CHECK_INT(used, 0);
}

void test_http_read(void)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct answer a = good[i];
        unit_case_of("is read", a.name);
        unit_each_slicing(a.bytes, a.len, run_good, &a);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct broken b = bad[i];
        unit_case_of("is refused", b.name);
        unit_each_slicing(b.bytes, b.len, run_bad, &b);
    }
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct said f = said[i];
        unit_case_of("fields", f.name);
        unit_each_slicing(f.bytes, f.len, run_said, &f);
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct place p = places[i];
        unit_case_of("fields", p.name);
        unit_each_slicing(p.bytes, p.len, run_place, &p);
    }
    test_sizes();
    test_many();
    test_finish();
}
