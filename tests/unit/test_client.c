/* SPDX-License-Identifier: MIT
 *
 * The machine against a scripted network: outcomes, retries, deadlines, keep-alive, early answers.
 */
#include "client.h"
#include "fake_port.h"
#include "unit.h"

#include <string.h>

#define KEY "c561815d-4b9e-4464-a3a8-e0cd610fd807"
#define HEAD(status, length) \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nContent-Length: " length "\r\n"
#define DONE_BODY "{\"id\":7,\"connection_id\":\"device-42\"}" /* 36 bytes */
#define DONE HEAD("201 Created", "36") "Keep-Alive: timeout=61\r\n\r\n" DONE_BODY
#define SERVER_ERROR HEAD("500 Internal Server Error", "2") "Connection: close\r\n\r\n{}"
#define INVALID                   \
    HEAD("400 Bad Request", "50") \
    "\r\n{\"error\":{\"code\":\"invalid_body\",\"message\":\"no\"}}    "
#define FORBIDDEN HEAD("403 Forbidden", "30") "\r\n{\"error\":{\"code\":\"forbidden\"}} "
#define TIMEOUT HEAD("408 Request Timeout", "2") "Connection: close\r\n\r\n{}"
#define LIMITED(after)                 \
    HEAD("429 Too Many Requests", "2") \
    "Connection: close\r\nDate: Tue, 24 Nov 2026 22:14:31 GMT\r\nRetry-After: " after "\r\n\r\n{}"

static struct nango_tls tls;
static struct nango_client client;
static struct nango_result result;
static struct fake fake;
static char work[1024];

static const struct nango_connection connection = {
    .provider_config_key = {"github", 6},
    .connection_id = {"device-42", 9},
    .credentials = {.type = NANGO_OAUTH2, .oauth2 = {.access_token = {"gho_secret", 10}}},
};

static void start(const struct fake_connection *script, size_t script_len)
{
    memset(&fake, 0, sizeof fake);
    fake.script = script;
    fake.script_len = script_len;
    struct nango_tls_settings t = {.entropy = fake_entropy};
    CHECK_INT(nango_tls_init(&tls, &t), 0);
    struct nango_settings s = {
        .tls = &tls,
        .port = &fake_port,
        .port_ctx = &fake,
        .host = "127.0.0.1",
        .plain_http = 1,
        .secret_key = NANGO_STR(KEY),
        .work = work,
        .work_cap = sizeof work,
        .deadline_ms = 20000,
    };
    CHECK_INT(nango_init(&client, &s), 0);
}

/* What holds after every call. */
static void settle(void)
{
    static const char zero[sizeof work];
    CHECK_MEM(work, sizeof work, zero, sizeof zero);
    CHECK(fake.now <= 20000);
    CHECK_INT(nango_poll(&client), result.error);
    nango_close(&client);
    CHECK_INT(fake.opened, fake.closed);
    nango_tls_free(&tls);
}

static void import_once(const char *name, const struct fake_connection *script, size_t script_len,
                        enum nango_outcome outcome, int error, unsigned attempts)
{
    unit_case(name);
    start(script, script_len);
    CHECK_INT(nango_import(&client, &connection, &result), error);
    CHECK_INT(result.outcome, outcome);
    CHECK_INT(result.error, error);
    CHECK_INT(result.attempts, attempts);
    CHECK_INT(result.outcome == NANGO_DONE, error == 0);
    CHECK_TEXT(result.connection_id.ptr, result.connection_id.len, "device-42");
    settle();
}

static void outcomes(void)
{
    struct fake_connection c[3] = {{.answer = DONE}};
    import_once("a 201 is DONE, in one send", c, 1, NANGO_DONE, 0, 1);
    CHECK_INT(fake.sends, 1);
    CHECK_INT(result.status, 201);
    c[0].step = 1;
    import_once("the same byte by byte, in and out", c, 1, NANGO_DONE, 0, 1);
    c[0] = (struct fake_connection){.answer = INVALID};
    import_once("a 400 is REFUSED, with the server's words", c, 1, NANGO_REFUSED, NANGO_E_STATUS,
                1);
    CHECK_INT(strcmp(result.code, "invalid_body"), 0);
    CHECK_INT(strcmp(result.message, "no"), 0);
    c[0] = (struct fake_connection){.answer = HEAD("201 Created", "2") "\r\n{}"};
    import_once("a 201 that is not Nango's is IN_DOUBT", c, 1, NANGO_IN_DOUBT, NANGO_E_ANSWER, 1);
    c[0].answer = HEAD("200 OK", "6") "\r\n<html>";
    import_once("an HTML page with 200 is IN_DOUBT", c, 1, NANGO_IN_DOUBT, NANGO_E_JSON_SYNTAX, 1);
    c[0].answer = HEAD("302 Found", "0") "Location: https://evil.example/\r\n\r\n";
    import_once("a redirect is not followed", c, 1, NANGO_NOT_SENT, NANGO_E_REDIRECT, 1);
    CHECK_INT(strcmp(result.message, "https://evil.example/"), 0);
    c[0].answer = "HTTP/1.1 201 Created\nContent-Length: 0\n\n";
    import_once("a broken head is IN_DOUBT at once", c, 1, NANGO_IN_DOUBT, NANGO_E_HTTP_STATUS, 1);
}

