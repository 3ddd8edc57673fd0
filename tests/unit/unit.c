/* SPDX-License-Identifier: MIT
 *
 * unit: see unit.h. Nothing here needs a host.
 */
#include "unit.h"

#include <string.h>

enum { EVERY_SPLIT_UP_TO = 8192, REASON_CAP = 400 };

static struct {
    const char *file; /* "X" of test_X */
    const char *name; /* of the case; NULL: none is open */
    const char *part;
    unsigned checks, failures;
    unsigned cases, failed;
    char why[REASON_CAP]; /* of the first failure */
    size_t why_len;
    const struct unit_slices *slicing; /* in which the checks run now; NULL: none */
    size_t window;                     /* the same of a writer; 0: none */
} now;

static void put(const char *text)
{
    unit_put(text, strlen(text));
}

/* ---- a line of text, cut where it is too long ---- */

struct line {
    char text[REASON_CAP];
    size_t len;
};

static void add(struct line *l, const char *bytes, size_t len)
{
    size_t room = sizeof l->text - l->len;
    len = len < room ? len : room;
    memcpy(l->text + l->len, bytes, len);
    l->len += len;
}

static void add_text(struct line *l, const char *text)
{
    add(l, text, strlen(text));
}

static void add_int(struct line *l, int64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    add(l, "-", number < 0);
    add(l, digits + at, sizeof digits - at);
}

/* What is not printable ASCII as \xNN, so that a line stays a line. */
static void add_quoted(struct line *l, const unsigned char *bytes, size_t len)
{
    add_text(l, "\"");
    for (size_t i = 0; i < len; i++) {
        char hex[4] = {'\\', 'x', "0123456789abcdef"[bytes[i] >> 4],
                       "0123456789abcdef"[bytes[i] & 15]};
        if (bytes[i] >= ' ' && bytes[i] < 127) {
            add(l, (const char *)&bytes[i], 1);
        } else {
            add(l, hex, sizeof hex);
        }
    }
    add_text(l, "\"");
}

/* ---- cases ---- */

static void put_name(const char *verdict)
{
    put(verdict);
    put(now.file);
    put(": ");
    put(now.name);
    if (now.part != NULL) {
        put(": ");
        put(now.part);
    }
}

static void end_case(void)
{
    if (now.name == NULL) {
        return;
    }
    now.cases++;
    if (now.checks == 0) {
        now.failures++;
        put_name("not ok - ");
        put(": it checks nothing\n");
    } else if (now.failures > 0) {
        put_name("not ok - ");
        put(": ");
        unit_put(now.why, now.why_len);
        put("\n");
    } else {
        put_name("ok - ");
        put("\n");
    }
    now.failed += now.failures > 0;
    now.name = NULL;
}

void unit_case_of(const char *name, const char *part)
{
    end_case();
    now.name = name;
    now.part = part;
    now.checks = now.failures = 0;
    now.slicing = NULL;
    now.window = 0;
}

void unit_case(const char *name)
{
    unit_case_of(name, NULL);
}

void unit_skip(const char *why)
{
    now.cases++;
    put_name("ok - ");
    put(" # SKIP ");
    put(why);
    put("\n");
    now.name = NULL;
}

int unit_run(const char *only)
{
    struct line plan = {.len = 0};
    for (const struct unit_file *f = unit_files; f->name != NULL; f++) {
        if (only == NULL || strstr(f->name, only) != NULL) {
            now.file = f->name + strlen("test_");
            f->run();
            end_case();
        }
    }
    add_text(&plan, "1..");
    add_int(&plan, now.cases);
    add_text(&plan, "\n");
    unit_put(plan.text, plan.len);
    return (int)now.failed;
}

/* ---- checks ---- */

static int fail(struct line *l)
{
    if (now.slicing != NULL) {
        add_text(l, " (first part ");
        add_int(l, (int64_t)now.slicing->first);
        add_text(l, ", then parts of ");
        add_int(l, (int64_t)now.slicing->step);
        add_text(l, ")");
    }
    if (now.window > 0) {
        add_text(l, " (windows of ");
        add_int(l, (int64_t)now.window);
        add_text(l, ")");
    }
    if (now.failures++ == 0) {
        memcpy(now.why, l->text, l->len);
        now.why_len = l->len;
    } else if (now.failures < 10) { /* a broken reader fails in thousands of slicings */
        put("# ");
        unit_put(l->text, l->len);
        put("\n");
    }
    return 0;
}

static struct line begin(const char *file, int line)
{
    struct line l = {.len = 0};
    const char *slash = strrchr(file, '/');
    add_text(&l, slash != NULL ? slash + 1 : file);
    add_text(&l, ":");
    add_int(&l, line);
    add_text(&l, ": ");
    return l;
}

static void count(void)
{
    if (now.name == NULL) {
        unit_case("a check outside of any case");
    }
    now.checks++;
}

int unit_check(int ok, const char *what, const char *file, int line)
{
    count();
    if (ok) {
        return 1;
    }
    struct line l = begin(file, line);
    add_text(&l, what);
    return fail(&l);
}

