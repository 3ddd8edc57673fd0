/* SPDX-License-Identifier: MIT */
#include "tls_hello.h"

/* IANA's numbers: a content type, a handshake type, two extensions. */
enum { HANDSHAKE = 22, SERVER_HELLO = 2, MAX_FRAGMENT_LENGTH = 1, EXTENDED_MASTER_SECRET = 23 };
enum { HEADER, FIXED, ID, SKIP, EXTENSION, DONE };

static void expect(struct tls_hello *h, uint8_t step, uint32_t need)
{
    h->step = step;
    h->need = need;
}

/* The last octet of a field has come. RFC 5246 section 7.4.1.3. */
static void field(struct tls_hello *h)
{
    uint32_t type, len;
    switch (h->step) {
    case HEADER: /* type, length */
        h->left = h->number & 0xffffff;
        expect(h, h->number >> 24 == SERVER_HELLO ? FIXED : DONE, 2 + 32); /* version, random */
        return;
    case FIXED: expect(h, ID, 1); return;
    case ID: /* then the suite, the compression method, the length of all extensions */
        expect(h, SKIP, (h->number & 0xff) + 2 + 1 + 2);
        return;
    case SKIP: expect(h, EXTENSION, 2 + 2); return;
    default:
        type = h->number >> 16;
        len = h->number & 0xffff;
        h->seen |= type == MAX_FRAGMENT_LENGTH ? TLS_HELLO_MAX_FRAGMENT_LENGTH : 0;
        h->seen |= type == EXTENDED_MASTER_SECRET ? TLS_HELLO_EXTENDED_MASTER_SECRET : 0;
        expect(h, len != 0 ? SKIP : EXTENSION, len != 0 ? len : 2 + 2);
    }
}

static void octet(struct tls_hello *h, uint8_t octet)
{
    h->number = h->number << 8 | octet;
    if (h->step != HEADER) {
        h->left--;
    }
    if (--h->need == 0) {
        field(h);
    }
    if (h->left == 0 && h->step != HEADER) {
        h->step = DONE;
    }
}

void tls_hello_init(struct tls_hello *h)
{
    *h = (struct tls_hello){.seen = 0};
    expect(h, HEADER, 4);
}

/* The first handshake message, out of its records: header of type, version and length, then
 * content. */
void tls_hello_feed(struct tls_hello *h, const uint8_t *bytes, size_t len)
{
    for (; len > 0 && h->step != DONE; bytes++, len--) {
        if (h->record_at < 5) {
            h->record_type = h->record_at == 0 ? *bytes : h->record_type;
            h->record_left = (uint16_t)(h->record_left << 8 | *bytes);
            h->record_at++;
        } else {
            h->record_left--;
            if (h->record_type == HANDSHAKE) {
                octet(h, *bytes);
            }
        }
        if (h->record_at == 5 && h->record_left == 0) {
            h->record_at = 0;
        }
    }
}
