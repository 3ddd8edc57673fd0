/* SPDX-License-Identifier: MIT */
#include "bulk.h"

#include "exists.h"
#include "explain.h"
#include "index.h"
#include "ledger.h"
#include "rate.h"
#include "results.h"
#include "slot.h"

#include <unistd.h>

enum { FAILURES_MAX = 3, LIMITED_MAX = 10, WINDOW = 4, BRAKE_LEAST = 20 };
enum { LINE = 1, END = 0, TOO_LONG = -1, LATER = -2 }; /* of input_next */

static struct item items[WINDOW * OPTIONS_PARALLEL_MAX];

static struct bulk {
    const struct options *options;
    const struct settings *settings;
    struct input in;
    unsigned head, tail; /* of the ring: told up to here, read up to here */
    unsigned window;
    unsigned tried; /* lines of all inputs that were refused here, or sent */
    unsigned last;  /* the line that was sent last */
    int more;       /* the input may have more */
    int failures;   /* calls in a row that the network failed */
    int stopped;
    int code;
    uint64_t waits_until; /* for the rate limit: said already */
} bulk;

static struct item *at(unsigned i)
{
    return &items[i % bulk.window];
}

static void raise_code(int code)
{
    bulk.code = code > bulk.code ? code : bulk.code;
}

static void stop(int code)
{
    bulk.stopped = 1;
    raise_code(code);
}

static int is_stopping(void)
{
    return bulk.stopped || nangoc_interrupted || print_out.error != 0;
}

/* ---- in -------------------------------------------------------------------------------------- */

static int has_room(void)
{
    uint32_t limit = bulk.options->limit;
    return bulk.more && !is_stopping() && bulk.tail - bulk.head < bulk.window &&
           (limit == 0 || bulk.tried < limit);
}

/* --dry-run: all is said that can be without sending it. */
static void try_dry(struct item *item)
{
    uint32_t line = item->line.number;
    item->state = ITEM_ENDED;
    item->result.outcome = NANGO_DONE;
    if (!item->has_own_id) {
        item->id = (struct nango_text){NULL, 0};
    } else if (index_put(~item->hash, &line) == 1) {
        item->twice = line;
    }
}

static void read_lines(void)
{
    while (has_room()) {
        struct item *item = at(bulk.tail);
        int rc = input_next(&bulk.in, &item->line);
        if (rc == LATER) {
            return;
        }
        if (rc == END || rc > LINE) {
            bulk.more = 0;
            raise_code(rc);
            return;
        }
        item->too_long = rc == TOO_LONG;
        item->line.file.at = rc == TOO_LONG ? bulk.in.at : item->line.file.at;
        rc = item_read(item, &bulk.in);
        if (rc != 0) {
            stop(rc);
            return;
        }
        if (item->state == ITEM_READY) {
            exists_judge(item);
        }
        if (item->state == ITEM_READY && bulk.options->dry_run) {
            try_dry(item);
        }
        bulk.tried += item->state == ITEM_READY || item->state == ITEM_ENDED;
        bulk.tail += item->state != ITEM_NOT_OURS;
    }
}

/* ---- on their way ---------------------------------------------------------------------------- */

/* The intents of all that may be sent, and one sync for them. */
static int intend(void)
{
    int rc = 0;
    for (unsigned i = bulk.head; i != bulk.tail && rc == 0; i++) {
        struct item *item = at(i);
        if (item->state == ITEM_READY) {
            rc = ledger_intend(item->line.number, item->mac, &item->record);
            item->state = rc == 0 ? ITEM_INTENDED : item->state;
        }
    }
    int synced = ledger_sync();
    for (unsigned i = bulk.head; i != bulk.tail && synced == 0; i++) {
        if (at(i)->state == ITEM_INTENDED) {
            at(i)->state = ITEM_DURABLE;
        }
    }
    return rc != 0 ? rc : synced;
}

