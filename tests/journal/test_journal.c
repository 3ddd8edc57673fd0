/* SPDX-License-Identifier: MIT
 *
 * The journal on a disk that keeps its promises and no more: what was not synced may be there, be
 * lacking, or be torn at any byte, each write by itself. An import of a few lines is broken off at
 * each of its writes, by the loss of power or by kill -9 (which loses nothing that was written),
 * and begun again until it is done. A server beside it keeps what it was sent: each line once,
 * however often it came, or the journal has failed.
 */
#include "journal.h"
#include "unit.h"

#include <string.h>

enum { LINES = 7, GROUP = 3, DISK_CAP = 4096, PENDING_MAX = 64, WRITE_MAX = 512 };

/* ---- the disk -------------------------------------------------------------------------------- */

static struct disk {
    uint8_t durable[DISK_CAP], seen[DISK_CAP]; /* what stands there; what a reader sees */
    struct {
        uint64_t at;
        size_t len;
        uint8_t bytes[WRITE_MAX];
    } pending[PENDING_MAX]; /* written, not synced */
    unsigned pending_len;
    unsigned ops, cut;   /* writes and syncs so far; the one that is broken off; 0: none */
    unsigned syncs, lie; /* the sync that does nothing; 0: none */
    int dead;
    uint64_t random;
} disk;

static uint32_t chance(uint32_t most)
{
    disk.random = disk.random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(disk.random >> 33) % most;
}

static int ends_here(void)
{
    disk.dead |= ++disk.ops == disk.cut;
    return disk.dead;
}

static int disk_read(void *ctx, void *buf, size_t len, uint64_t at)
{
    (void)ctx;
    memcpy(buf, disk.seen + at, len);
    return disk.dead ? 5 : 0;
}

static int disk_write(void *ctx, const void *buf, size_t len, uint64_t at)
{
    (void)ctx;
    int ends = ends_here();
    if (ends && disk.ops != disk.cut) {
        return 5;
    }
    CHECK(at + len <= DISK_CAP && len <= WRITE_MAX && disk.pending_len < PENDING_MAX);
    memcpy(disk.seen + at, buf, len);
    disk.pending[disk.pending_len].at = at;
    disk.pending[disk.pending_len].len = len;
    memcpy(disk.pending[disk.pending_len++].bytes, buf, len);
    return ends ? 5 : 0;
}

static int disk_sync(void *ctx)
{
    (void)ctx;
    if (ends_here()) {
        return 5;
    }
    if (++disk.syncs != disk.lie) {
        memcpy(disk.durable, disk.seen, sizeof disk.durable);
        disk.pending_len = 0;
    }
    return 0;
}

static const struct journal_disk port = {disk_read, disk_write, disk_sync, NULL};

/* Each write that was not synced is there, is not, or a part of it is: its beginning, its end. */
static void lose_power(void)
{
    for (unsigned i = 0; i < disk.pending_len; i++) {
        size_t len = disk.pending[i].len, from = 0, to = len;
        switch (chance(4)) {
        case 0: to = 0; break;
        case 1: from = chance((uint32_t)len); break;
        case 2: to = chance((uint32_t)len); break;
        default: break;
        }
        memcpy(disk.durable + disk.pending[i].at + from, disk.pending[i].bytes + from,
               to > from ? to - from : 0);
    }
    memcpy(disk.seen, disk.durable, sizeof disk.seen);
    disk.pending_len = 0;
}

/* ---- the import ------------------------------------------------------------------------------ */

static struct {
    uint8_t has, uuid[JOURNAL_UUID_LEN];
} server[LINES + 1];
static unsigned doubled, sent, made;
static uint32_t key_number;

static void bind(struct journal_binding *b)
{
    *b = (struct journal_binding){.size = 1000, .shard = 1, .shards = 1};
    memcpy(b->server, "https://api.nango.dev", 22);
    b->mac_key[0] = b->print[0] = (uint8_t)key_number;
}

