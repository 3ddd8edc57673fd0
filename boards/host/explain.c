/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include "nango_port_posix.h"
#include "proxy.h"
#include "redact.h"
#include "request.h"

#include <string.h>

/* clang-format off */
#define REFUSED(error, detail, text) {error, 0, detail, EXIT_REFUSED, 0, text}
#define NETWORK(error, text) {error, 0, NULL, EXIT_NETWORK, 0, text}
#define OTHER(error, exit, stops, text) {error, 0, NULL, exit, stops, text}
#define STATUS(status, code, exit, stops, text) {NANGO_E_STATUS, status, code, exit, stops, text}
/* clang-format on */

static const struct explanation explanations[] = {
    REFUSED(NANGO_E_MISSING, "connection_config.accountId",
            "%m is missing: type TBA needs the account's id there"),
    REFUSED(NANGO_E_MISSING, "connection_id",
            "%m is missing: from standard input a line needs one, or a --journal FILE, else a run "
            "that breaks off would import it twice"),
    REFUSED(NANGO_E_MISSING, NULL, "%m is missing"),
    REFUSED(NANGO_E_TOO_SHORT, NULL, "%m is empty: leave it out, or give it a value"),
    REFUSED(NANGO_E_EXISTS, NULL,
            "the connection is there already, and an import replaces all of it: --if-exists "
            "overwrite does that, --if-exists skip leaves it"),
    REFUSED(NANGO_E_TOO_LONG, "line",
            "longer than 1048576 bytes, which is all that is kept of what comes from a pipe; from "
            "a file a line may be of any length"),
    REFUSED(NANGO_E_TOO_LONG, NULL, "%m is too long%l"),
    REFUSED(NANGO_E_UTF8, NULL, "%m is not valid UTF-8"),
    REFUSED(NANGO_E_CONTROL, NULL,
            "%m has a control character, which Nango cannot keep (a line end too many?)"),
    REFUSED(NANGO_E_SURROGATE, NULL, "%m has half of a surrogate pair, which Nango cannot keep"),
    REFUSED(NANGO_E_UNKNOWN, NULL,
            "%m is no member that Nango knows here: is it misspelt, or of another "
            "credentials.type?"),
    REFUSED(NANGO_E_TWICE, NULL, "%m is there twice: keep one (tags count in lower case)"),
    REFUSED(NANGO_E_KIND, "",
            "not a JSON object: a connection is needed on each line (an array's elements are "
            "written so by: jq -c '.[]' FILE)"),
    REFUSED(NANGO_E_KIND, NULL,
            "%m has the wrong kind of value (null? leave the member out instead)"),
    REFUSED(NANGO_E_FORMAT, "row",
            "no row of CSV (RFC 4180): a quote in a field that has none around it, behind its "
            "closing one, or without end"),
    REFUSED(NANGO_E_TOO_MANY, "row", "the row has more or fewer fields than the header"),
    REFUSED(NANGO_E_FORMAT, "credentials.type",
            "%m is none of OAUTH2, OAUTH2_CC, OAUTH1, API_KEY, BASIC, TBA, APP, CUSTOM, NONE"),
    REFUSED(NANGO_E_FORMAT, "webhook_url_override", "%m is no http(s) URL"),
    REFUSED(NANGO_E_FORMAT, "end_user.email", "%m is no e-mail address"),
    REFUSED(NANGO_E_FORMAT, "tags.end_user_email", "%m is no e-mail address"),
    REFUSED(NANGO_E_FORMAT, NULL,
            "%m: a tag's key begins with a letter, has 1 to 64 letters, digits and _ - . /"),
    REFUSED(NANGO_E_TIME, NULL,
            "%m needs ISO 8601 with seconds and offset (2031-02-03T04:05:06Z), or a number of "
            "milliseconds since 1970 (seconds would be a day in January 1970)"),
    REFUSED(NANGO_E_TOO_MANY, NULL, "%m: more than 10 tags"),
    REFUSED(NANGO_E_FORBIDDEN, "webhook_url_override",
            "%m leads to Nango itself, to this machine or into a private network, which Nango "
            "refuses"),
    REFUSED(NANGO_E_FORBIDDEN, NULL, "%m may not be there"),
    REFUSED(NANGO_E_JSON_SYNTAX, NULL, "not JSON: a character that cannot be here"),
    REFUSED(NANGO_E_JSON_UTF8, NULL, "not JSON: it is not valid UTF-8"),
    REFUSED(NANGO_E_JSON_CONTROL, NULL,
            "not JSON: a raw control character in a string (write \\n, \\t, \\u00XX)"),
    REFUSED(NANGO_E_JSON_ESCAPE, NULL, "not JSON: an escape that JSON does not have"),
    REFUSED(NANGO_E_JSON_NUMBER, NULL, "not JSON: a number in a form that JSON does not have"),
    REFUSED(NANGO_E_JSON_DEPTH, NULL, "nested too deeply"),
    REFUSED(NANGO_E_JSON_CUT, NULL, "not JSON: it ends too early"),
    REFUSED(NANGO_E_JSON_EXTRA, NULL, "not JSON: something follows the object"),

    OTHER(NANGO_E_SOURCE, EXIT_LOCAL, 0, "its file could not be read: %e"),
    OTHER(NANGO_E_SOURCE_CHANGED, EXIT_LOCAL, 0, "its file changed while it was sent"),

    STATUS(401, NULL, EXIT_STOPPED, 1,
           "Nango does not accept the key from %k (401%c): is it a key of this environment, "
           "and of %u?"),
    STATUS(403, NULL, EXIT_STOPPED, 1,
           "the key from %k may not import (403%c): it needs the scope "
           "environment:connections:create"),
    STATUS(404, "not_found", EXIT_REFUSED, 0,
           "the key's environment has no integration %i (404): create it in Nango, or "
           "correct provider_config_key"),
    STATUS(404, NULL, EXIT_USAGE, 1, "%u has no /connections (404): is NANGO_HOSTPORT right?"),
    STATUS(400, "resource_capped", EXIT_STOPPED, 1,
           "the plan's number of connections is reached (resource_capped)%M"),
    STATUS(400, "connection_test_failed", EXIT_REFUSED, 0,
           "Nango tried the credential at the provider, and it failed there: is it still valid? "
           "(%s%c)%M"),
    STATUS(
        400, "connection_validation_failed", EXIT_REFUSED, 0,
        "the integration's own check refused it: a new connection was removed again, one that was "
        "there is overwritten and marked as failed (%s%c)%M"),
    STATUS(
        400, "invalid_json", EXIT_REFUSED, 0,
        "the server read no JSON (400 invalid_json): does something in between change requests?"),
    STATUS(413, NULL, EXIT_REFUSED, 0, "too large for the server (413)"),
    STATUS(408, NULL, EXIT_NETWORK, 0, "the server waited too long for the request (408)"),
    STATUS(407, NULL, EXIT_NETWORK, 1, "a proxy in between wants its own authentication (407)"),
    STATUS(502, NULL, EXIT_NETWORK, 0, "a gateway before Nango failed (%s)"),
    STATUS(503, NULL, EXIT_NETWORK, 0, "Nango is not available (%s)"),
    STATUS(504, NULL, EXIT_NETWORK, 0, "a gateway before Nango waited too long (%s)"),
    STATUS(500, NULL, EXIT_NETWORK, 0, "Nango failed (%s%c)%M"),
    STATUS(0, NULL, EXIT_REFUSED, 0, "the server refuses it (%s%c)%C"),

    OTHER(NANGO_E_LIMITED, EXIT_NETWORK, 0,
          "the account's rate limit is used up (429): come again in %w s"),
    OTHER(NANGO_E_REDIRECT, EXIT_USAGE, 1,
          "%u redirects to %L, and a key is never sent there by itself: set NANGO_HOSTPORT to the "
          "right address (a network with a login page redirects too)"),
    OTHER(NANGO_E_ANSWER, EXIT_NETWORK, 1,
          "status %s, but not Nango's answer: is NANGO_HOSTPORT (%u) right, or does a proxy or a "
          "login page answer in its place?"),

    NETWORK(
        NANGO_E_NO_NAME,
        "the name %h does not resolve: is NANGO_HOSTPORT right, and does this machine reach its "
        "name server (/etc/resolv.conf)?"),
    NETWORK(NANGO_E_UNREACHABLE, "no address of %h could be reached: %y"),
    NETWORK(
        NANGO_E_RESET,
        "the connection to %h was reset, by the server or by something in between (a firewall?)"),
    NETWORK(NANGO_E_PORT, "the network failed: %y"),
    NETWORK(NANGO_E_HTTP_CUT, "the connection ended within the answer"),
    NETWORK(NANGO_E_HTTP_SILENT, "the connection ended before an answer"),
    NETWORK(NANGO_E_DEADLINE, "no verdict within %t s (--timeout gives more)"),
    OTHER(NANGO_E_SETTINGS, EXIT_USAGE, 1, "a setting makes no sense: %m"),
    OTHER(NANGO_E_CANCELLED, EXIT_INTERRUPTED, 1, "cancelled"),
    NETWORK(0, "the answer breaks HTTP (%n): is %u really Nango, or is something in between?"),
};

