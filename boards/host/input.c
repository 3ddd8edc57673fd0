/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "input.h"

#include "json_read.h"
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOUND = 1, END = 0, TOO_LONG = -1, LATER = -2 };

static char file_block[INPUT_BLOCK];
static char pipe_block[INPUT_PIPE_CAP];
static struct input *the_pipe; /* what pipe_block is of */

int input_open(struct input *in, const char *path)
{
    struct stat st;
    int is_stdin = strcmp(path, "-") == 0;
    *in = (struct input){.line = 1, .block = file_block, .size = UINT64_MAX, .scan = {.from = -1}};
    in->name = is_stdin ? "standard input" : path;
    in->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0 || fstat(in->fd, &st) != 0) {
        return FAIL(EXIT_LOCAL, "cannot open %s: %s", path, strerror(errno));
    }
    if (S_ISDIR(st.st_mode)) {
        return FAIL(EXIT_LOCAL, "cannot read %s: %s", path, strerror(EISDIR));
    }
    if (S_ISREG(st.st_mode)) {
        off_t at = lseek(in->fd, 0, SEEK_CUR); /* standard input may have been read from */
        in->at = at > 0 ? at : 0;
        in->size = (uint64_t)st.st_size;
    } else {
        in->is_pipe = 1;
        in->block = pipe_block;
        the_pipe = in;
    }
    if (is_stdin && isatty(STDIN_FILENO)) {
        SAY("reading JSON Lines from the terminal; Ctrl-D ends them");
    }
    return 0;
}

void input_close(struct input *in)
{
    volatile char *p = in->is_pipe ? pipe_block : file_block; /* it held credentials */
    for (size_t i = 0; i < in->block_len; i++) {
        p[i] = 0;
    }
    if (in->fd > STDIN_FILENO) {
        close(in->fd);
    }
}

static int failed(const struct input *in)
{
    return FAIL(EXIT_LOCAL, "cannot read %s: %s", in->name, strerror(errno));
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* The next piece of a pipe, behind what stands there. */
static int read_pipe(struct input *in)
{
    struct pollfd ready = {.fd = in->fd, .events = POLLIN};
    off_t needed = in->keep < in->at ? in->keep : in->at;
    size_t done = needed > in->block_at ? (size_t)(needed - in->block_at) : 0;
    if (done > 0 && in->block_len == sizeof pipe_block) {
        in->block_len -= done;
        memmove(pipe_block, pipe_block + done, in->block_len);
        in->block_at += (off_t)done;
    }
    if (in->block_len == sizeof pipe_block) {
        return needed < in->at ? LATER : TOO_LONG;
    }
    if (poll(&ready, 1, 0) <= 0) {
        return LATER;
    }
    ssize_t n = read(in->fd, pipe_block + in->block_len, sizeof pipe_block - in->block_len);
    if (n < 0) {
        return errno == EINTR || errno == EAGAIN ? LATER : failed(in);
    }
    in->ended = n == 0;
    in->block_len += (size_t)n;
    return n > 0 ? FOUND : END;
}

/* The bytes from `at` on that stand in memory, after reading where there are none. */
static int look(struct input *in, off_t at, const char **bytes, size_t *len)
{
    int rc = FOUND;
    if (at < in->block_at || at >= in->block_at + (off_t)in->block_len) {
        if (in->is_pipe) {
            rc = in->ended ? END : read_pipe(in);
        } else {
            ssize_t n = pread(in->fd, file_block, sizeof file_block, at);
            if (n < 0) {
                return failed(in);
            }
            in->block_at = at;
            in->block_len = (size_t)n;
            rc = n > 0 ? FOUND : END;
        }
    }
    if (rc == FOUND) {
        *bytes = in->block + (at - in->block_at);
        *len = in->block_len - (size_t)(at - in->block_at);
    }
    return rc;
}

/* ---- ends of lines --------------------------------------------------------------------------- */

/* Where in a row of CSV: a quote counts at the beginning of a field, and inside a quoted one. */
enum { FIELD, PLAIN, QUOTED, QUOTE };

static size_t find_row_end(const struct input *in, struct input_scan *s, const char *bytes,
                           size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];
        if (s->quote == QUOTED) {
            s->quote = c == '"' ? QUOTE : QUOTED;
            s->feeds += c == '\n';
        } else if (c == '\n') {
            return i;
        } else if (c == '"' && s->quote != PLAIN) { /* the first of a field, or a second one */
            s->quote = QUOTED;
        } else {
            s->quote = c == in->delimiter ? FIELD : PLAIN;
        }
    }
    return len;
}

static size_t find_feed(const char *bytes, size_t len)
{
    const char *feed = memchr(bytes, '\n', len);
    return feed != NULL ? (size_t)(feed - bytes) : len;
}

/* The end of the line that begins at `from`: of its last byte but the line feed. END: nothing
 * begins there. */
static int find_end(struct input *in, struct input_scan *s, off_t from)
{
    const char *bytes;
    size_t len;
    int rc;
    if (s->from != from) {
        *s = (struct input_scan){.from = from, .at = from, .blank = 1};
    }
    while ((rc = look(in, s->at, &bytes, &len)) == FOUND) {
        size_t part = in->is_csv ? find_row_end(in, s, bytes, len) : find_feed(bytes, len);
        for (size_t i = 0; i < part && s->blank; i++) {
            s->blank = bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r';
        }
        s->at += (off_t)part;
        if (part < len) {
            break;
        }
    }
    s->end = s->at;
    return rc == END && s->end > from ? FOUND : rc;
}

