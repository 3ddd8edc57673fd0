/* SPDX-License-Identifier: MIT
 *
 * input: JSON Lines, one JSON object over several lines, or the rows of a CSV file (RFC 4180), from
 * a file or a pipe.
 *
 * Of a file only the ends of lines are looked for; a line is a source that is read where it stands,
 * so it may be of any length. What cannot be read twice (a pipe) is kept while it is needed: all
 * lines from the oldest one that is not done with on may have INPUT_PIPE_CAP bytes; a line that is
 * longer by itself is refused, and the next one comes.
 */
#ifndef INPUT_H
#define INPUT_H

#include "source.h"

enum { INPUT_PIPE_CAP = 1024 * 1024, INPUT_BLOCK = 4096 };

/* How far the search for the end of a line has come: a pipe may have no more for now. */
struct input_scan {
    off_t from, at, end;
    unsigned feeds; /* line ends within the row */
    uint8_t blank;
    uint8_t quote; /* of CSV: where in a field */
};

struct input {
    const char *name;
    int fd;
    uint8_t is_pipe;
    uint8_t ended;   /* of a pipe: it has no more */
    uint8_t begun;   /* the byte order mark has been looked for */
    uint8_t judged;  /* one document, or lines? */
    uint8_t whole;   /* one document */
    uint8_t skipped; /* a line that is too long is being passed over */
    uint8_t is_csv;
    char delimiter;
    unsigned line; /* the number of the next line, and where it begins */
    off_t at;
    off_t keep;    /* of a pipe: what is before this is done with */
    uint64_t size; /* of a file; UINT64_MAX: not known */
    struct input_scan scan;
    const char *block; /* of a file a part of it, of a pipe what has come and is not done with */
    off_t block_at;
    size_t block_len;
};

struct input_line {
    struct nango_source source;
    struct source_file file;
    const char *name;
    unsigned number;
};

/* path: "-" is standard input. */
int input_open(struct input *in, const char *path);
/* The next line that is not blank. 1: it is there. 0: no more. -1: the line is too long, and only
 * its number is there. -2: a pipe has none for now. Else an exit code. */
int input_next(struct input *in, struct input_line *line);
void input_close(struct input *in);

/* Where a byte of a source stands: *line is moved on, *column is set (counted from 1, in
 * characters); neither, where the source cannot be read again. */
void input_locate(const struct nango_source *source, size_t offset, unsigned *line,
                  unsigned *column);
/* What json_read says of the whole source. */
int input_json(const struct nango_source *source);

#endif
