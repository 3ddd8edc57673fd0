/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "explain.h"
#include "rate.h"
#include "redact.h"

#include <errno.h>
#include <string.h>

static unsigned counts[NANGO_IN_DOUBT + 1]; /* by outcome */
static unsigned done_before;                /* done by an earlier run */

/* ---- what to do next ------------------------------------------------------------------------- */

/* A word as a shell takes it. */
static void put_word(struct printer *p, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+=:,./_-";
    if (word[0] != 0 && word[strspn(word, plain)] == 0) {
        print_f(p, " %s", word);
        return;
    }
    print_f(p, " '");
    for (; *word != 0; word++) {
        if (*word == '\'') {
            print_f(p, "'\\''");
        } else {
            print_bytes(p, word, 1);
        }
    }
    print_f(p, "'");
}

/* No secret can be in it: none is taken from a command line. */
static void put_command(struct printer *p, const struct report_line *l)
{
    char *const *arg = l->options->argv;
    print_f(p, "nangoc");
    while (*arg != NULL && *++arg != NULL) {
        put_word(p, *arg);
    }
    if (l->made) {
        print_f(p, " --id %.*s", (int)l->connection_id.len, l->connection_id.ptr);
    }
}

static void put_advice(struct printer *p, const struct report_line *l)
{
    if (l->result->outcome == NANGO_NOT_SENT) {
        print_f(p, " (nothing was stored)");
    }
    if (l->result->outcome != NANGO_IN_DOUBT) {
        return;
    }
    print_f(p,
            "; it may be stored or not. It is safe to send it again with the same connection_id: ");
    if (l->file == NULL) {
        put_command(p, l);
    } else if (l->journaled) {
        print_f(p, "the same command does that");
    } else if (l->made) {
        print_f(p, "give line %u \"connection_id\":\"%.*s\" and import it again", l->line,
                (int)l->connection_id.len, l->connection_id.ptr);
    } else {
        print_f(p, "line %u has it, so import that again", l->line);
    }
}

static const char *const warnings[][2] = {
    {"ID", "Nango's other calls cannot read a connection with this id"},
    {"EXPIRY", "a refresh_token without expires_at: Nango will never refresh this token"},
    {NULL, NULL}, /* CUT */
    {"EXISTS", "nothing was sent: the connection is there already"},
};
enum { WARNINGS = 4 };

