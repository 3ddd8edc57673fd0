/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "import.h"

#include "explain.h"
#include "flags.h"
#include "input.h"
#include "report.h"
#include "secret.h"
#include "settings.h"
#include "trace.h"

#include <poll.h>
#include <string.h>

enum { FAILURES_MAX = 3, KEY_CAP = 512, ID_CAP = 1024, NUMBER_CAP = 24, ERRORS_CAP = 4096 };
enum { INPUT_KEY, INPUT_ID, INPUT_FIELDS }; /* what is read of a line */
enum { ANSWER_ID, ANSWER_ERRORS, ANSWER_FIELDS };

static struct run {
    const struct options *options;
    struct settings settings;
    const struct nango_port *port;
    struct trace trace; /* its first member is the port's context */
    struct nango_client client;
    struct nango_result result;
    struct nango_field input[INPUT_FIELDS];
    struct nango_field answer[ANSWER_FIELDS];
    struct report_line line;
    int failures; /* calls in a row that the network failed */
    int stopped;
    int code; /* the highest exit code so far */
} run;

static char key_buf[KEY_CAP], id_buf[ID_CAP], number_buf[NUMBER_CAP], errors_buf[ERRORS_CAP];

static struct nango_text field_text(const struct nango_field *f)
{
    size_t len = f->cut ? strlen(f->buf) : f->len;
    return f->kind == NANGO_ABSENT ? (struct nango_text){NULL, 0}
                                   : (struct nango_text){f->buf, len};
}

static void raise_code(int code)
{
    run.code = code > run.code ? code : run.code;
}

/* ---- one call -------------------------------------------------------------------------------- */

/* Until the call has ended, or Ctrl-C came twice. */
static void drive(void)
{
    int rc;
    while ((rc = nango_poll(&run.client)) > 0) {
        uint32_t ms = nango_wake_ms(&run.client);
        if (nangoc_interrupted > 1) {
            nango_close(&run.client);
            return;
        }
        run.port->wait(&run.trace, rc & (NANGO_READ | NANGO_WRITE), ms < 1000 ? ms : 1000);
    }
}

/* Between two calls. Returns 0 when the time is over, -1 after Ctrl-C. */
static int wait_for_limit(uint32_t ms)
{
    SAY("the account's rate limit is used up: waiting %u s", (ms + 999) / 1000);
    uint64_t until = run.port->uptime_ms(&run.trace) + ms;
    while (!nangoc_interrupted) {
        uint64_t now = run.port->uptime_ms(&run.trace);
        if (now >= until) {
            return 0;
        }
        poll(NULL, 0, until - now < 1000 ? (int)(until - now) : 1000);
    }
    return -1;
}

/* A window is a minute; a server that asks for more, or again and again, is not waited for. */
enum { LIMITED_MOST = 10, LIMITED_MOST_MS = 600000 };

static void call(const struct nango_connection *connection)
{
    for (int times = 0;; times++) {
        if (nango_import_begin(&run.client, connection, &run.result) == 0) {
            drive();
        }
        const struct nango_result *r = &run.result;
        if (run.options->verbose) {
            trace_result(&run.trace, r);
        }
        int limited = r->outcome == NANGO_NOT_SENT && r->error == NANGO_E_LIMITED;
        if (!limited || run.line.file == NULL || times == LIMITED_MOST ||
            r->retry_after_ms > LIMITED_MOST_MS || wait_for_limit(r->retry_after_ms) != 0) {
            return;
        }
    }
}

/* ---- what came of it ------------------------------------------------------------------------- */

/* The place of an error that was found here, in a source that begins in this line. */
static void locate(const struct nango_source *source, const char *file, unsigned line)
{
    if (source->mem != NULL || source->read_at != NULL) {
        run.line.file = file;
        run.line.line = line;
        input_locate(source, run.result.offset, &run.line.line, &run.line.column);
    }
}

static void tell(void)
{
    struct report_line *l = &run.line;
    const struct nango_result *r = &run.result;
    l->result = r;
    if (r->connection_id.ptr != NULL) {
        l->made = l->connection_id.ptr == NULL;
        l->connection_id = r->connection_id;
    }
    if (r->status != 0) {
        const struct nango_field *id = &run.answer[ANSWER_ID];
        /* Anything but a number is nothing that Nango says. */
        l->id =
            id->kind == NANGO_NUMBER && !id->cut ? field_text(id) : (struct nango_text){NULL, 0};
        l->errors = field_text(&run.answer[ANSWER_ERRORS]);
    }
    l->system_error = run.trace.posix.error;
    raise_code(report(l));
    if (r->outcome == NANGO_NOT_SENT || r->outcome == NANGO_IN_DOUBT) {
        run.failures++;
    } else if (r->status != 0) {
        run.failures = 0;
    }
    run.stopped |= print_out.error != 0 || nangoc_interrupted > 1;
    if (r->outcome != NANGO_DONE && explain_find(r)->stops) {
        run.stopped = 1;
    }
    if (run.failures == FAILURES_MAX && !run.stopped) {
        SAY("the network failed %d calls in a row", FAILURES_MAX);
        run.stopped = 1;
    }
}