static void retries(void)
{
    struct fake_connection c[4] = {{.open = NANGO_PORT_UNREACHABLE}, {.answer = DONE}};
    import_once("unreachable first, then DONE", c, 2, NANGO_DONE, 0, 2);
    c[0] = (struct fake_connection){.end = NANGO_PORT_RESET};
    import_once("an answer that was lost, then DONE", c, 2, NANGO_DONE, 0, 2);
    c[0] = (struct fake_connection){.answer = DONE, .answer_len = 40, .end = NANGO_PORT_FIN};
    import_once("an answer that was cut, then DONE", c, 2, NANGO_DONE, 0, 2);
    c[1] = (struct fake_connection){.answer = INVALID};
    import_once("doubt, then 400 about the body: REFUSED", c, 2, NANGO_REFUSED, NANGO_E_STATUS, 2);
    c[1].answer = FORBIDDEN;
    import_once("doubt, then 403: still IN_DOUBT", c, 2, NANGO_IN_DOUBT, NANGO_E_STATUS, 2);
    CHECK_INT(result.status, 403);
    c[0] = (struct fake_connection){.answer = SERVER_ERROR};
    c[1] = (struct fake_connection){.answer = DONE};
    import_once("500, then DONE", c, 2, NANGO_DONE, 0, 2);
    c[0] = (struct fake_connection){.answer = LIMITED("1")};
    import_once("429 waits at least as long as it says", c, 2, NANGO_DONE, 0, 2);
    CHECK(fake.now >= 2000);
    c[0].answer = LIMITED("60");
    import_once("a wait beyond the deadline is handed back", c, 2, NANGO_NOT_SENT, NANGO_E_LIMITED,
                1);
    CHECK(result.retry_after_ms >= 61000 && result.retry_after_ms < 62000);
    CHECK(fake.now < 1000);
    c[1] = (struct fake_connection){.answer = LIMITED("60")};
    c[0] = (struct fake_connection){.end = NANGO_PORT_RESET};
    import_once("429 after a doubtful attempt", c, 2, NANGO_IN_DOUBT, NANGO_E_LIMITED, 2);
    c[0] = (struct fake_connection){.takes = 100};
    c[1] = (struct fake_connection){.answer = DONE};
    import_once("reset while sending, then DONE", c, 2, NANGO_DONE, 0, 2);
    const size_t whole = fake.request_len;
    for (size_t i = 0; i < 2; i++) {
        c[0] = c[1] = c[2] = (struct fake_connection){.takes = i == 0 ? 1 : whole - 1};
        import_once("a request whose last byte never left is NOT_SENT", c, 3, NANGO_NOT_SENT,
                    NANGO_E_DEADLINE, 3);
    }
    c[2].takes = whole;
    import_once("and is IN_DOUBT once it left", c, 3, NANGO_IN_DOUBT, NANGO_E_DEADLINE, 3);
    c[0] = c[1] = c[2] = (struct fake_connection){.answer = TIMEOUT};
    import_once("408 to a whole request is no verdict", c, 3, NANGO_IN_DOUBT, NANGO_E_UNREACHABLE,
                7);
}

/* After the request has left: the answer cut at each of its bytes, by a FIN and by a RST. */
static void cut_everywhere(void)
{
    struct fake_connection c[2] = {{0}, {.answer = DONE}};
    unit_case("an answer cut at every byte: DONE after a retry of the same bytes");
    for (size_t cut = 0; cut < sizeof DONE - 1; cut++) {
        for (int end = NANGO_PORT_RESET; end <= NANGO_PORT_FIN; end++) {
            c[0] = (struct fake_connection){.end = end};
            if (cut > 0) {
                c[0].answer = DONE;
                c[0].answer_len = cut;
            }
            start(c, 2);
            CHECK_INT(nango_import(&client, &connection, &result), 0);
            CHECK_INT(result.outcome, NANGO_DONE);
            CHECK_INT(result.attempts, 2);
            CHECK_INT(fake.total_len, 2 * fake.request_len);
            settle();
        }
    }
}

