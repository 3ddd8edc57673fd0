/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fuzz_fail(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}

void fuzz_add(struct fuzz_text *t, const void *bytes, size_t len)
{
    if (t->cap - t->len < len) {
        t->cap = 2 * (t->len + len);
        t->ptr = realloc(t->ptr, t->cap);
        FUZZ_CHECK(t->ptr != NULL);
    }
    if (len > 0) {
        memcpy(t->ptr + t->len, bytes, len);
    }
    t->len += len;
}

void fuzz_add_number(struct fuzz_text *t, long long number)
{
    char text[24] = "";
    fuzz_add(t, text, (size_t)snprintf(text, sizeof text, "%lld;", number));
}

void fuzz_free(struct fuzz_text *t)
{
    free(t->ptr);
    memset(t, 0, sizeof *t);
}

int fuzz_same(const struct fuzz_text *a, const struct fuzz_text *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->ptr, b->ptr, a->len) == 0);
}

uint32_t fuzz_hash(const uint8_t *bytes, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash | 1; /* xorshift has no 0 */
}

uint32_t fuzz_next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

int fuzz_slice(struct fuzz_slices *s, const char **part, size_t *len)
{
    size_t left = s->len - s->at, n = left;
    free(s->part);
    s->part = NULL;
    if (left == 0) {
        return 0;
    }
    if (s->slicing != FUZZ_WHOLE) {
        n = s->slicing == FUZZ_BYTES   ? 1
            : s->slicing == FUZZ_SHORT ? 1 + fuzz_next(&s->seed) % 7
                                       : 1 + fuzz_next(&s->seed) % 300;
        n = n < left ? n : left;
    }
    s->part = malloc(n);
    FUZZ_CHECK(s->part != NULL);
    memcpy(s->part, s->bytes + s->at, n);
    s->at += n;
    *part = s->part;
    *len = n;
    return 1;
}
