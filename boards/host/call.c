/* SPDX-License-Identifier: MIT */
#include "call.h"

#include "explain.h"
#include "nango_connections.h"
#include "proxy.h"
#include "trace.h"

#include <poll.h>
#include <string.h>

static struct settings settings;
static const struct options *options;
static struct trace trace; /* its first member is the port's context */
static struct nango_client client;
static struct nango_result result;
static unsigned char work[1024];
static char errors_buf[4096];
static struct nango_field errors = {
    .name = "error.errors", .buf = errors_buf, .cap = sizeof errors_buf};

/* ---- the command line ------------------------------------------------------------------------ */

int call_flags(struct flags *f, const struct options *o, const char *names, int at,
               int with_credential)
{
    if (o->files_len != at + 1) {
        return FAIL(EXIT_USAGE, "nangoc %s: %s; see nangoc help connections", o->command,
                    o->files_len > at ? "an argument too many" : "an argument is missing");
    }
    int rc = flags_read(f, o, names, with_credential);
    struct nango_connection *c = &f->connection;
    if (rc == 0 && at >= 0) {
        c->connection_id = (struct nango_text){o->files[at], strlen(o->files[at])};
        if (c->provider_config_key.ptr == NULL) {
            rc = FAIL(EXIT_USAGE, "nangoc %s: which integration's connection? --integration KEY",
                      o->command);
        }
    }
    return rc;
}

/* ---- the call -------------------------------------------------------------------------------- */

int call_open(const struct options *o)
{
    options = o;
    int rc = settings_read(&settings, o);
    rc = rc != 0 ? rc : proxy_set(o, &settings);
    rc = rc != 0 ? rc : settings_start(&settings, o, 1);
    if (rc != 0) {
        return rc;
    }
    rc = settings_client(&settings, o, &client,
                         proxy_port(o->verbose ? &trace_port : &nango_port_posix), &trace, work,
                         sizeof work);
    nango_want(&client, &errors, 1);
    return rc;
}

void call_close(void)
{
    nango_close(&client);
    settings_stop();
}

struct nango_client *call_client(void)
{
    return &client;
}

struct nango_result *call_result(void)
{
    return &result;
}

int call_run(int begun)
{
    int rc = begun == 0 ? 1 : begun;
    while (rc > 0 && (rc = nango_poll(&client)) > 0) {
        uint32_t ms = nango_wake_ms(&client);
        int events = proxy_events(&trace, rc & (NANGO_READ | NANGO_WRITE));
        struct pollfd fd = nango_posix_pollfd(&trace.posix, events, &ms);
        poll(&fd, 1, ms < 1000 ? (int)ms : 1000);
        if (nangoc_interrupted) {
            nango_close(&client);
        }
    }
    if (options->verbose) {
        trace_result(&trace, &result);
    }
    return rc;
}

/* ---- what it came to ------------------------------------------------------------------------- */

void call_put_json(const struct nango_field *f)
{
    const char *at = f->buf, *end = at + f->len;
    if (f->kind == NANGO_STRING) {
        print_json(&print_out, f->buf, f->len);
        return;
    }
    while (at < end) { /* line ends stand only between tokens */
        size_t len = strcspn(at, "\r\n");
        print_bytes(&print_out, at, len);
        print_bytes(&print_out, " ", at + len < end);
        at += len + 1;
    }
}

static struct report_line line(const struct nango_connection *c)
{
    struct report_line l = {.options = options, .settings = &settings, .result = &result};
    l.integration = c->provider_config_key;
    l.connection_id = c->connection_id;
    l.system_error = trace.posix.error;
    if (result.status != 0 && errors.kind == NANGO_ARRAY) {
        l.errors = (struct nango_text){errors_buf, strlen(errors_buf)};
    }
    return l;
}

int call_report(const struct nango_connection *c)
{
    struct report_line l = line(c);
    return report(&l);
}

int call_tell(const struct nango_connection *c)
{
    struct report_line l = line(c);
    if (result.outcome == NANGO_DONE) {
        return 0;
    }
    print_f(&print_err, "nangoc: ");
    explain(&print_err, &l);
    print_f(&print_err, "\n");
    print_flush(&print_err);
    return explain_find(&result)->exit;
}

/* clang-format off */
#define STATUS(status, code, exit, text) {NANGO_E_STATUS, status, code, exit, 1, text}
/* clang-format on */
static const char no_connection[] = "there is no such connection (%s%c)";
static const struct explanation explanations[] = {
    {NANGO_E_REFRESH, 0, NULL, EXIT_REFUSED, 0,
     "the token could not be refreshed at the provider (%s%c): is that out of order, or must the "
     "user authorise again? nangoc rotate puts in another credential"},
    {NANGO_E_ROOM, 0, NULL, EXIT_REFUSED, 0, "the connection is too large to be kept: over 64 KB"},
    {NANGO_E_UNKNOWN, 0, NULL, EXIT_USAGE, 0, "%m cannot be changed so"},
    STATUS(403, NULL, EXIT_STOPPED, "the key from %k may not do that (403%c)%M"),
    STATUS(404, "not_found", EXIT_REFUSED, no_connection),
    STATUS(404, "unknown_connection", EXIT_REFUSED, no_connection),
    STATUS(400, "unknown_connection", EXIT_REFUSED, no_connection),
    STATUS(400, "unknown_provider_config", EXIT_REFUSED,
           "the key's environment has no integration %i (400%c)"),
};

const struct explanation *explain_call(const struct nango_result *r)
{
    size_t i = 0, n = options != NULL ? sizeof explanations / sizeof explanations[0] : 0;
    while (i < n && !explain_fits(&explanations[i], r->error, r)) {
        i++;
    }
    return i < n ? &explanations[i] : NULL;
}