int explain_fits(const struct explanation *e, int error, const struct nango_result *r)
{
    const char *detail = r->status != 0 ? r->code : r->member;
    return (e->error == error || e->error == 0) &&
           (e->status == 0 || e->status == r->status || (e->status == 500 && r->status > 500)) &&
           (e->detail == NULL || strcmp(e->detail, detail) == 0);
}

const struct explanation *explain_find(const struct nango_result *r)
{
    int error = r->error;
    if (error <= NANGO_E_JSON_SYNTAX && error >= NANGO_E_JSON_EXTRA && r->status != 0) {
        error = NANGO_E_ANSWER;
    }
    const struct explanation *of_tls = explain_tls(r);
    if (of_tls != NULL) {
        return of_tls;
    }
    const struct explanation *e = explain_call(r);
    for (e = e != NULL ? e : explanations; !explain_fits(e, error, r);) {
        e++;
    }
    return e;
}

/* ---- placeholders ---------------------------------------------------------------------------- */

/* Words of the server, if there are any, behind `before`. */
static void put_words(struct printer *p, const struct report_line *l, const char *before,
                      const char *words)
{
    size_t len = strlen(words), shown = redact(words, len, l->body);
    print_f(p, "%s", len > 0 ? before : "");
    print_text(p, words, shown);
    if (shown < len) {
        print_f(p, "... (not shown: it repeats a secret)");
    }
}

