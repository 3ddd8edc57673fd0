/* SPDX-License-Identifier: MIT
 *
 * check, of a raw body: the same verdict from memory and from a source; what is taken is JSON, is
 * written as it stands (with a connection_id where it has none), and what is written is taken
 * again.
 */
#include "check.h"
#include "out.h"
#include "fuzz.h"
#include "tree.h"

#include <string.h>

struct pieces {
    const uint8_t *bytes;
    size_t len;
};

static int read_at(void *ctx, size_t off, void *buf, size_t len)
{
    const struct pieces *p = ctx;
    FUZZ_CHECK(len > 0 && off < p->len && len <= p->len - off);
    memcpy(buf, p->bytes + off, len);
    return 0;
}

static int check(struct request *rq, struct nango_connection *c, struct nango_source body,
                 struct nango_result *r, size_t scratch_cap)
{
    char scratch[512];
    *c = (struct nango_connection){.body = body};
    memset(rq, 0, sizeof *rq);
    memset(r, 0, sizeof *r);
    rq->connection = c;
    int rc = check_connection(rq, r, scratch, scratch_cap);
    FUZZ_CHECK(rc <= 0 && strlen(r->member) < sizeof r->member);
    FUZZ_CHECK(strcmp(nango_error_name(rc), "?") != 0);
    FUZZ_CHECK(rc == 0 || r->offset <= body.len);
    return rc;
}

/* All windows of a size, joined. */
static struct fuzz_text write(const struct request *rq, size_t cap)
{
    struct fuzz_text text = {NULL, 0, 0};
    char buf[4096];
    uint32_t sum = OUT_SUM_START;
    size_t len;
    do {
        struct window w = {.buf = buf, .off = text.len, .cap = cap, .sum = sum};
        request_import_body(&w, rq);
        FUZZ_CHECK(w.error == 0);
        len = w.len;
        sum = w.sum;
        FUZZ_CHECK(len > text.len);
        fuzz_add(&text, buf, len - text.len < cap ? len - text.len : cap);
    } while (text.len < len);
    FUZZ_CHECK(sum == rq->sum);
    return text;
}

static void write_and_check(struct request *rq, const uint8_t *bytes, size_t len, unsigned warnings)
{
    struct fuzz_text tree = {NULL, 0, 0}, again = {NULL, 0, 0};
    size_t from = rq->body_at - 1; /* white space, and a byte order mark, may be before it */
    FUZZ_CHECK(bytes[from] == '{');
    FUZZ_CHECK(tree_read((const char *)bytes + from, len - from, NANGO_JSON_DEPTH, &tree));
    if (!rq->has_id) {
        rq->connection_id = NANGO_STR("12345678-1234-4234-8234-123456789012");
    }
    struct fuzz_text whole = write(rq, 4096), parts = write(rq, 1 + fuzz_hash(bytes, len) % 100);
    FUZZ_CHECK(fuzz_same(&whole, &parts) && whole.len == rq->body_len);
    FUZZ_CHECK(tree_read(whole.ptr, whole.len, NANGO_JSON_DEPTH, &again));
    if (rq->has_id) {
        FUZZ_CHECK(fuzz_same(&tree, &again));
    } else {
        static const char made[] = "{K13;connection_ids36;12345678-1234-4234-8234-123456789012";
        size_t skip = sizeof made - 1;
        FUZZ_CHECK(again.len == tree.len + skip - 1 && memcmp(again.ptr, made, skip) == 0);
        FUZZ_CHECK(memcmp(again.ptr + skip, tree.ptr + 1, tree.len - 1) == 0);
    }
    struct nango_result r;
    struct nango_connection c;
    struct request rq2;
    struct nango_source body = {.len = whole.len, .mem = whole.ptr};
    FUZZ_CHECK(check(&rq2, &c, body, &r, 512) == 0 && rq2.has_id && r.warnings == warnings);
    fuzz_free(&tree);
    fuzz_free(&again);
    fuzz_free(&whole);
    fuzz_free(&parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct pieces pieces = {bytes, len};
    struct nango_result a, b;
    struct nango_connection c;
    struct request rq;
    struct nango_source slow = {.len = len, .read_at = read_at, .ctx = &pieces};
    struct nango_source mem = {.len = len, .mem = bytes};
    if (len == 0) {
        return 0;
    }
    int rc = check(&rq, &c, mem, &a, 512);
    for (size_t cap = 16; cap <= 512; cap *= 2) {
        struct request rq2;
        struct nango_connection c2;
        FUZZ_CHECK(check(&rq2, &c2, slow, &b, cap) == rc);
        FUZZ_CHECK(strcmp(a.member, b.member) == 0 && a.offset == b.offset);
        FUZZ_CHECK(a.warnings == b.warnings);
        FUZZ_CHECK(rc != 0 || (rq.sum == rq2.sum && rq.id_sum == rq2.id_sum &&
                               rq.body_at == rq2.body_at && rq.has_id == rq2.has_id));
    }
    if (rc == 0) {
        write_and_check(&rq, bytes, len, a.warnings);
    }
    return 0;
}