/* The line that is too long is passed over. */
static int skip_line(struct input *in)
{
    const char *bytes = NULL;
    size_t len = 0;
    int rc;
    while ((rc = look(in, in->at, &bytes, &len)) == FOUND) {
        const char *feed = memchr(bytes, '\n', len);
        in->at += feed != NULL ? feed - bytes + 1 : (off_t)len;
        in->keep = in->at;
        if (feed != NULL) {
            break;
        }
    }
    in->skipped = rc == LATER;
    return rc > FOUND || rc == LATER ? rc : TOO_LONG;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int pipe_read_at(void *ctx, size_t off, void *buf, size_t len)
{
    const struct source_file *f = ctx;
    memcpy(buf, pipe_block + (f->at + (off_t)off - the_pipe->block_at), len);
    return 0;
}

static void set_line(struct input *in, struct input_line *line, off_t from, off_t end)
{
    line->source = (struct nango_source){.len = (size_t)(end - from), .ctx = &line->file};
    line->source.read_at = in->is_pipe ? pipe_read_at : source_read_at;
    line->file.fd = in->fd;
    line->file.at = from;
    line->file.cache_len = 0; /* read anew: it may have changed */
}

static int skip_value(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)ctx, (void)event, (void)bytes, (void)len;
    return JSON_SKIP;
}

int input_json(const struct nango_source *source)
{
    struct json j;
    char part[512];
    int rc = 0;
    json_init(&j, (struct json_sink){skip_value, NULL});
    for (size_t at = 0, len, used; rc == 0 && at < source->len; at += len) {
        len = source->len - at < sizeof part ? source->len - at : sizeof part;
        rc =
            out_read(source, at, part, len) != 0 ? NANGO_E_SOURCE : json_feed(&j, part, len, &used);
    }
    return rc != 0 ? rc : json_finish(&j);
}

/* Is it one document over several lines? Then the first is cut, and the second is not a document by
 * itself: else the first line of JSON Lines is broken, which is no reason to give up the others.
 * Sets in->judged, unless the result is LATER. */
static int judge(struct input *in, off_t first_end)
{
    static struct input_line line;
    struct input_scan s = {.from = -1};
    int rc = END;
    set_line(in, &line, in->at, first_end);
    if (!in->is_csv && input_json(&line.source) == NANGO_E_JSON_CUT) {
        do {
            rc = find_end(in, &s, first_end + 1);
            first_end = s.end;
        } while (rc == FOUND && s.blank);
        if (rc == FOUND) {
            set_line(in, &line, s.from, s.end);
            in->whole = input_json(&line.source) != 0;
        }
    }
    in->judged = rc != LATER;
    source_wipe(&line.file);
    return rc;
}

/* The end of all that comes. */
static int find_all(struct input *in, off_t *end)
{
    const char *bytes;
    size_t len;
    int rc;
    for (*end = in->at; (rc = look(in, *end, &bytes, &len)) == FOUND; *end += (off_t)len) {
    }
    in->ended |= rc == TOO_LONG; /* nothing behind it is a line */
    return rc == END ? FOUND : rc;
}

static int has_mark(struct input *in)
{
    const char *bytes;
    size_t len;
    return look(in, in->at, &bytes, &len) == FOUND && len >= 3 &&
           memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
}

/* Passes over blank lines and the mark. */
static int find_line(struct input *in)
{
    for (;;) {
        int rc = find_end(in, &in->scan, in->at);
        if (rc == FOUND && !in->begun) {
            in->begun = 1;
            if (has_mark(in)) {
                in->at += 3;
                continue;
            }
        }
        if (rc != FOUND || !in->scan.blank) {
            return rc;
        }
        in->at = in->scan.end + 1;
        in->line++;
    }
}

int input_next(struct input *in, struct input_line *line)
{
    line->name = in->name;
    if (in->skipped) {
        line->number = in->line - 1;
        return skip_line(in);
    }
    if (in->whole == 2) { /* it was given */
        return END;
    }
    int rc = in->whole ? FOUND : find_line(in);
    if (rc == FOUND && !in->judged && judge(in, in->scan.end) == LATER) {
        return LATER;
    }
    if (rc == FOUND && in->whole) {
        rc = find_all(in, &in->scan.end);
        in->whole = rc == LATER ? 1 : 2;
    }
    if (rc == LATER) {
        return LATER;
    }
    line->number = in->line;
    in->line += 1 + in->scan.feeds;
    if (rc == FOUND) {
        set_line(in, line, in->at, in->scan.end);
        in->at = in->scan.end + 1;
        return FOUND;
    }
    return rc == TOO_LONG ? skip_line(in) : rc;
}

void input_locate(const struct nango_source *source, size_t offset, unsigned *line,
                  unsigned *column)
{
    char part[512];
    unsigned feeds = 0, characters = 0;
    for (size_t at = 0, len; at < offset; at += len) {
        len = offset - at < sizeof part ? offset - at : sizeof part;
        if (len > source->len - at || out_read(source, at, part, len) != 0) {
            return;
        }
        for (size_t i = 0; i < len; i++) {
            characters = part[i] == '\n' ? 0 : characters + ((part[i] & 0xc0) != 0x80);
            feeds += part[i] == '\n';
        }
    }
    *line += feeds;
    *column = characters + 1;
}