/* The first complaints of the server, else its message. */
static void put_complaints(struct printer *p, const struct report_line *l)
{
    enum { SHOWN = 3 };
    struct nango_detail detail;
    size_t pos = 0;
    int n = 0;
    while (l->errors.ptr != NULL &&
           nango_detail_next(l->errors.ptr, l->errors.len, &pos, &detail)) {
        if (n++ < SHOWN) {
            put_words(p, l, n > 1 ? "; " : ": ", detail.path);
            put_words(p, l, detail.path[0] == 0 && n > 1 ? "; " : ": ", detail.message);
        }
    }
    if (n > SHOWN) {
        print_f(p, "; and %d more", n - SHOWN);
    }
    if (n == 0) {
        put_words(p, l, ": ", l->result->message);
    }
}

/* By the table of members. */
static void put_limit(struct printer *p, const char *path)
{
    const char *name = strrchr(path, '.');
    name = name != NULL ? name + 1 : path;
    for (const struct member *m = request_members + 1; m->depth > 0; m++) {
        if (m->limit != MEMBER_ANY && strcmp(m->name, name) == 0) {
            print_f(p, ": it may have %u characters", request_limits[m->limit]);
            return;
        }
    }
}

/* The date in UTC: gmtime_r brings a heap along in musl. */
static void put_date(struct printer *p)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t now = nango_posix_time(NULL);
    unsigned minutes = (unsigned)(now / 60 % 1440), days = (unsigned)(now / 86400);
    unsigned year = 1970, month = 0, len;
    for (; days >= (len = year % 4 == 0 ? 366 : 365); days -= len) { /* until 2099 */
        year++;
    }
    for (; days >= (len = month == 1 && year % 4 == 0 ? 29 : lengths[month]); days -= len) {
        month++;
    }
    print_f(p, "%u-%u%u-%u%u %u%u:%u%u UTC", year, (month + 1) / 10, (month + 1) % 10,
            (days + 1) / 10, (days + 1) % 10, minutes / 600, minutes / 60 % 10, minutes / 10 % 6,
            minutes % 10);
}