/* Does an earlier line of the same connection still have to end? */
static int must_wait(unsigned i)
{
    for (unsigned k = bulk.head; k != i; k++) {
        if (at(k)->hash == at(i)->hash && at(k)->state < ITEM_ENDED) {
            return 1;
        }
    }
    return 0;
}

static int next_to_start(unsigned *i)
{
    for (*i = bulk.head; *i != bulk.tail; ++*i) {
        if (at(*i)->state < ITEM_RUNNING && !must_wait(*i)) {
            return 1;
        }
    }
    return 0;
}

static void say_wait(uint64_t now, uint32_t ms)
{
    struct rate_state w = rate_state();
    if (ms < 2000 || ms == UINT32_MAX || now < bulk.waits_until || bulk.options->quiet) {
        return;
    }
    bulk.waits_until = now + ms;
    if (w.limit != 0) {
        SAY("%u of the account's %u requests a window are left, and kept for others (--reserve): "
            "waiting %u s",
            w.remaining, w.limit, (ms + 999) / 1000);
    } else {
        SAY("the account's rate limit is used up: waiting %u s", (ms + 999) / 1000);
    }
}

/* Starts what can be started. Returns how many milliseconds to wait for more. */
static uint32_t start_calls(void)
{
    unsigned i;
    while (!is_stopping() && next_to_start(&i)) {
        uint64_t now = slots_now();
        uint32_t ms = rate_wait_ms(now, slots_running());
        if (ms > 0 || slots_running() == bulk.options->parallel) {
            if (slots_running() == 0 && bulk.options->rate == NULL) {
                say_wait(now, ms);
            }
            return ms > 0 && ms < 1000 ? ms : 1000;
        }
        int rc = at(i)->state == ITEM_DURABLE ? 0 : intend();
        if (at(i)->state != ITEM_DURABLE) {
            stop(rc);
            return 0;
        }
        rate_started(now);
        bulk.last = at(i)->line.number;
        slots_start(at(i));
        if (rc != 0) { /* the intents behind it failed */
            stop(rc);
        }
    }
    return 1000;
}

/* ---- out ------------------------------------------------------------------------------------- */

static void judge(const struct nango_result *r)
{
    if (r->outcome == NANGO_NOT_SENT || r->outcome == NANGO_IN_DOUBT) {
        bulk.failures++;
    } else if (r->status != 0) {
        bulk.failures = 0;
    }
    if (r->outcome != NANGO_DONE && explain_find(r)->stops) {
        bulk.stopped = 1;
    }
    if (bulk.failures == FAILURES_MAX && !bulk.stopped) {
        SAY("the network failed %d calls in a row", FAILURES_MAX);
        bulk.stopped = 1;
    }
}

/* The calls that have ended: into the journal, or once more where the rate limit is the reason. */
static void take_ended(void)
{
    struct item *item;
    while ((item = slots_ended()) != NULL) {
        if (rate_learn(slots_now(), &item->result) && item->limited++ < LIMITED_MAX &&
            !is_stopping()) {
            item->state = ITEM_DURABLE;
            continue;
        }
        judge(&item->result);
        if (item->result.outcome == NANGO_DONE) {
            exists_add(item);
        }
        int rc = ledger_end(item->line.number, &item->record);
        if (rc != 0) {
            stop(rc);
        }
    }
}

/* --max-refused N or P%: of the lines that were told, once there are a few. */
static void brake(void)
{
    const char *text = bulk.options->max_refused, *end = text;
    unsigned refused = report_count(NANGO_REFUSED), all = refused + report_count(NANGO_DONE);
    if (text == NULL || bulk.stopped) {
        return;
    }
    uint64_t most = options_number(&end, 1000000000);
    if (*end == '%' ? all >= BRAKE_LEAST && refused * 100ull > most * all : refused > most) {
        SAY("%u of %u lines were refused, more than --max-refused %s", refused, all, text);
        stop(EXIT_STOPPED);
    }
}

int bulk_tell(const struct options *o, const struct settings *s, const struct item *item)
{
    struct report_line l = item_report(item, o, s);
    int rc = item->is_line ? results_put(item, &l) : 0;
    int code = item->state == ITEM_BEFORE ? (report_before(), 0) : report(&l);
    if (rc != 0) {
        stop(rc);
    }
    return rc > code ? rc : code;
}