static void send(unsigned line, const uint8_t *uuid)
{
    sent++;
    if (server[line].has && memcmp(server[line].uuid, uuid, JOURNAL_UUID_LEN) != 0) {
        doubled++;
    }
    server[line].has = 1;
    memcpy(server[line].uuid, uuid, JOURNAL_UUID_LEN);
}

/* A run: in groups, as bulk.c goes: look, intend, one sync, send, note the outcomes. Every second
 * line is refused, and sent again by each run. 0: it came to the end. */
static int run(void)
{
    struct journal j;
    struct journal_binding b;
    struct journal_record r[LINES + 1];
    bind(&b);
    int rc = journal_begin(&j, &port, &b, 1);
    for (unsigned first = 1; first <= LINES && rc == 0; first += GROUP) {
        unsigned last = first + GROUP - 1 < LINES ? first + GROUP - 1 : LINES;
        for (unsigned line = first; line <= last && rc == 0; line++) {
            rc = journal_look(&j, line, line * 1000 + key_number, &r[line]);
            if (rc == 0 && !r[line].has_uuid) {
                made++;
                memcpy(r[line].uuid, &made, sizeof made);
                r[line].has_uuid = 1;
            }
            if (rc == 0 && r[line].outcome == 1) {
                CHECK(server[line].has); /* nothing is called done that is not */
            } else if (rc == 0) {
                rc = journal_intend(&j, line, line * 1000 + key_number, &r[line]);
            }
        }
        rc = rc != 0 ? rc : journal_sync(&j);
        for (unsigned line = first; line <= last && rc == 0; line++) {
            if (r[line].outcome != 1) {
                send(line, r[line].uuid);
                r[line].outcome = line % 2 == 1 ? 1 : 2;
                r[line].id = line;
                rc = journal_end(&j, line, &r[line]);
            }
        }
    }
    CHECK(rc == 0 || disk.dead); /* it never ends for another reason */
    return rc;
}

/* An import that is broken off `cut` operations from the beginning of its first run, then at
 * random, then is let run. power: 1 it is cut, 0 kill -9, 2 now this, now that. */
static int whole(unsigned cut, int power, uint64_t seed, unsigned lie)
{
    memset(&disk, 0, sizeof disk);
    memset(server, 0, sizeof server);
    disk.random = seed;
    disk.lie = lie;
    doubled = sent = 0;
    key_number = 1;
    for (int runs = 0; runs < 100; runs++) {
        disk.ops = 0;
        disk.dead = 0;
        disk.cut = runs == 0 ? cut : runs < 4 ? 1 + chance(30) : 0;
        if (run() == 0 && runs >= 4) {
            break;
        }
        if (power == 1 || (power == 2 && chance(2))) {
            lose_power();
        }
        key_number += runs == 2; /* the key is replaced on the way */
    }
    for (unsigned line = 1; line <= LINES; line++) {
        CHECK(server[line].has);
    }
    return (int)doubled;
}

static void every_cut(void)
{
    unit_case("broken off at each write, by power and by kill -9: each line once");
    for (uint64_t seed = 1; seed <= 20; seed++) {
        for (unsigned cut = 1; cut <= 24; cut++) {
            for (int power = 0; power <= 2; power++) {
                if (!CHECK_INT(whole(cut, power, seed, 0), 0)) {
                    return;
                }
            }
        }
    }
}

/* The same with one sync that does nothing: the test above is worth something only if it is
 * noticed. */
static void every_sync(void)
{
    unit_case("without any one of its syncs a line comes twice, and the test notices it");
    for (unsigned lie = 1; lie <= (LINES + GROUP - 1) / GROUP; lie++) {
        int noticed = 0;
        for (uint64_t seed = 1; seed <= 200 && !noticed; seed++) {
            for (unsigned cut = 1; cut <= 24 && !noticed; cut++) {
                noticed = whole(cut, 1, seed, lie);
            }
        }
        CHECK(noticed > 0);
    }
}