static void silence(void)
{
    struct fake_connection c[2] = {{.never = 1}, {.never = 1}};
    unit_case("nobody there: NOT_SENT at the deadline");
    start(c, 0);
    CHECK(nango_import(&client, &connection, &result) < 0);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    CHECK_INT(result.error, NANGO_E_UNREACHABLE);
    CHECK(result.retry_after_ms > 0);
    settle();
    unit_case("a black hole: each attempt has its share, the call its deadline");
    start(c, 2);
    CHECK(nango_import(&client, &connection, &result) < 0);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    CHECK(result.attempts >= 2);
    settle();
    unit_case("a server that never answers: IN_DOUBT");
    c[0] = c[1] = (struct fake_connection){0};
    start(c, 2);
    CHECK(nango_import(&client, &connection, &result) < 0);
    CHECK_INT(result.outcome, NANGO_IN_DOUBT);
    settle();
    unit_case("closed while it runs: CANCELLED");
    start(c, 2);
    CHECK_INT(nango_import_begin(&client, &connection, &result), 0);
    CHECK_INT(nango_import_begin(&client, &connection, &result), NANGO_E_BUSY);
    CHECK_INT(nango_poll(&client), NANGO_READ | NANGO_TIMER);
    nango_close(&client);
    CHECK_INT(result.outcome, NANGO_IN_DOUBT);
    CHECK_INT(result.error, NANGO_E_CANCELLED);
    CHECK_INT(fake.opened, fake.closed);
    nango_tls_free(&tls);
}

/* What holds beyond the call that learnt it. */
static void waits(void)
{
    struct fake_connection c[2] = {{.answer = LIMITED("60")}, {.answer = DONE}};
    unit_case("polled first when the deadline is over: NOT_SENT, and not without an error");
    start(c, 2);
    CHECK_INT(nango_import_begin(&client, &connection, &result), 0);
    fake.now = 20000;
    CHECK_INT(nango_poll(&client), NANGO_E_DEADLINE);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    settle();
    unit_case("a call that comes before the server's time sends nothing");
    start(c, 2);
    CHECK_INT(nango_import(&client, &connection, &result), NANGO_E_LIMITED);
    CHECK_INT(nango_import(&client, &connection, &result), NANGO_E_LIMITED);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    CHECK_INT(result.status, 0);
    CHECK(result.retry_after_ms >= 60000 && result.retry_after_ms <= 61000);
    CHECK_INT(fake.opened, 1);
    fake.now += 50000;
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    CHECK_INT(fake.now >= 61000 && fake.now < 62000, 1);
    fake.now = 0;
    settle();
    unit_case("a failure at the deadline lengthens the next wait, too");
    c[0] = (struct fake_connection){.never = 1};
    c[1] = (struct fake_connection){.never = 1};
    start(c, 2);
    nango_set_failures(&client, 20);
    CHECK_INT(nango_import(&client, &connection, &result), NANGO_E_DEADLINE);
    CHECK(nango_failures(&client) > 20);
    CHECK(result.retry_after_ms > 0);
    settle();
    unit_case("closed while it waits after a 429: NOT_SENT, since that says so");
    c[0] = (struct fake_connection){.answer = LIMITED("5")};
    start(c, 1);
    CHECK_INT(nango_import_begin(&client, &connection, &result), 0);
    CHECK(nango_poll(&client) > 0);
    fake.now++;
    CHECK_INT(nango_poll(&client), NANGO_TIMER);
    nango_close(&client);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    nango_tls_free(&tls);
    unit_case("a clock that leaps over a month ends the call, too");
    c[0] = (struct fake_connection){0};
    start(c, 1);
    CHECK_INT(nango_import_begin(&client, &connection, &result), 0);
    CHECK(nango_poll(&client) > 0);
    fake.now = (uint64_t)30 * 86400000;
    CHECK_INT(nango_poll(&client), NANGO_E_DEADLINE);
    CHECK_INT(result.outcome, NANGO_IN_DOUBT);
    fake.now = 0;
    settle();
}

