/* SPDX-License-Identifier: MIT */
#include "journal.h"

#include <string.h>

enum { HEAD_LEN = 512, CELL_LEN = 64, HALF_LEN = 32 };
enum { SUM = 0, KIND = 4 }; /* what both halves begin with */
enum { MARKED = 5, MARKED_LEN = 3, HAS_UUID = 1, MAC = 8, UUID = 16 };
enum { OUTCOME = 5, STATUS = 6, ID = 8 };
enum { MAGIC_LEN = 17, PRINT = 24, EPOCH_AT = 20, SIZE = 32, SHARD = 40, SHARDS = 42, SERVER = 64 };

static const char magic[MAGIC_LEN + 1] = "nangoc journal 1\n";

/* ---- numbers, low byte first ----------------------------------------------------------------- */

static void put(uint8_t *to, uint64_t value, int len)
{
    for (; len-- > 0; value >>= 8) {
        *to++ = (uint8_t)value;
    }
}

static uint64_t get(const uint8_t *from, int len)
{
    uint64_t value = 0;
    while (len-- > 0) {
        value = value << 8 | from[len];
    }
    return value;
}

/* CRC-32 of IEEE 802.3. */
static uint32_t crc32(uint32_t crc, const uint8_t *bytes, size_t len)
{
    crc = ~crc;
    while (len-- > 0) {
        crc ^= *bytes++;
        for (int i = 0; i < 8; i++) {
            crc = crc >> 1 ^ (0xedb88320 & (0 - (crc & 1)));
        }
    }
    return ~crc;
}

/* Of a half or a head, with its place: a block that was written elsewhere is not taken for it. */
static uint32_t sum_of(const uint8_t *bytes, size_t len, uint64_t at)
{
    uint8_t place[8];
    put(place, at, 8);
    return crc32(crc32(0, place, 8), bytes, len);
}

/* ---- heads ----------------------------------------------------------------------------------- */

static int read_head(struct journal *j, int which, struct journal_binding *b, uint32_t *epoch)
{
    uint8_t head[HEAD_LEN];
    uint64_t at = (uint64_t)which * HEAD_LEN;
    int rc = j->disk.read_at(j->disk.ctx, head, sizeof head, at);
    *epoch = 0;
    if (rc != 0 || memcmp(head, magic, MAGIC_LEN) != 0 ||
        get(head + HEAD_LEN - 4, 4) != sum_of(head, HEAD_LEN - 4, at)) {
        return rc;
    }
    *epoch = (uint32_t)get(head + EPOCH_AT, 4);
    memcpy(b->print, head + PRINT, sizeof b->print);
    b->size = get(head + SIZE, 8);
    b->shard = (uint16_t)get(head + SHARD, 2);
    b->shards = (uint16_t)get(head + SHARDS, 2);
    memcpy(b->server, head + SERVER, sizeof b->server);
    b->server[sizeof b->server - 1] = 0;
    return 0;
}

/* The next head, over the older one: should it tear, the other one counts. */
static int write_head(struct journal *j, const struct journal_binding *b)
{
    uint8_t head[HEAD_LEN] = {0};
    uint64_t at = (uint64_t)(++j->epoch % 2) * HEAD_LEN;
    memcpy(head, magic, MAGIC_LEN);
    put(head + EPOCH_AT, j->epoch, 4);
    memcpy(head + PRINT, b->print, sizeof b->print);
    put(head + SIZE, b->size, 8);
    put(head + SHARD, b->shard, 2);
    put(head + SHARDS, b->shards, 2);
    memcpy(head + SERVER, b->server, strlen(b->server));
    put(head + HEAD_LEN - 4, sum_of(head, HEAD_LEN - 4, at), 4);
    return j->disk.write_at(j->disk.ctx, head, sizeof head, at);
}

/* Neither head is valid. If that is because the first one, the second in the file, never came to be
 * whole, then nothing was ever sent, and the journal begins. */
static int begin_anew(struct journal *j, const struct journal_binding *b)
{
    uint8_t bytes[HEAD_LEN];
    int rc = j->disk.read_at(j->disk.ctx, bytes, sizeof bytes, 0);
    for (size_t i = 0; rc == 0 && i < sizeof bytes; i++) {
        rc = bytes[i] == 0 ? 0 : JOURNAL_ALIEN;
    }
    return rc != 0 ? rc : write_head(j, b);
}