static void bindings(void)
{
    struct journal j;
    struct journal_binding b;
    unit_case("another server, key, input or shard is told apart");
    memset(&disk, 0, sizeof disk);
    bind(&b);
    CHECK_INT(journal_begin(&j, &port, &b, 0), 0);
    CHECK_INT(journal_begin(&j, &port, &b, 0), 0);
    b.server[8] = 'b';
    CHECK_INT(journal_begin(&j, &port, &b, 0), JOURNAL_SERVER);
    bind(&b);
    b.size++;
    CHECK_INT(journal_begin(&j, &port, &b, 0), JOURNAL_INPUT);
    bind(&b);
    b.shards = 2;
    CHECK_INT(journal_begin(&j, &port, &b, 0), JOURNAL_SHARD);
    bind(&b);
    b.print[3] = 9;
    CHECK_INT(journal_begin(&j, &port, &b, 0), JOURNAL_KEY);
    CHECK_INT(journal_begin(&j, &port, &b, 1), 0);
    CHECK_INT(journal_begin(&j, &port, &b, 0), 0);
    bind(&b);
    CHECK_INT(journal_begin(&j, &port, &b, 0), JOURNAL_KEY);

    unit_case("a file that is something else is left alone");
    memset(&disk, 0, sizeof disk);
    memcpy(disk.seen, "{\"provider_config_key\":1}\n", 26);
    CHECK_INT(journal_begin(&j, &port, &b, 0), JOURNAL_ALIEN);
    CHECK_INT(disk.pending_len, 0);
}

static void lines(void)
{
    struct journal j;
    struct journal_binding b;
    struct journal_record r;
    unit_case("a line that changed is told; what is known of one comes back");
    memset(&disk, 0, sizeof disk);
    key_number = 1;
    bind(&b);
    CHECK_INT(journal_begin(&j, &port, &b, 0), 0);
    CHECK_INT(journal_look(&j, 3, 33, &r), 0);
    CHECK_INT(r.known, 0);
    CHECK_INT(journal_intend(&j, 3, 33, &r), 0);
    CHECK_INT(journal_look(&j, 3, 33, &r), 0);
    CHECK(r.known && r.outcome == 0 && !r.has_uuid);
    r.outcome = 2;
    r.status = 404;
    r.id = 0x123456789abcdef;
    CHECK_INT(journal_end(&j, 3, &r), 0);
    memset(&r, 0, sizeof r);
    CHECK_INT(journal_look(&j, 3, 33, &r), 0);
    CHECK(r.outcome == 2 && r.status == 404 && r.id == 0x123456789abcdef);
    CHECK_INT(journal_look(&j, 3, 34, &r), JOURNAL_INPUT);
    CHECK_INT(journal_look(&j, 4, 33, &r), 0);
    CHECK_INT(r.known, 0);
    unit_case("a cell at another line's place does not count");
    memcpy(disk.seen + JOURNAL_HEADS_LEN + 4 * 64, disk.seen + JOURNAL_HEADS_LEN + 2 * 64, 64);
    CHECK_INT(journal_look(&j, 5, 33, &r), 0);
    CHECK_INT(r.known, 0);
}

/* Aumasson and Bernstein's own: key 00..0f, input 00..0e. */
static void hash(void)
{
    uint8_t key[SIP_KEY_LEN], text[15];
    struct sip s;
    unit_case("SipHash-2-4 is that of its paper, in any pieces");
    for (uint8_t i = 0; i < 16; i++) {
        key[i] = i;
        text[i % 15] = (uint8_t)(i % 15);
    }
    for (size_t cut = 0; cut <= sizeof text; cut++) {
        sip_init(&s, key);
        sip_add(&s, text, cut);
        sip_add(&s, text + cut, sizeof text - cut);
        CHECK(sip_end(&s) == 0xa129ca6149be45e5);
    }
}

void test_journal(void)
{
    hash();
    bindings();
    lines();
    every_cut();
    every_sync();
}
