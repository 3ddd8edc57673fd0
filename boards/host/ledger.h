/* SPDX-License-Identifier: MIT
 *
 * ledger: the journal of one input as a file: its name, its lock, what it is bound to, and what to
 * do where it does not fit.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "input.h"
#include "journal.h"
#include "settings.h"

/* Opens the journal of this input, or makes it: `--journal FILE`, else INPUT.journal, with a shard
 * INPUT.I-of-N.journal. Returns 0 or an exit code; ledger_is_open() is 0 where there is none:
 * standard input, and no name. */
int ledger_open(const struct options *o, const struct settings *s, const struct input *in);
int ledger_is_open(void);
void ledger_close(void);

/* As journal_..., but 0 or an exit code. The file's name is that of the input. */
int ledger_look(unsigned line, const struct nango_source *source, const char *file,
                struct journal_record *r, uint64_t *mac);
int ledger_intend(unsigned line, uint64_t mac, struct journal_record *r);
int ledger_sync(void);
int ledger_end(unsigned line, const struct journal_record *r);

#endif
