/* SPDX-License-Identifier: MIT
 *
 * result says the same of the same answer in every slicing; what it fills is a text of its kind,
 * and a value that it kept whole can be read again.
 */
#include "fuzz.h"
#include "out.h"
#include "result.h"
#include "tree.h"

#include <string.h>

enum { FIELDS = 8 };
static const char *const names[FIELDS] = {
    "id",     "connection_id", "error.errors",   "end_user.email",
    "errors", "credentials",   "metadata.a.b.c", "error"};

struct answer {
    struct nango_result out;
    struct nango_field fields[FIELDS];
    char bufs[FIELDS][64];
    char large[4096];
    int rc;
};

static void read_it(const uint8_t *bytes, size_t len, int slicing, uint16_t status, uint32_t same,
                    struct answer *a)
{
    struct fuzz_slices s = {bytes, len, slicing, fuzz_hash(bytes, len), 0, NULL};
    struct result r;
    const char *part;
    size_t part_len;
    memset(a, 0, sizeof *a);
    for (int i = 0; i < FIELDS; i++) {
        a->fields[i] =
            (struct nango_field){.name = names[i], .buf = a->bufs[i], .cap = 8u << i % 4};
    }
    a->fields[2].buf = a->large;
    a->fields[2].cap = sizeof a->large;
    result_init(&r, status, &a->out, "connection_id", JSON_STRING, a->fields, FIELDS);
    while (fuzz_slice(&s, &part, &part_len)) {
        result_feed(&r, part, part_len);
    }
    a->rc = result_finish(&r);
    if (a->rc == 0 && same != 0 && r.sum != same) {
        a->rc = NANGO_E_ANSWER; /* as the client does */
    }
}

static int is_utf8(const char *text, size_t len)
{
    struct fuzz_text quoted = {NULL, 0, 0}, none = {NULL, 0, 0};
    fuzz_add(&quoted, "\"", 1);
    for (size_t i = 0; i < len; i++) { /* only its characters matter */
        unsigned char c = (unsigned char)text[i];
        fuzz_add(&quoted, c < 0x20 || c == '"' || c == '\\' ? " " : &text[i], 1);
    }
    fuzz_add(&quoted, "\"", 1);
    int ok = tree_read(quoted.ptr, quoted.len, 1, &none);
    fuzz_free(&quoted);
    fuzz_free(&none);
    return ok;
}

static void check_fields(const struct answer *a)
{
    for (int i = 0; i < FIELDS; i++) {
        const struct nango_field *f = &a->fields[i];
        size_t len = strlen(f->buf);
        FUZZ_CHECK(len < f->cap && len <= f->len && f->kind <= NANGO_ARRAY);
        FUZZ_CHECK(f->cut == (f->len > f->cap - 1));
        FUZZ_CHECK(f->kind != NANGO_ABSENT || f->len == 0);
        FUZZ_CHECK(is_utf8(f->buf, len));
        if (!f->cut && f->kind != NANGO_ABSENT && f->kind != NANGO_STRING) {
            struct fuzz_text tree = {NULL, 0, 0};
            FUZZ_CHECK(tree_read(f->buf, f->len, NANGO_JSON_DEPTH, &tree));
            FUZZ_CHECK(tree.ptr[0] == " nft# {["[f->kind]);
            fuzz_free(&tree);
        }
    }
}

static void check_details(const struct nango_field *errors)
{
    struct nango_detail d;
    size_t pos = 0, before = 0, len = strlen(errors->buf);
    while (nango_detail_next(errors->buf, len, &pos, &d)) {
        FUZZ_CHECK(pos > before && pos <= len);
        before = pos;
        FUZZ_CHECK(strlen(d.code) < sizeof d.code && strlen(d.message) < sizeof d.message &&
                   strlen(d.path) < sizeof d.path);
        FUZZ_CHECK(is_utf8(d.code, strlen(d.code)) && is_utf8(d.message, strlen(d.message)) &&
                   is_utf8(d.path, strlen(d.path)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint16_t statuses[] = {201, 200, 400, 429, 500, 302, 404, 204};
    static struct answer whole, sliced;
    uint16_t status = statuses[fuzz_hash(bytes, len) / 2 % 8];
    uint32_t same = fuzz_hash(bytes, len) & 16 ? out_sum(OUT_SUM_START, "a", 1) : 0;
    read_it(bytes, len, FUZZ_WHOLE, status, same, &whole);
    FUZZ_CHECK(whole.rc != 0 || status < 300);
    FUZZ_CHECK(whole.rc != 0 || whole.fields[1].kind == NANGO_STRING);
    FUZZ_CHECK(whole.rc != 0 || same == 0 || strcmp(whole.fields[1].buf, "a") == 0);
    check_fields(&whole);
    if (whole.fields[2].kind == NANGO_ARRAY) {
        check_details(&whole.fields[2]);
    }
    FUZZ_CHECK(is_utf8(whole.out.code, strlen(whole.out.code)));
    FUZZ_CHECK(status == 302 || is_utf8(whole.out.message, strlen(whole.out.message)));
    for (int slicing = FUZZ_BYTES; slicing < FUZZ_SLICINGS; slicing++) {
        read_it(bytes, len, slicing, status, same, &sliced);
        FUZZ_CHECK(sliced.rc == whole.rc && sliced.out.offset == whole.out.offset);
        FUZZ_CHECK(sliced.out.warnings == whole.out.warnings);
        FUZZ_CHECK(strcmp(sliced.out.code, whole.out.code) == 0);
        FUZZ_CHECK(strcmp(sliced.out.message, whole.out.message) == 0);
        for (int i = 0; i < FIELDS; i++) {
            const struct nango_field *f = &whole.fields[i], *g = &sliced.fields[i];
            FUZZ_CHECK(f->kind == g->kind && f->len == g->len && strcmp(f->buf, g->buf) == 0);
        }
    }
    return 0;
}