int unit_check_int(int64_t got, int64_t want, const char *what, const char *file, int line)
{
    count();
    if (got == want) {
        return 1;
    }
    struct line l = begin(file, line);
    add_text(&l, what);
    add_text(&l, " is ");
    add_int(&l, got);
    add_text(&l, ", not ");
    add_int(&l, want);
    return fail(&l);
}

int unit_check_mem(const void *got, size_t got_len, const void *want, size_t want_len,
                   const char *what, const char *file, int line)
{
    const unsigned char *g = got, *w = want;
    size_t same = 0;
    count();
    while (same < got_len && same < want_len && g[same] == w[same]) {
        same++;
    }
    if (same == got_len && same == want_len) {
        return 1;
    }
    struct line l = begin(file, line);
    size_t from = same < 20 ? 0 : same - 20; /* some context before the first difference */
    add_text(&l, what);
    add_text(&l, " has length ");
    add_int(&l, (int64_t)got_len);
    add_text(&l, ", not ");
    add_int(&l, (int64_t)want_len);
    add_text(&l, "; differs at ");
    add_int(&l, (int64_t)same);
    add_text(&l, "; from ");
    add_int(&l, (int64_t)from);
    add_text(&l, ": ");
    add_quoted(&l, g + from, got_len - from < 40 ? got_len - from : 40);
    add_text(&l, ", not ");
    add_quoted(&l, w + from, want_len - from < 40 ? want_len - from : 40);
    return fail(&l);
}

/* ---- memory ---- */

void *unit_guard(int slot, const void *bytes, size_t len)
{
    void *room = unit_room(slot, len);
    if (len > 0) {
        memcpy(room, bytes, len);
    }
    return room;
}

/* ---- readers ---- */

int unit_slice(struct unit_slices *s, const char **part, size_t *part_len)
{
    size_t len = s->at == 0 ? s->first : s->step;
    if (s->at == s->len) {
        return 0;
    }
    len = len < s->len - s->at ? len : s->len - s->at;
    *part = unit_guard(UNIT_SLICES, s->bytes + s->at, len);
    *part_len = len;
    s->at += len;
    return 1;
}

struct reader {
    const char *bytes;
    size_t len;
    void (*run)(void *ctx, struct unit_slices *s);
    void *ctx;
};

static void run_sliced(const struct reader *r, size_t first, size_t step)
{
    struct unit_slices s = {.bytes = r->bytes, .len = r->len, .first = first, .step = step};
    now.slicing = &s;
    r->run(r->ctx, &s);
    now.slicing = NULL;
}

void unit_each_slicing_at(const void *bytes, size_t len, const size_t *cuts, size_t cuts_len,
                          void (*run)(void *ctx, struct unit_slices *s), void *ctx)
{
    struct reader r = {.bytes = bytes, .len = len, .run = run, .ctx = ctx};
    run_sliced(&r, len, len);
    if (len < 2) {
        return;
    }
    run_sliced(&r, 1, 1);
    if (len <= EVERY_SPLIT_UP_TO) {
        for (size_t at = 1; at < len; at++) {
            run_sliced(&r, at, len - at);
        }
        return;
    }
    run_sliced(&r, 7, 7);
    run_sliced(&r, 1024, 1024);
    for (size_t i = 0; i < cuts_len; i++) {
        for (size_t at = cuts[i] > 1 ? cuts[i] - 1 : 1; at <= cuts[i] + 1 && at < len; at++) {
            run_sliced(&r, at, len - at);
        }
    }
}

void unit_each_slicing(const void *bytes, size_t len, void (*run)(void *ctx, struct unit_slices *s),
                       void *ctx)
{
    unit_each_slicing_at(bytes, len, NULL, 0, run, ctx);
}

/* ---- writers ---- */

struct writer {
    size_t (*write)(void *ctx, size_t off, char *buf, size_t cap);
    void *ctx;
    const char *want;
    size_t want_len;
};

static void run_windows(const struct writer *w, size_t window)
{
    now.window = window;
    for (size_t off = 0; off < w->want_len; off += window) {
        size_t part = window < w->want_len - off ? window : w->want_len - off;
        char *buf = unit_room(UNIT_WINDOWS, part);
        memset(buf, '#', part);
        if (!CHECK_INT(w->write(w->ctx, off, buf, part), w->want_len) ||
            !CHECK_MEM(buf, part, w->want + off, part)) {
            break;
        }
    }
    now.window = 0;
}

void unit_each_window(size_t (*write)(void *ctx, size_t off, char *buf, size_t cap), void *ctx,
                      const void *want, size_t want_len)
{
    struct writer w = {.write = write, .ctx = ctx, .want = want, .want_len = want_len};
    CHECK_INT(write(ctx, 0, unit_room(UNIT_WINDOWS, 0), 0), want_len);
    for (size_t window = 1; window < want_len; window++) {
        if (want_len <= EVERY_SPLIT_UP_TO || window == 1 || window == 7 || window == 1024) {
            run_windows(&w, window);
        }
    }
    if (want_len > 0) {
        run_windows(&w, want_len);
    }
}