static void put_cause(struct printer *p, const struct nango_result *r)
{
    if (r->error == NANGO_E_SOURCE) {
        print_f(p, "%s", r->cause > 0 ? strerror(r->cause) : "it has become shorter");
    } else if (r->cause < 0) {
        print_f(p, "Mbed TLS -0x%x", (unsigned)-r->cause);
    } else {
        print_f(p, "%d", r->cause);
    }
}

/* Why nothing was reached: a proxy may be it. */
static void put_reason(struct printer *p, const struct report_line *l)
{
    unsigned status;
    const char *proxy = proxy_name(&status);
    if (proxy != NULL && status != 0) {
        print_f(p,
                status == 407 ? "the proxy %s wants to know who asks (407): --proxy-auth @FILE"
                              : "the proxy %s does not let it through (%u)",
                proxy, status);
        return;
    }
    print_f(p, "%s", strerror(l->system_error));
    if (proxy != NULL) {
        print_f(p, " (the way is through the proxy %s)", proxy);
    }
}

static void put(struct printer *p, const struct report_line *l, char what)
{
    const struct nango_result *r = l->result;
    const struct settings *s = l->settings;
    uint32_t timeout_ms = l->options->timeout_ms != 0 ? l->options->timeout_ms : 30000;
    switch (what) {
    case 'm': print_f(p, "%s", r->member); break;
    case 'l': put_limit(p, r->member); break;
    case 'e': put_cause(p, r); break;
    case 'n': print_f(p, "%s", nango_error_name(r->error)); break;
    case 's': print_f(p, "%u", r->status); break;
    case 'c': put_words(p, l, " ", r->code); break;
    case 'M': put_words(p, l, ": ", r->message); break;
    case 'L': put_words(p, l, "", r->message); break;
    case 'C': put_complaints(p, l); break;
    case 'w': print_f(p, "%u", (r->retry_after_ms + 999) / 1000); break;
    case 't': print_f(p, "%u", timeout_ms / 1000); break;
    case 'k': print_f(p, "%s", s->key_from); break;
    case 'u': print_f(p, "%s", s->url); break;
    case 'h': print_f(p, "%s", s->host); break;
    case 'a': print_f(p, "%s", s->ca); break;
    case 'y': put_reason(p, l); break;
    case 'i': print_text(p, l->integration.ptr, l->integration.len); break;
    default: put_date(p); /* d */
    }
}

void explain(struct printer *p, const struct report_line *l)
{
    const char *text = explain_find(l->result)->text;
    for (;;) {
        size_t len = strcspn(text, "%");
        print_bytes(p, text, len);
        text += len;
        if (*text == 0) {
            return;
        }
        put(p, l, text[1]);
        text += 2;
    }
}