static void tell(struct item *item)
{
    raise_code(bulk_tell(bulk.options, bulk.settings, item));
    brake();
}

/* Returns how many. */
static unsigned tell_in_order(void)
{
    unsigned from = bulk.head;
    while (bulk.head != bulk.tail && at(bulk.head)->state >= ITEM_ENDED) {
        tell(at(bulk.head));
        bulk.head++;
    }
    bulk.in.keep = bulk.head != bulk.tail ? at(bulk.head)->line.file.at : bulk.in.at;
    return bulk.head - from;
}

/* The run has ended before its lines: an intent that was never followed is taken back, unless an
 * earlier run may have sent the line. */
static void give_back(void)
{
    for (; bulk.head != bulk.tail; bulk.head++) {
        struct item *item = at(bulk.head);
        if (item->state >= ITEM_ENDED) {
            tell(item);
        } else if (item->record.known && !item->in_doubt) {
            item->record.outcome = NANGO_NOT_SENT;
            raise_code(ledger_end(item->line.number, &item->record));
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int begin(const char *path)
{
    struct input_line *header = &items[0].line;
    int rc = input_open(&bulk.in, path);
    rc = rc != 0 ? rc : csv_recognise(bulk.options, &bulk.in);
    if (rc == 0 && bulk.in.is_csv) {
        int got;
        while ((got = input_next(&bulk.in, header)) == LATER && !nangoc_interrupted) {
            slots_wait(bulk.in.fd, 1000);
        }
        rc = got == LINE  ? csv_header(bulk.options, &bulk.in, header)
             : got > LINE ? got
                          : FAIL(EXIT_USAGE, "%s has no header row", path);
        bulk.in.keep = bulk.in.at;
        rc = rc != 0 ? rc : results_header(&header->source);
    }
    if (bulk.options->dry_run) { /* nothing is left behind */
        rc = rc != 0 ? rc : index_open(bulk.in.fd == STDIN_FILENO ? NULL : path);
        return rc != 0 || !bulk.options->online
                   ? rc
                   : exists_read(bulk.options, bulk.settings, &bulk.in);
    }
    rc = rc != 0 ? rc : ledger_open(bulk.options, bulk.settings, &bulk.in);
    return rc != 0 ? rc : exists_read(bulk.options, bulk.settings, &bulk.in);
}

static void run(void)
{
    for (;;) {
        read_lines();
        uint32_t ms = start_calls();
        take_ended();
        unsigned told = tell_in_order();
        if (slots_running() == 0 && (is_stopping() || (bulk.head == bulk.tail && !has_room()))) {
            return;
        }
        int reads = has_room();
        slots_wait(reads && bulk.in.is_pipe ? bulk.in.fd : -1,
                   told > 0 || (reads && !bulk.in.is_pipe) ? 0 : ms);
        if (nangoc_interrupted > 1) {
            slots_cancel();
        }
        take_ended();
    }
}

int bulk_run(const struct options *o, const struct settings *s, const char *path, int *stops)
{
    bulk.options = o;
    bulk.settings = s;
    bulk.window = WINDOW * o->parallel;
    bulk.head = bulk.tail = bulk.last = 0;
    bulk.more = 1;
    bulk.stopped = bulk.code = 0;
    int rc = begin(path);
    if (rc == 0) {
        run();
        give_back();
    } else {
        stop(rc);
    }
    if (rc == 0 && (is_stopping() || (bulk.more && !has_room()))) {
        SAY("stopped at %s:%u: what follows was not tried", bulk.in.name, bulk.last);
    }
    ledger_close();
    input_close(&bulk.in);
    for (unsigned i = 0; i < bulk.window; i++) {
        item_wipe(&items[i]);
    }
    *stops = is_stopping() || (o->limit != 0 && bulk.tried >= o->limit);
    return bulk.code;
}
