/* SPDX-License-Identifier: MIT
 *
 * ServerHello, in every slicing.
 */
#include "tls_hello.h"
#include "unit.h"

#include <string.h>

#define RANDOM "0123456789abcdef0123456789abcdef"
#define EMS "\x00\x17\x00\x00"
#define MFL "\x00\x01\x00\x01\x04"
#define ALPN "\x00\x10\x00\x05\x00\x03\x02h2"
#define T(s) (s), sizeof(s) - 1
#define BOTH (TLS_HELLO_EXTENDED_MASTER_SECRET | TLS_HELLO_MAX_FRAGMENT_LENGTH)

static const struct {
    const char *name;
    const char *bytes;
    size_t len;
    uint8_t seen;
} hellos[] = {
    {"both extensions",
     T("\x16\x03\x03\x00\x3e\x02\x00\x00\x3a\x03\x03" RANDOM
       "\x00\xc0\x2b\x00\x00\x12" ALPN EMS MFL),
     BOTH},
    {"extended master secret last",
     T("\x16\x03\x03\x00\x30\x02\x00\x00\x2c\x03\x03" RANDOM "\x00\xc0\x2b\x00\x00\x04" EMS),
     TLS_HELLO_EXTENDED_MASTER_SECRET},
    {"a session id",
     T("\x16\x03\x03\x00\x34\x02\x00\x00\x30\x03\x03" RANDOM "\x04" EMS "\xc0\x2b\x00\x00\x04" EMS),
     TLS_HELLO_EXTENDED_MASTER_SECRET},
    {"a session id that looks like an extension",
     T("\x16\x03\x03\x00\x30\x02\x00\x00\x2c\x03\x03" RANDOM "\x04" EMS "\xc0\x2b\x00"
       "\x00\x00"),
     0},
    {"no extensions, then a message that looks like some",
     T("\x16\x03\x03\x00\x36\x02\x00\x00\x26\x03\x03" RANDOM "\x00\xc0\x2b\x00"
       "\x0b\x00\x00\x08" EMS EMS),
     0},
    {"an extension whose content looks like one",
     T("\x16\x03\x03\x00\x34\x02\x00\x00\x30\x03\x03" RANDOM "\x00\xc0\x2b\x00\x00\x08"
       "\x00\x10\x00\x04" EMS),
     0},
    {"in two records",
     T("\x16\x03\x03\x00\x2e\x02\x00\x00\x2c\x03\x03" RANDOM
       "\x00\xc0\x2b\x00\x00\x04\x00\x17\x16\x03\x03\x00\x02\x00\x00"),
     TLS_HELLO_EXTENDED_MASTER_SECRET},
    {"behind an empty record and a warning",
     T("\x16\x03\x03\x00\x00\x15\x03\x03\x00\x02\x01\x70\x16\x03\x03\x00\x30\x02\x00\x00\x2c\x03"
       "\x03" RANDOM "\x00\xc0\x2b\x00\x00\x04" EMS),
     TLS_HELLO_EXTENDED_MASTER_SECRET},
    {"another message",
     T("\x16\x03\x03\x00\x30\x0b\x00\x00\x2c\x03\x03" RANDOM "\x00\xc0\x2b\x00\x00\x04" EMS), 0},
    {"an empty message", T("\x16\x03\x03\x00\x08\x02\x00\x00\x00" EMS), 0},
    {"cut", T("\x16\x03\x03\x00\x30\x02\x00\x00\x2c\x03\x03" RANDOM), 0},
};

static void run(void *ctx, struct unit_slices *s)
{
    struct tls_hello h;
    const char *part;
    size_t len;
    tls_hello_init(&h);
    while (unit_slice(s, &part, &len)) {
        tls_hello_feed(&h, (const uint8_t *)part, len);
    }
    CHECK_INT(h.seen, *(const uint8_t *)ctx);
}

void test_hello(void)
{
    for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
        uint8_t seen = hellos[i].seen;
        unit_case(hellos[i].name);
        unit_each_slicing(hellos[i].bytes, hellos[i].len, run, &seen);
    }
}
