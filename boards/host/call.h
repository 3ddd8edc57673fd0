/* SPDX-License-Identifier: MIT
 *
 * call: one call of the library from the command line: get, list, update, metadata, rotate, delete.
 */
#ifndef CALL_H
#define CALL_H

#include "flags.h"
#include "report.h"

/* The command's flags, only those that `names` has (each between spaces), into *f; ID, which is the
 * argument `at` and the last one, becomes the connection_id, unless at < 0. with_credential: also
 * those of a credential, of which there must be one. */
int call_flags(struct flags *f, const struct options *o, const char *names, int at,
               int with_credential);

/* Reads the settings and makes the client. Returns 0 or an exit code, as all that follow. */
int call_open(const struct options *o);
void call_close(void);

struct nango_client *call_client(void);
struct nango_result *call_result(void);
/* begun: what ..._begin returned. Returns what the call came to: 0, or an enum nango_error. */
int call_run(int begun);

/* A value of the answer as JSON, in one line. */
void call_put_json(const struct nango_field *f);
/* What it came to, as import tells it: a line on standard output. */
int call_report(const struct nango_connection *c);
/* Where standard output has the answer: a sentence on standard error, for what is not DONE. */
int call_tell(const struct nango_connection *c);

#endif
