/* SPDX-License-Identifier: MIT
 *
 * journal: what is known of each line of an input, over any end of the program or the machine.
 *
 * A file of two heads of 512 bytes (what the journal is bound to; the valid one with the higher
 * number counts) and a cell of 64 bytes for each line, at its number's place:
 *
 *     intent   crc32, 1, which key and whether there is a uuid (3), mac of the line (8), uuid (16)
 *     outcome  crc32, 1, outcome, status (2), Nango's id (8), zeros (16)
 *
 * Written ahead: before the first byte of a line's request leaves, its intent (with the
 * connection_id, where it was made here) was written and journal_sync has returned 0 since; that
 * goes for one that was read, too, since what is read may be in memory only. The intent brings the
 * room for its outcome along. An outcome may be lost: then the line is in doubt, and is sent again
 * with the same connection_id. What was not synced may be there, be lacking or be torn: a half that
 * does not fit its sum was never there. An intent is never written over.
 *
 * The file holds no secret, and nothing to guess one by: the mac is keyed with the environment's
 * key.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "sip.h"

enum { JOURNAL_PRINT_LEN = 8, JOURNAL_HOST_CAP = 256, JOURNAL_UUID_LEN = 16 };
enum { JOURNAL_HEADS_LEN = 1024 };

/* What does not fit; else results are 0 or an errno. */
enum {
    JOURNAL_ALIEN = -1, /* the file is no journal, or its heads are destroyed */
    JOURNAL_SERVER = -2,
    JOURNAL_KEY = -3,
    JOURNAL_INPUT = -4, /* of journal_begin: its size; of journal_look: this line */
    JOURNAL_SHARD = -5
};

/* Where it stands: a file, or a test's disk. */
struct journal_disk {
    int (*read_at)(void *ctx, void *buf, size_t len, uint64_t at); /* zeros behind the end */
    int (*write_at)(void *ctx, const void *buf, size_t len, uint64_t at);
    int (*sync)(void *ctx);
    void *ctx;
};

struct journal_binding {
    char server[JOURNAL_HOST_CAP];    /* ends in a NUL */
    uint8_t print[JOURNAL_PRINT_LEN]; /* of the environment's key */
    uint8_t mac_key[SIP_KEY_LEN];     /* derived of it; not kept */
    uint64_t size;                    /* of the input; UINT64_MAX: not known */
    uint16_t shard, shards;
};

struct journal {
    struct journal_disk disk;
    uint8_t mac_key[SIP_KEY_LEN];
    uint32_t epoch;               /* the number of the head that counts */
    uint32_t mark;                /* a part of the print, of which the macs are */
    struct journal_binding found; /* of the file, for what does not fit */
};

struct journal_record {
    uint8_t known;   /* there is an intent */
    uint8_t outcome; /* enum nango_outcome; 0 although known: in doubt */
    uint8_t has_uuid;
    uint16_t status;
    uint64_t id;
    uint8_t uuid[JOURNAL_UUID_LEN];
};

/* Reads the heads; makes them where the file is empty. same_environment: another key is the new one
 * of the same environment, and the file is bound to that from now on. */
int journal_begin(struct journal *j, const struct journal_disk *disk,
                  const struct journal_binding *binding, int same_environment);
/* What is known of a line, whose number counts from 1. */
int journal_look(struct journal *j, uint64_t line, uint64_t mac, struct journal_record *r);
/* The line is to be sent, as journal_look found it; r->uuid is the one that was made. */
int journal_intend(struct journal *j, uint64_t line, uint64_t mac, struct journal_record *r);
int journal_sync(struct journal *j);
int journal_end(struct journal *j, uint64_t line, const struct journal_record *r);

#endif
