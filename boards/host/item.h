/* SPDX-License-Identifier: MIT
 *
 * item: a connection on its way through the program, from a line of the input (or from flags) to
 * its outcome.
 *
 *     READY -> INTENDED -> DURABLE -> RUNNING -> ENDED       READY, ENDED or BEFORE after item_read
 *
 * READY: it may be sent. INTENDED: its intent is in the journal; DURABLE: and synced. BEFORE: an
 * earlier run has done it, ENDED without a call: it is refused here.
 */
#ifndef ITEM_H
#define ITEM_H

#include "csv.h"
#include "journal.h"
#include "report.h"

enum item_state {
    ITEM_READY,
    ITEM_INTENDED,
    ITEM_DURABLE,
    ITEM_RUNNING,
    ITEM_ENDED,
    ITEM_BEFORE,
    ITEM_NOT_OURS /* another shard's */
};

enum { ITEM_KEY_CAP = 512, ITEM_ID_CAP = 1024, ITEM_NUMBER_CAP = 24, ITEM_ERRORS_CAP = 4096 };
enum { ITEM_SPLICE_CAP = 64 };

struct item {
    uint8_t state; /* enum item_state */
    uint8_t is_line;
    uint8_t too_long; /* there is nothing of the line but its number */
    uint8_t in_doubt; /* an earlier run has perhaps sent it */
    uint8_t limited;  /* how often the rate limit has sent it back */
    uint8_t has_own_id;
    unsigned twice;   /* --dry-run: the line that has the same id; 0: none */
    int system_error; /* errno of the port */
    struct nango_connection connection;
    struct input_line line;
    struct csv_row row;
    struct nango_source json; /* the line as JSON; its own text, unless it is CSV */
    struct nango_result result;
    struct nango_text integration, id; /* id.ptr NULL: the line has none */
    struct nango_text nango_id;        /* Nango's own number */
    struct nango_field input[2];       /* the integration and id that the line brings */
    struct nango_field answer[2];      /* what is wanted of the answer: see item_wants */
    uint64_t hash, mac;
    struct journal_record record;
    const char *file; /* where an error of flags is: --metadata; else the line's */
    unsigned at_line, column;
    /* An id that was made stands in front of the body: {"connection_id":"...", */
    char made[40];
    char splice[ITEM_SPLICE_CAP];
    size_t body_at;
    char key_buf[ITEM_KEY_CAP], id_buf[ITEM_ID_CAP], number_buf[ITEM_NUMBER_CAP];
    char errors_buf[ITEM_ERRORS_CAP];
};

/* A line that input_next has put into item->line. Checks it, looks it up in the journal, gives it
 * its id. Returns 0 or an exit code: the run cannot go on. */
int item_read(struct item *item, const struct input *in);
/* Before its call begins: empties what the answer fills. */
void item_wants(struct item *item);
/* After it: what the answer has brought. */
void item_ended(struct item *item);
/* The place of an error that was found here, in a source that begins in this line of the file. */
void item_locate(struct item *item, const struct nango_source *source, const char *file,
                 unsigned line);
/* For report. */
struct report_line item_report(const struct item *item, const struct options *o,
                               const struct settings *s);
/* It held credentials. */
void item_wipe(struct item *item);

#endif