static int warns(const struct nango_result *r, unsigned i)
{
    return (r->warnings >> i & 1) != 0 && warnings[i][0] != NULL;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void put_line(struct printer *p, const struct report_line *l)
{
    const struct nango_result *r = l->result;
    int dry = l->options->dry_run && r->outcome == NANGO_DONE;
    const char *outcome = dry ? "GOOD" : nango_outcome_name(r->outcome);
    print_f(p, "%s%s", outcome, &"         "[strlen(outcome)]);
    if (l->file != NULL) {
        print_f(p, "%s:%u:", l->file, l->line);
        if (l->column != 0) {
            print_f(p, "%u:", l->column);
        }
        print_f(p, " ");
    }
    print_f(p, "%.*s%s%.*s", (int)l->integration.len, l->integration.ptr,
            l->integration.len > 0 && l->connection_id.len > 0 ? " " : "",
            (int)l->connection_id.len, l->connection_id.ptr);
    if (r->outcome != NANGO_DONE) {
        print_f(p, l->integration.len + l->connection_id.len > 0 ? ": " : "");
        explain(p, l);
        put_advice(p, l);
    }
    for (unsigned i = 0; i < WARNINGS && r->outcome == NANGO_DONE; i++) {
        if (warns(r, i)) {
            print_f(p, "; warning: %s", warnings[i][1]);
        }
    }
    if (l->twice != 0) {
        print_f(p, "; warning: line %u has the same id, and this one would replace it", l->twice);
    }
    print_f(p, "\n");
}

/* ---- for programs ---------------------------------------------------------------------------- */

static void put_text(struct printer *p, const char *name, struct nango_text text)
{
    if (text.len > 0) {
        print_f(p, ",\"%s\":", name);
        print_json(p, text.ptr, text.len);
    }
}

static void put_string(struct printer *p, const char *name, const char *text)
{
    put_text(p, name, (struct nango_text){text, strlen(text)});
}

static void put_number(struct printer *p, const char *name, unsigned n)
{
    if (n != 0) {
        print_f(p, ",\"%s\":%u", name, n);
    }
}

static void put_words(struct printer *p, const struct report_line *l, const char *name,
                      const char *words)
{
    put_text(p, name, (struct nango_text){words, redact(words, strlen(words), l->body)});
}

static void put_explanation(struct printer *p, const struct report_line *l)
{
    static struct printer sentence;
    sentence = (struct printer){.fd = -1};
    explain(&sentence, l);
    put_advice(&sentence, l);
    put_text(p, "explanation", (struct nango_text){sentence.buf, sentence.len});
}

static void put_warnings(struct printer *p, const struct nango_result *r)
{
    const char *before = ",\"warnings\":[";
    for (unsigned i = 0; i < WARNINGS; i++) {
        if (warns(r, i)) {
            print_f(p, "%s\"%s\"", before, warnings[i][0]);
            before = ",";
        }
    }
    print_f(p, before[1] == 0 ? "]" : "");
}

static void put_event(struct printer *p, const struct report_line *l)
{
    const struct nango_result *r = l->result;
    print_f(p, "{\"event\":\"connection\"");
    put_string(p, "file", l->file != NULL ? l->file : "");
    put_number(p, "line", l->line);
    put_number(p, "column", l->column);
    put_text(p, "provider_config_key", l->integration);
    put_text(p, "connection_id", l->connection_id);
    int dry = l->options->dry_run && r->outcome == NANGO_DONE;
    put_string(p, "outcome", dry ? "GOOD" : nango_outcome_name(r->outcome));
    put_number(p, "same_id_as_line", l->twice);
    if (l->id.len > 0) {
        print_f(p, ",\"id\":%.*s", (int)l->id.len, l->id.ptr);
    }
    put_string(p, "error", r->error != 0 ? nango_error_name(r->error) : "");
    put_string(p, "member", r->member);
    put_number(p, "status", r->status);
    put_words(p, l, "code", r->code);
    put_words(p, l, "message", r->message);
    put_number(p, "attempts", r->attempts);
    put_number(p, "retry_after_ms", r->retry_after_ms);
    put_warnings(p, r);
    if (r->outcome != NANGO_DONE) {
        put_explanation(p, l);
    }
    print_f(p, "}\n");
}

/* ---------------------------------------------------------------------------------------------- */

int report(const struct report_line *l)
{
    counts[l->result->outcome]++;
    if (l->options->json) {
        put_event(&print_out, l);
    } else if (!l->options->quiet || l->result->outcome != NANGO_DONE) {
        put_line(&print_out, l);
    }
    if (print_flush(&print_out) != 0) {
        return EXIT_LOCAL;
    }
    int code = l->result->outcome == NANGO_DONE ? 0 : explain_find(l->result)->exit;
    /* Whatever was said last, what is in doubt may be stored. */
    return l->result->outcome == NANGO_IN_DOUBT && code < EXIT_NETWORK ? EXIT_NETWORK : code;
}

void report_before(void)
{
    done_before++;
}

unsigned report_count(enum nango_outcome outcome)
{
    return counts[outcome];
}

int report_summary(const struct options *o, int exit_code)
{
    if (print_out.error != 0) {
        exit_code = FAIL(exit_code > EXIT_LOCAL ? exit_code : EXIT_LOCAL,
                         "cannot write the outcomes: %s", strerror(print_out.error));
    }
    if (o->json) {
        print_f(&print_out,
                "{\"event\":\"summary\",\"done\":%u,\"refused\":%u,\"not_sent\":%u,\"in_doubt\":%u",
                counts[NANGO_DONE], counts[NANGO_REFUSED], counts[NANGO_NOT_SENT],
                counts[NANGO_IN_DOUBT]);
        put_number(&print_out, "before", done_before);
        print_f(&print_out, ",\"exit\":%d}\n", exit_code);
        print_flush(&print_out);
    } else if (o->given_len == 0) {
        print_f(&print_err, "nangoc: ");
        if (done_before > 0) {
            print_f(&print_err, "%u done before, ", done_before);
        }
        if (o->dry_run) {
            unsigned a_minute = rate_per_minute();
            print_f(&print_err,
                    "%u good, %u refused; nothing was sent. At %u requests a minute the good ones "
                    "take %u minutes\n",
                    counts[NANGO_DONE], counts[NANGO_REFUSED], a_minute,
                    (counts[NANGO_DONE] + a_minute - 1) / a_minute);
        } else {
            print_f(&print_err, "%u done, %u refused, %u not sent, %u in doubt\n",
                    counts[NANGO_DONE], counts[NANGO_REFUSED], counts[NANGO_NOT_SENT],
                    counts[NANGO_IN_DOUBT]);
        }
        print_flush(&print_err);
    }
    return exit_code;
}
