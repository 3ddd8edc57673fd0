/* SPDX-License-Identifier: MIT
 *
 * http_read: what RFC 9110 and 9112 let an answer be, and what they do not. Each answer is read in
 * every slicing. Names of sections are those of RFC 9112 unless another is named.
 */
#include "http_reading.h"

void test_http_read(void);

/* What becomes of the connection; STREAM: its end is that of the body. */
enum { KEEP = 1, CLOSE = 2, STREAM = 4 };

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
     T(OK "Content-Length:\t \t                         5 \t \r\nX:\r\nY: \r\n\r\n"
          "hello"),
     200, T("hello"), KEEP, 0},
    {"names that begin or end as a known one",
     T(OK "Content-Length2: 9\r\nContent-Lengt: 9\r\nX-Content-Length: 9\r\nD: 1\r\n"
          "X-RateLimit-Remaining2: 9\r\nX-RateLimit-Remainin: 9\r\nContent_Length: "
          "7\r\nContent-Length: 1\r\n\r\nx"),
     200, T("x"), KEEP, 0},
    {"names that are words elsewhere",
     T(OK "Close: x\r\nChunked: x\r\nTimeout: x\r\nIdentity: x\r\nContent-Length: 1\r\n\r\nx"), 200,
     T("x"), KEEP, 0},
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
    {"HTTP/1.0 that says something else",
     T("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: upgrade\r\n\r\nhi"), 200, T("hi"),
     CLOSE, 0},
    {"HTTP/1.0 that closes",
     T("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"), 200, T("hi"), CLOSE,
     0},
    {"HTTP/1.1 that closes (9.6)", T(OK "Connection: close\r\nContent-Length: 2\r\n\r\nhi"), 200,
     T("hi"), CLOSE, 0},
    {"204 (6.3)", T("HTTP/1.1 204 No Content\r\n\r\nHTTP"), 204, T(""), KEEP, 4},
    {"304 (6.3)", T("HTTP/1.1 304 Not Modified\r\n\r\n"), 304, T(""), KEEP, 0},
    {"204 that closes", T("HTTP/1.1 204 ?\r\nConnection: close\r\n\r\n"), 204, T(""), CLOSE, 0},
    {"204 that announces nothing", T("HTTP/1.1 204 ?\r\nContent-Length: 0\r\n\r\n"), 204, T(""),
     KEEP, 0},
    {"204 that announces a body", T("HTTP/1.1 204 ?\r\nContent-Length: 5\r\n\r\nhello"), 204, T(""),
     CLOSE, 5},
    {"204 that announces a byte", T("HTTP/1.1 204 ?\r\nContent-Length: 1\r\n\r\nh"), 204, T(""),
     CLOSE, 1},
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
    {"leading zeros of sizes", T(CHUNKED "00000001\r\nx\r\n00000000\r\n\r\n"), 200, T("x"), KEEP,
     0},
    {"no chunk but the last", T(CHUNKED "0\r\n\r\n"), 200, T(""), KEEP, 0},
    {"extensions of chunks (7.1.1)",
     T(CHUNKED
       "1;a\r\nx\r\n1;a=\"q;\\\"\"\r\ny\r\n1 ;a\r\nz\r\n1\t \t;;=\x80\r\n!\r\n0;last\r\n\r\n"),
     200, T("xyz!"), KEEP, 0},
    {"an extension beyond its room",
     T(CHUNKED "1;0123456789012345678901234567890123456789\r\nx\r\n1\r\ny\r\n0\r\n\r\n"), 200,
     T("xy"), KEEP, 0},
    {"white space behind sizes (7.1.1)",
     T(CHUNKED "1 \t                                \r\nx\r\n0 \r\n\r\n"), 200, T("x"), KEEP, 0},
    {"trailers (7.1.2)", T(CHUNKED "1\r\nx\r\n0\r\nDate: 1\r\nX: y\r\n\r\n"), 200, T("x"), KEEP, 0},
    {"trailers that pretend to frame", /* 6.5.1 of RFC 9110 */
     T(CHUNKED
       "1\r\nx\r\n0\r\nContent-Length: 7\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n"
       "Content-Encoding: gzip\r\n\r\n"),
     200, T("x"), KEEP, 0},
    {"trailers are any lines", T(CHUNKED "1\r\nx\r\n0\r\n X: y\r\nhello\r\n\r\n"), 200, T("x"),
     KEEP, 0},
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
    {"HTAB behind the status, and no reason", T("HTTP/1.1 200\t\r\n\r\n"), NANGO_E_HTTP_STATUS},
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
    ONE_FIELD("Transfer-Encoding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
              NANGO_E_HTTP_CODING),
    ONE_FIELD("Transfer-Encoding twice, differing",
              "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", NANGO_E_HTTP_CODING),
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
    {"white space behind a chunk", T(CHUNKED "1\r\nx \r\n0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a chunk without its end", T(CHUNKED "1\r\nx0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind a chunk", T(CHUNKED "1\r\nx\n0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare CR behind a chunk", T(CHUNKED "1\r\nx\r0\r\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind the last chunk", T(CHUNKED "0\n\r\n"), NANGO_E_HTTP_CHUNK},
    {"a bare LF behind the trailers", T(CHUNKED "0\r\nX: y\r\n\n"), NANGO_E_HTTP_HEADER},
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
    {"one CR", T("\r"), NANGO_E_HTTP_CUT},
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

static void run_good(void *ctx, struct unit_slices *s)
{
    const struct answer *a = ctx;
    struct reading r = {.body = a->body, .body_len = a->body_len};
    reading_begin(&r);
    reading_slices(&r, s);
    CHECK_INT(r.rc, HTTP_END);
    CHECK_INT(r.finished, (a->then & STREAM) != 0);
    CHECK_INT(r.heads, 1);
    CHECK_INT(r.http.status, a->status);
    CHECK_INT(r.body_at, a->body_len);
    CHECK_INT(r.rest, a->rest);
    CHECK_INT(r.http.keep_alive, (a->then & KEEP) != 0);
    reading_check_ended(&r);
}

static void run_bad(void *ctx, struct unit_slices *s)
{
    const struct broken *b = ctx;
    struct reading r = {.body = NULL};
    reading_begin(&r);
    reading_slices(&r, s);
    CHECK_INT(r.rc, b->error);
    reading_check_ended(&r);
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
}
