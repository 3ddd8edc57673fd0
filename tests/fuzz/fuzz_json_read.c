/* SPDX-License-Identifier: MIT
 *
 * json_read takes what the second reader takes, and reads the same values, in every slicing; what
 * it hands on raw is what stands there.
 */
#include "fuzz.h"
#include "json_read.h"
#include "tree.h"

#include <string.h>

struct log {
    struct fuzz_text tree;
    struct fuzz_text open;   /* a { or [ for each level */
    struct fuzz_text scalar; /* what of it has come */
    struct fuzz_text raw;
    int answer; /* to objects and arrays */
};

static void end_scalar(struct log *l, enum json_event event)
{
    static const char literals[] = "nft";
    if (event == JSON_STRING) {
        tree_string(&l->tree, l->scalar.ptr, l->scalar.len);
    } else if (event == JSON_NUMBER) {
        fuzz_add(&l->tree, "#", 1);
        fuzz_add(&l->tree, l->scalar.ptr, l->scalar.len);
    } else {
        FUZZ_CHECK(l->scalar.len >= 4);
        fuzz_add(&l->tree, &literals[event - JSON_NULL], 1);
    }
    l->scalar.len = 0;
}

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct log *l = ctx;
    char c = event == JSON_OBJECT ? '{' : '[';
    switch (event) {
    case JSON_KEY: tree_name(&l->tree, bytes, len); return JSON_TAKE;
    case JSON_OBJECT:
    case JSON_ARRAY:
        fuzz_add(&l->tree, &c, 1);
        fuzz_add(&l->open, &c, 1);
        return l->answer;
    case JSON_END:
        FUZZ_CHECK(l->open.len > 0);
        fuzz_add(&l->tree, l->open.ptr[--l->open.len] == '{' ? "}" : "]", 1);
        return 0;
    case JSON_SPAN:
        FUZZ_CHECK((l->answer & JSON_RAW) != 0 && len > 0);
        fuzz_add(&l->raw, bytes, len);
        return 0;
    default:
        fuzz_add(&l->scalar, bytes, len);
        if (event != JSON_TEXT) {
            end_scalar(l, event);
        }
        return 0;
    }
}

struct verdict {
    int error;
    uint8_t seen;
    size_t offset;
};

static struct verdict read_it(const uint8_t *bytes, size_t len, int slicing, int answer,
                              struct log *l)
{
    struct fuzz_slices s = {bytes, len, slicing, fuzz_hash(bytes, len), 0, NULL};
    struct json j;
    const char *part;
    size_t part_len, used;
    int rc = 0;
    memset(l, 0, sizeof *l);
    l->answer = answer;
    json_init(&j, (struct json_sink){on, l});
    while (fuzz_slice(&s, &part, &part_len)) {
        int before = rc;
        rc = json_feed(&j, part, part_len, &used);
        FUZZ_CHECK(used <= part_len && (rc != 0 || used == part_len));
        FUZZ_CHECK(before == 0 || (rc == before && used == 0)); /* the first failure sticks */
    }
    int end = json_finish(&j);
    FUZZ_CHECK(rc == 0 ? end == 0 || end == NANGO_E_JSON_CUT : end == rc);
    FUZZ_CHECK(j.offset <= len);
    return (struct verdict){end, j.seen, j.offset};
}

static void free_log(struct log *l)
{
    fuzz_free(&l->tree);
    fuzz_free(&l->open);
    fuzz_free(&l->scalar);
    fuzz_free(&l->raw);
}

/* The text from the document's { or [ to its end. */
static int is_raw(const struct fuzz_text *raw, const char *text, size_t len)
{
    size_t from = strspn(text, " \t\r\n");
    while (len > from && strchr(" \t\r\n", text[len - 1]) != NULL) {
        len--;
    }
    if (text[from] != '{' && text[from] != '[') {
        return raw->len == 0;
    }
    return raw->len == len - from && memcmp(raw->ptr, text + from, raw->len) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fuzz_text tree = {NULL, 0, 0}, text = {NULL, 0, 0};
    struct log whole, sliced;
    fuzz_add(&text, bytes, len);
    fuzz_add(&text, "", 1);
    int valid = tree_read(text.ptr, len, NANGO_JSON_DEPTH, &tree);
    struct verdict v = read_it(bytes, len, FUZZ_WHOLE, JSON_TAKE | JSON_RAW, &whole);
    FUZZ_CHECK(valid == (v.error == 0));
    FUZZ_CHECK(!valid || fuzz_same(&tree, &whole.tree));
    FUZZ_CHECK(!valid || is_raw(&whole.raw, text.ptr, len));
    for (int slicing = FUZZ_BYTES; slicing < FUZZ_SLICINGS; slicing++) {
        struct verdict w = read_it(bytes, len, slicing, JSON_TAKE | JSON_RAW, &sliced);
        FUZZ_CHECK(w.error == v.error && w.seen == v.seen && w.offset == v.offset);
        FUZZ_CHECK(!valid ||
                   (fuzz_same(&whole.tree, &sliced.tree) && fuzz_same(&whole.raw, &sliced.raw)));
        free_log(&sliced);
    }
    free_log(&whole);
    for (int answer = JSON_SKIP; answer <= JSON_RAW;
         answer++) { /* what is skipped is checked too */
        struct verdict w = read_it(bytes, len, FUZZ_SHORT, answer, &sliced);
        FUZZ_CHECK(w.error == v.error && w.seen == v.seen && w.offset == v.offset);
        free_log(&sliced);
    }
    fuzz_free(&tree);
    fuzz_free(&text);
    return 0;
}