static void spread(void)
{
    struct fake_connection c[1] = {{.answer = DONE}};
    struct nango_connection other = connection;
    unit_case("a fleet is spread: each id has its moment, and the first call waits for it");
    other.connection_id = NANGO_STR("device-43");
    uint32_t moment[2];
    for (size_t i = 0; i < 2; i++) {
        start(c, 1);
        client_inside(&client)->spread_ms = 3600000;
        CHECK_INT(nango_import(&client, i == 0 ? &connection : &other, &result), NANGO_E_LIMITED);
        moment[i] = result.retry_after_ms;
        CHECK(moment[i] > 20000 && moment[i] < 3600000);
        CHECK_INT(fake.opened, 0);
        fake.now = moment[i] - 20000 + 1;
        CHECK_INT(nango_import(&client, &connection, &result), 0);
        CHECK_INT(fake.now - moment[i] < 10, 1);
        fake.now = 0;
        settle();
    }
    CHECK(moment[0] != moment[1]);
}

static void keep_alive(void)
{
    struct fake_connection c[3] = {{.answer = DONE DONE, .answer_len = sizeof DONE - 1},
                                   {.answer = DONE}};
    unit_case("a kept connection serves the next call");
    start(c, 2);
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    CHECK_INT(fake.closed, 0);
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    CHECK_INT(fake.opened, 1);
    settle();
    unit_case("but not past the server's patience");
    start(c, 2);
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    fake.now += 60001;
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    CHECK_INT(fake.opened, 2);
    fake.now = 0;
    settle();
    unit_case("and not with a stray byte on it");
    c[0].answer_len = 0; /* two answers: the second one is nobody's */
    c[0].step = sizeof DONE - 1;
    start(c, 2);
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    CHECK_INT(fake.opened, 2);
    settle();
    unit_case("if it fails before a byte of an answer: at once on a fresh one");
    c[0] = (struct fake_connection){.answer = DONE};
    start(c, 2);
    CHECK_INT(nango_import(&client, &connection, &result), 0);
    uint64_t then = fake.now;
    CHECK_INT(nango_import_begin(&client, &connection, &result), 0);
    CHECK_INT(nango_poll(&client), NANGO_READ | NANGO_TIMER);
    c[0] = (struct fake_connection){.end = NANGO_PORT_RESET};
    CHECK_INT(nango_call(&client), 0);
    CHECK_INT(fake.opened, 2);
    CHECK(fake.now - then < 10);
    settle();
}

/* A body that brings its own connection_id. */
static void bodies(void)
{
    static const struct {
        const char *id;
        int error;
    } cases[] = {{"device-42", 0},
                 {"\\u0064evice\\u002d42", 0},
                 {"device-43", NANGO_E_ANSWER},
                 {"device-4", NANGO_E_ANSWER},
                 {"device-421", NANGO_E_ANSWER},
                 {"", NANGO_E_ANSWER}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const char before[] = "{\"provider_config_key\":\"github\",\"credentials\":"
                                     "{\"type\":\"NONE\"},\"connection_id\":\"";
        struct fake_connection c = {.answer = DONE, .step = i == 0 ? 1 : 0};
        char body[200];
        memcpy(body, before, sizeof before);
        strcat(body, cases[i].id);
        strcat(body, "\"}");
        struct nango_connection raw = {.body = {.len = strlen(body), .mem = body}};
        unit_case_of("the answer is about the body's own connection_id", cases[i].id);
        start(&c, 1);
        CHECK_INT(nango_import(&client, &raw, &result), cases[i].error);
        CHECK_INT(result.outcome, cases[i].error == 0 ? NANGO_DONE : NANGO_IN_DOUBT);
        settle();
    }
}

static void early_answers(void)
{
    static char metadata[6000];
    struct nango_connection big = connection;
    struct fake_connection c[2] = {{.answer = FORBIDDEN, .after = 300, .takes = 1000}};
    memset(metadata, ' ', sizeof metadata);
    metadata[0] = '{';
    metadata[sizeof metadata - 1] = '}';
    big.metadata = (struct nango_source){.mem = metadata, .len = sizeof metadata};
    unit_case("an answer that comes while the body goes out is the answer");
    start(c, 1);
    CHECK_INT(nango_import(&client, &big, &result), NANGO_E_STATUS);
    CHECK_INT(result.outcome, NANGO_REFUSED);
    CHECK_INT(result.status, 403);
    settle();
    unit_case("but it can't be a success");
    c[0].answer = DONE;
    start(c, 1);
    CHECK_INT(nango_import(&client, &big, &result), NANGO_E_ANSWER);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    settle();
}