/* ---- from where ------------------------------------------------------------------------------ */

static void import_flags(void)
{
    static struct flags f;
    int rc = flags_read(&f, run.options);
    if (rc != 0) {
        raise_code(rc);
        return;
    }
    run.line.integration = f.connection.provider_config_key;
    run.line.connection_id = f.connection.connection_id;
    call(&f.connection);
    if (run.result.outcome == NANGO_REFUSED && run.result.status == 0) {
        if (strncmp(run.result.member, "metadata", 8) == 0) {
            locate(&f.connection.metadata, "--metadata", 1);
        } else if (strncmp(run.result.member, "connection_config", 17) == 0) {
            locate(&f.connection.connection_config, "--connection-config", 1);
        }
    }
    tell();
}

static void import_line(const struct input_line *line)
{
    struct nango_connection c = {.body = line->source};
    run.line = (struct report_line){.options = run.options, .settings = &run.settings};
    run.line.file = line->name;
    run.line.line = line->number;
    run.line.body = &line->source;
    int rc = nango_check(&c, run.input, INPUT_FIELDS, &run.result);
    run.line.integration = field_text(&run.input[INPUT_KEY]);
    run.line.connection_id = field_text(&run.input[INPUT_ID]);
    if (rc == 0) {
        call(&c);
    }
    if (run.result.outcome == NANGO_REFUSED && run.result.status == 0) {
        locate(&line->source, line->name, line->number);
    }
    tell();
}

static void import_file(const char *path)
{
    static struct input in;
    static struct input_line line;
    int rc = input_open(&in, path);
    if (rc != 0) {
        raise_code(rc);
        return;
    }
    while (!run.stopped && !nangoc_interrupted && (rc = input_next(&in, &line)) != 0) {
        if (rc > 1) {
            raise_code(rc);
            break;
        }
        if (rc < 0) {
            raise_code(report_too_long(run.options, line.name, line.number, INPUT_PIPE_CAP));
        } else {
            import_line(&line);
        }
    }
    input_close(&in);
    source_wipe(&line.file);
}

int import_run(const struct options *o)
{
    run.options = o;
    run.line.options = o;
    run.line.settings = &run.settings;
    run.input[INPUT_KEY] =
        (struct nango_field){.name = "provider_config_key", .buf = key_buf, .cap = KEY_CAP};
    run.input[INPUT_ID] =
        (struct nango_field){.name = "connection_id", .buf = id_buf, .cap = ID_CAP};
    run.answer[ANSWER_ID] =
        (struct nango_field){.name = "id", .buf = number_buf, .cap = NUMBER_CAP};
    run.answer[ANSWER_ERRORS] =
        (struct nango_field){.name = "error.errors", .buf = errors_buf, .cap = ERRORS_CAP};
    run.port = o->verbose ? &trace_port : &nango_port_posix;
    if (o->given_len > 0 && o->files_len > 0) {
        return FAIL(EXIT_USAGE, "%s and --%.*s: a file's lines bring all members of their own",
                    o->files[0], (int)o->given[0].name_len, o->given[0].name);
    }
    int rc = settings_read(&run.settings, o);
    if (rc == 0) {
        rc = settings_client(&run.settings, o, &run.client, run.port, &run.trace);
    }
    if (rc != 0) {
        return rc;
    }
    nango_want(&run.client, run.answer, ANSWER_FIELDS);
    if (o->given_len > 0) {
        import_flags();
    } else if (o->files_len == 0) {
        import_file("-");
    }
    for (int i = 0; i < o->files_len && !run.stopped && !nangoc_interrupted; i++) {
        import_file(o->files[i]);
    }
    settings_close(&run.client);
    if (run.line.file != NULL && (run.stopped || nangoc_interrupted)) {
        SAY("stopped at %s:%u: what follows was not tried", run.line.file, run.line.line);
    }
    if (nangoc_interrupted) {
        raise_code(EXIT_INTERRUPTED);
    }
    return report_summary(o, run.code);
}