int journal_begin(struct journal *j, const struct journal_disk *disk,
                  const struct journal_binding *b, int same_environment)
{
    struct journal_binding *found = &j->found, other;
    uint32_t epoch;
    *j = (struct journal){.disk = *disk};
    memcpy(j->mac_key, b->mac_key, sizeof j->mac_key);
    j->mark = (uint32_t)get(b->print, MARKED_LEN) & ~(uint32_t)HAS_UUID;
    int rc = read_head(j, 0, found, &j->epoch);
    rc = rc != 0 ? rc : read_head(j, 1, &other, &epoch);
    if (rc != 0) {
        return rc;
    }
    if (epoch > j->epoch) {
        j->epoch = epoch;
        *found = other;
    }
    if (j->epoch == 0) {
        return begin_anew(j, b);
    }
    if (strcmp(found->server, b->server) != 0) {
        return JOURNAL_SERVER;
    }
    if (found->shard != b->shard || found->shards != b->shards) {
        return JOURNAL_SHARD;
    }
    if (found->size != b->size) {
        return JOURNAL_INPUT;
    }
    if (memcmp(found->print, b->print, sizeof b->print) == 0) {
        return 0;
    }
    if (!same_environment) {
        return JOURNAL_KEY;
    }
    rc = journal_sync(j); /* should the new head tear, then the old one is there */
    return rc != 0 ? rc : write_head(j, b);
}

/* ---- cells ----------------------------------------------------------------------------------- */

static uint64_t place_of(uint64_t line)
{
    return JOURNAL_HEADS_LEN + (line - 1) * CELL_LEN;
}

static int is_valid(const uint8_t *half, uint64_t at)
{
    return half[KIND] == 1 && get(half, 4) == sum_of(half + 4, HALF_LEN - 4, at);
}

static void seal(uint8_t *half, uint64_t at)
{
    half[KIND] = 1;
    put(half, sum_of(half + 4, HALF_LEN - 4, at), 4);
}

int journal_look(struct journal *j, uint64_t line, uint64_t mac, struct journal_record *r)
{
    uint8_t cell[CELL_LEN], *half = cell + HALF_LEN;
    uint64_t at = place_of(line);
    *r = (struct journal_record){0};
    int rc = j->disk.read_at(j->disk.ctx, cell, sizeof cell, at);
    if (rc != 0 || !is_valid(cell, at)) {
        return rc;
    }
    r->known = 1;
    uint32_t marked = (uint32_t)get(cell + MARKED, MARKED_LEN);
    r->has_uuid = marked & HAS_UUID;
    memcpy(r->uuid, cell + UUID, sizeof r->uuid);
    if (is_valid(half, at + HALF_LEN)) {
        r->outcome = half[OUTCOME];
        r->status = (uint16_t)get(half + STATUS, 2);
        r->id = get(half + ID, 8);
    }
    /* The mac of another key cannot be verified with this one. */
    int comparable = (marked & ~(uint32_t)HAS_UUID) == j->mark;
    return comparable && get(cell + MAC, 8) != mac ? JOURNAL_INPUT : 0;
}

int journal_intend(struct journal *j, uint64_t line, uint64_t mac, struct journal_record *r)
{
    uint8_t cell[CELL_LEN] = {0};
    uint64_t at = place_of(line);
    if (r->known) { /* what came of it before is not what comes now */
        uint8_t was = r->outcome;
        r->outcome = 0;
        return was == 0 ? 0
                        : j->disk.write_at(j->disk.ctx, cell + HALF_LEN, HALF_LEN, at + HALF_LEN);
    }
    put(cell + MARKED, j->mark | (r->has_uuid ? HAS_UUID : 0u), MARKED_LEN);
    put(cell + MAC, mac, 8);
    memcpy(cell + UUID, r->uuid, sizeof r->uuid);
    seal(cell, at);
    r->known = 1;
    return j->disk.write_at(j->disk.ctx, cell, sizeof cell, at);
}

int journal_sync(struct journal *j)
{
    return j->disk.sync(j->disk.ctx);
}

int journal_end(struct journal *j, uint64_t line, const struct journal_record *r)
{
    uint8_t half[HALF_LEN] = {0};
    uint64_t at = place_of(line) + HALF_LEN;
    half[OUTCOME] = r->outcome;
    put(half + STATUS, r->status, 2);
    put(half + ID, r->id, 8);
    seal(half, at);
    return j->disk.write_at(j->disk.ctx, half, sizeof half, at);
}
