/* SPDX-License-Identifier: MIT
 *
 * explain: a sentence for each way in which a call can end: what was wrong, where, and what to do.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "report.h"

/* For an error (0: any), a status (0: any; 500: any from there on) and a detail (NULL: any), which
 * is the code of an answer, else the member; the first that fits counts. In `text`: %m member, %l
 * its limit, %e cause, %n the error's name; %s status, %c code, %M message, %L location and %C
 * complaints of the server, %w seconds to wait; %t timeout, %k where the key came from, %u URL,
 * %h host, %a roots; %y the system's words, %i integration, %d date. */
struct explanation {
    int error;
    uint16_t status;
    const char *detail;
    uint8_t exit;  /* enum exit_code */
    uint8_t stops; /* 1: no other connection will fare better */
    const char *text;
};

/* Of a result that is not DONE. */
const struct explanation *explain_find(const struct nango_result *r);
/* Of the errors of TLS, by their cause; NULL: it is none of these. */
const struct explanation *explain_tls(const struct nango_result *r);
/* Of the calls of call.h, where they are not those of an import; NULL: it is none of these. */
const struct explanation *explain_call(const struct nango_result *r);
/* error: that of the result, or what it stands for. */
int explain_fits(const struct explanation *e, int error, const struct nango_result *r);
/* The sentence, with nothing in it that could be a secret. */
void explain(struct printer *p, const struct report_line *l);

#endif
