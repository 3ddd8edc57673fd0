/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_BITS = 12, NAME_CAP = 4096 };

/* Open addressing: a hash is at the first place from its own on that is free. */
struct cell {
    uint64_t hash; /* 0: free */
    uint32_t value, used;
};

static char folder[NAME_CAP];
static struct table {
    int fd;
    unsigned bits;
    uint64_t used;
} table = {.fd = -1};

static int failed(void)
{
    return FAIL(-1, "cannot keep an index beside the input (%s): %s", folder, strerror(errno));
}

/* A file without a name. */
static int make_file(void)
{
    static const char last[] = "/.nangoc-index-";
    char name[NAME_CAP + sizeof last + 20];
    size_t len = strlen(folder);
    memcpy(name, folder, len);
    memcpy(name + len, last, sizeof last);
    len += sizeof last - 1;
    for (unsigned n = (unsigned)getpid(); n > 0; n /= 10) {
        name[len++] = (char)('0' + n % 10);
    }
    name[len] = 0;
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        unlink(name);
    }
    return fd;
}

int index_open(const char *beside)
{
    const char *temporary = getenv("TMPDIR");
    const char *slash = beside != NULL ? strrchr(beside, '/') : NULL;
    size_t len = slash != NULL ? (size_t)(slash - beside) : 0;
    if (beside == NULL) {
        beside = temporary != NULL && temporary[0] != 0 ? temporary : "/tmp";
        len = strlen(beside);
    } else if (len == 0) {
        beside = slash != NULL ? "/" : ".";
        len = 1;
    }
    len = len < sizeof folder - 1 ? len : sizeof folder - 1;
    memcpy(folder, beside, len);
    folder[len] = 0;
    index_close();
    table = (struct table){.fd = make_file(), .bits = FIRST_BITS};
    return table.fd >= 0 ? 0 : (failed(), EXIT_LOCAL);
}

void index_close(void)
{
    if (table.fd >= 0) {
        close(table.fd);
        table.fd = -1;
    }
}

static int read_cell(const struct table *t, uint64_t place, struct cell *cell)
{
    memset(cell, 0, sizeof *cell); /* behind the end of the file all are free */
    return pread(t->fd, cell, sizeof *cell, (off_t)(place * sizeof *cell)) < 0 ? failed() : 0;
}

/* The cell that has the hash, or the free one where it would be. */
static int find(const struct table *t, uint64_t hash, uint64_t *place, struct cell *cell)
{
    uint64_t mask = ((uint64_t)1 << t->bits) - 1;
    for (*place = hash & mask;; *place = (*place + 1) & mask) {
        int rc = read_cell(t, *place, cell);
        if (rc != 0 || cell->hash == hash || cell->hash == 0) {
            return rc;
        }
    }
}

static int write_cell(struct table *t, uint64_t place, const struct cell *cell)
{
    t->used++;
    return pwrite(t->fd, cell, sizeof *cell, (off_t)(place * sizeof *cell)) == (ssize_t)sizeof *cell
               ? 0
               : failed();
}

/* Into one of twice the size. */
static int grow(void)
{
    struct table next = {.fd = make_file(), .bits = table.bits + 1};
    int rc = next.fd >= 0 ? 0 : failed();
    for (uint64_t i = 0; i < (uint64_t)1 << table.bits && rc == 0; i++) {
        struct cell cell, other;
        uint64_t place;
        rc = read_cell(&table, i, &cell);
        if (rc == 0 && cell.hash != 0) {
            rc = find(&next, cell.hash, &place, &other);
            rc = rc != 0 ? rc : write_cell(&next, place, &cell);
        }
    }
    index_close();
    table = next;
    return rc;
}

int index_put(uint64_t hash, uint32_t *value)
{
    struct cell cell;
    uint64_t place;
    hash += hash == 0;
    int rc = table.used > (uint64_t)1 << (table.bits - 1) ? grow() : 0;
    rc = rc != 0 ? rc : find(&table, hash, &place, &cell);
    if (rc != 0) {
        return rc;
    }
    if (cell.hash == hash) {
        *value = cell.value;
        return 1;
    }
    return write_cell(&table, place, &(struct cell){hash, *value, 1});
}

int index_has(uint64_t hash)
{
    struct cell cell;
    uint64_t place;
    hash += hash == 0;
    return table.fd >= 0 && find(&table, hash, &place, &cell) == 0 && cell.hash == hash;
}
