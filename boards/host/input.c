/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "input.h"

#include "json_read.h"
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOUND = 1, END = 0, TOO_LONG = -1 };

static char file_block[INPUT_BLOCK];
static char pipe_block[INPUT_PIPE_CAP];

int input_open(struct input *in, const char *path)
{
    struct stat st;
    int is_stdin = strcmp(path, "-") == 0;
    *in = (struct input){.line = 1, .block = file_block};
    in->name = is_stdin ? "standard input" : path;
    in->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0 || fstat(in->fd, &st) != 0) {
        return FAIL(EXIT_LOCAL, "cannot open %s: %s", path, strerror(errno));
    }
    if (S_ISREG(st.st_mode)) {
        off_t at = lseek(in->fd, 0, SEEK_CUR); /* standard input may have been read from */
        in->at = at > 0 ? at : 0;
    } else {
        in->is_pipe = 1;
        in->block = pipe_block;
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

/* The next piece of a pipe, behind what stands there; what is before in->at is done with. */
static int read_pipe(struct input *in)
{
    size_t done = (size_t)(in->at - in->block_at);
    if (done > 0 && in->block_len == sizeof pipe_block) {
        in->block_len -= done;
        memmove(pipe_block, pipe_block + done, in->block_len);
        in->block_at = in->at;
    }
    if (in->block_len == sizeof pipe_block) {
        return TOO_LONG;
    }
    for (;;) {
        ssize_t n = read(in->fd, pipe_block + in->block_len, sizeof pipe_block - in->block_len);
        if (n >= 0) {
            in->ended = n == 0;
            in->block_len += (size_t)n;
            return n > 0 ? FOUND : END;
        }
        if (errno != EINTR || nangoc_interrupted) {
            return errno == EINTR ? EXIT_INTERRUPTED : failed(in);
        }
    }
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

/* The end of the line that begins at `from`: of its last byte but the line feed. END: nothing
 * begins there. */
static int find_end(struct input *in, off_t from, off_t *end, int *blank)
{
    const char *bytes;
    size_t len;
    int rc;
    *blank = 1;
    *end = from;
    for (off_t at = from; (rc = look(in, at, &bytes, &len)) == FOUND; at += (off_t)len) {
        const char *feed = memchr(bytes, '\n', len);
        size_t part = feed != NULL ? (size_t)(feed - bytes) : len;
        for (size_t i = 0; i < part && *blank; i++) {
            *blank = bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r';
        }
        *end = at + (off_t)part;
        if (feed != NULL) {
            return FOUND;
        }
    }
    return rc == END && *end > from ? FOUND : rc;
}

/* The line that is too long is passed over. */
static int skip_line(struct input *in)
{
    const char *bytes;
    size_t len;
    int rc;
    while ((rc = look(in, in->at, &bytes, &len)) == FOUND) {
        const char *feed = memchr(bytes, '\n', len);
        in->at += feed != NULL ? feed - bytes + 1 : (off_t)len;
        if (feed != NULL) {
            break;
        }
    }
    return rc > FOUND ? rc : TOO_LONG;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void set_line(struct input *in, struct input_line *line, off_t from, off_t end)
{
    line->source = (struct nango_source){.len = (size_t)(end - from)};
    if (in->is_pipe) {
        line->source.mem = pipe_block + (from - in->block_at);
    } else {
        line->file.fd = in->fd;
        line->file.at = from;
        line->file.cache_len = 0; /* read anew: it may have changed */
        line->source.read_at = source_read_at;
        line->source.ctx = &line->file;
    }
}

static int skip_value(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)ctx, (void)event, (void)bytes, (void)len;
    return JSON_SKIP;
}

/* What json_read says of the whole line. */
static int read_json(const struct nango_source *source)
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
 * itself: else the first line of JSON Lines is broken, which is no reason to give up the others. */
static int is_one_document(struct input *in, off_t first_end)
{
    struct input_line line;
    off_t from = in->at, end;
    int blank;
    set_line(in, &line, from, first_end);
    if (read_json(&line.source) != NANGO_E_JSON_CUT) {
        return 0;
    }
    do {
        from = first_end + 1;
        if (find_end(in, from, &end, &blank) != FOUND) {
            return 0;
        }
        first_end = end;
    } while (blank);
    set_line(in, &line, from, end);
    return read_json(&line.source) != 0;
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

int input_next(struct input *in, struct input_line *line)
{
    off_t end;
    int blank, rc;
    for (;;) {
        rc = find_end(in, in->at, &end, &blank);
        if (rc == FOUND && !in->begun) {
            in->begun = 1;
            if (has_mark(in)) {
                in->at += 3;
                continue;
            }
        }
        if (rc != FOUND || !blank) {
            break;
        }
        in->at = end + 1;
        in->line++;
    }
    line->name = in->name;
    line->number = in->line++;
    if (rc == FOUND && !in->judged) {
        in->judged = 1;
        if (is_one_document(in, end)) {
            rc = find_all(in, &end);
        }
    }
    if (rc == FOUND) {
        set_line(in, line, in->at, end);
        in->at = end + 1;
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
