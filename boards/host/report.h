/* SPDX-License-Identifier: MIT
 *
 * report: a line on standard output for each connection, for people or (--json) for programs, and
 * the sum of all.
 *
 * --json: one object a line. {"event":"connection", "file", "line", "column",
 * "provider_config_key", "connection_id", "outcome", "id", "error", "member", "status", "code",
 * "message", "attempts", "retry_after_ms", "warnings", "explanation"}, what does not apply being
 * left out; last {"event":"summary", "done", "refused", "not_sent", "in_doubt", "exit"}. Members
 * may be added.
 */
#ifndef REPORT_H
#define REPORT_H

#include "options.h"
#include "settings.h"

/* Everything that is known of one connection when its call has ended. */
struct report_line {
    const struct options *options;
    const struct settings *settings;
    const struct nango_result *result;
    const char *file; /* NULL: it comes from flags */
    unsigned line;
    unsigned column; /* 0: of no use */
    struct nango_text integration;
    struct nango_text connection_id;
    struct nango_text id;     /* Nango's own number of it, once it is done */
    struct nango_text errors; /* the server's complaints, JSON, perhaps cut; ptr NULL: none */
    const struct nango_source *body; /* NULL: it comes from flags */
    int made;                        /* 1: the connection_id was made here */
    unsigned twice;                  /* another line that has the same id; 0: none */
    int journaled;                   /* 1: the same command goes on where this run ended */
    int system_error;                /* errno of the port */
};

/* Prints it and counts it. Returns its exit code, 0 for DONE. */
int report(const struct report_line *l);
/* A line that an earlier run has done. */
void report_before(void);
/* How many had this outcome so far. */
unsigned report_count(enum nango_outcome outcome);
/* exit_code: of the whole run. Returns it, or more where standard output cannot be written. */
int report_summary(const struct options *o, int exit_code);

#endif