/* An object of 3000 bytes whose last byte but one is another at each reading. */
static int read_changing(void *ctx, size_t off, void *buf, size_t len)
{
    unsigned *reads = ctx;
    char *to = buf;
    for (size_t i = 0; i < len; i++, off++) {
        *reads += off == 0;
        to[i] = off == 0 ? '{' : off == 2999 ? '}' : off == 2998 && *reads > 1 ? '\t' : ' ';
    }
    return 0;
}

static void sources(void)
{
    unsigned reads = 0;
    struct nango_connection big = connection;
    struct fake_connection c[1] = {{.answer = DONE, .after = 1 << 20}};
    big.metadata = (struct nango_source){.len = 3000, .read_at = read_changing, .ctx = &reads};
    unit_case("a source that changes between check and send never leaves whole");
    start(c, 1);
    CHECK_INT(nango_import(&client, &big, &result), NANGO_E_SOURCE_CHANGED);
    CHECK(fake.request_len > 1000 && fake.request_len < 3000);
    CHECK_INT(result.outcome, NANGO_NOT_SENT);
    settle();
}

static void ids(void)
{
    struct nango_connection c = connection;
    struct fake_connection silent[1] = {{0}};
    c.connection_id.ptr = NULL;
    unit_case("a connection_id is made before a byte leaves, a UUID v4");
    start(silent, 1);
    CHECK_INT(nango_import_begin(&client, &c, &result), 0);
    CHECK_INT(fake.opened, 0);
    const char *id = result.connection_id.ptr;
    CHECK_INT(result.connection_id.len, 36);
    CHECK_INT(id[14], '4');
    CHECK(strchr("89ab", id[19]) != NULL);
    CHECK_INT(id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-', 1);
    CHECK_INT(strspn(id, "0123456789abcdef-"), 36);
    CHECK(nango_poll(&client) > 0);
    fake.request[fake.request_len] = '\0';
    CHECK(strstr(fake.request, id) != NULL);
    nango_close(&client);
    nango_tls_free(&tls);
}

static void settings(void)
{
    struct nango_client other;
    struct nango_settings s = {.tls = &tls,
                               .port = &fake_port,
                               .port_ctx = &fake,
                               .host = "api.nango.dev",
                               .secret_key = NANGO_STR(KEY),
                               .work = work,
                               .work_cap = sizeof work};
    unit_case("a client of zeros, or without a call, says so");
    memset(&other, 0, sizeof other);
    CHECK_INT(nango_poll(&other), NANGO_E_CLOSED);
    CHECK_INT(nango_call(&other), NANGO_E_CLOSED);
    CHECK_INT(nango_wake_ms(&other), UINT32_MAX);
    CHECK_INT(nango_import(&other, &connection, &result), NANGO_E_CLOSED);
    CHECK_INT(nango_init(&other, &s), 0);
    CHECK_INT(nango_poll(&other), NANGO_E_CLOSED);
    nango_close(&other);
    CHECK_INT(nango_poll(&other), NANGO_E_CLOSED);
    unit_case("settings that make no sense");
    CHECK_INT(nango_init(&other, &s), 0);
    s.plain_http = 1;
    CHECK_INT(nango_init(&other, &s), NANGO_E_PLAINTEXT);
    s.unsafe_plain_http_to_any_host = 1;
    CHECK_INT(nango_init(&other, &s), 0);
    s.unsafe_plain_http_to_any_host = 0;
    static const char *const loopback[] = {"localhost", "127.0.0.1", "127.1.2.3", "::1"};
    for (size_t i = 0; i < 4; i++) {
        s.host = loopback[i];
        CHECK_INT(nango_init(&other, &s), 0);
    }
    static const char *const elsewhere[] = {"127.0.0.1.example.com", "localhost.example.com",
                                            "128.0.0.1", "::2", "127.evil.example"};
    for (size_t i = 0; i < 5; i++) {
        s.host = elsewhere[i];
        CHECK_INT(nango_init(&other, &s), NANGO_E_PLAINTEXT);
    }
    s.host = "localhost";
    s.secret_key = NANGO_STR("abc\r\nX: y");
    CHECK_INT(nango_init(&other, &s), NANGO_E_SETTINGS);
    s.secret_key = NANGO_STR(KEY);
    s.prefix = "/a b";
    CHECK_INT(nango_init(&other, &s), NANGO_E_SETTINGS);
    s.prefix = NULL;
    s.work_cap = 511;
    CHECK_INT(nango_init(&other, &s), NANGO_E_SETTINGS);
}

void test_client(void)
{
    outcomes();
    retries();
    cut_everywhere();
    silence();
    waits();
    spread();
    keep_alive();
    bodies();
    early_answers();
    sources();
    ids();
    settings();
}
