/* SPDX-License-Identifier: MIT
 *
 * settings.h: the page of flash that makes one device of the program: what a production line
 * writes beside the image. Made by settings.mjs. Little-endian, no padding.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

enum {
    SETTINGS_MAGIC = 0x31474E4E /* "NNG1" */,
    SETTINGS_TEXT_CAP = 128,
    SETTINGS_ROOT_CAP = 2048
};

struct settings {
    uint32_t magic;
    uint32_t crc;        /* of all that follows (crc.h) */
    uint8_t entropy[32]; /* demonstration only: see entropy.c */
    uint32_t unix_time;  /* demonstration only: seconds since 1970 at the start; 0: not known */
    uint32_t floor_time; /* a date that has surely passed: when the page was made */
    uint32_t deadline_ms;
    uint32_t sleep_ms;  /* how long it sleeps once it is done */
    uint32_t arena_len; /* how much of its arena TLS may have; 0: all (make size finds the least) */
    uint8_t dns_server[4]; /* instead of the network's; 0.0.0.0: the network's */
    uint16_t dns_port;     /* usually 53 */
    uint16_t tcp_port;     /* 0: 443 */
    uint16_t root_len;
    uint16_t rounds; /* how often it registers again, after a sleep each */
    char host[SETTINGS_TEXT_CAP];
    char secret_key[SETTINGS_TEXT_CAP];
    char provider_config_key[SETTINGS_TEXT_CAP];
    char api_key[2 * SETTINGS_TEXT_CAP];
    uint8_t root[SETTINGS_ROOT_CAP]; /* the certificate to trust, DER: used where it stands */
};

/* The page, or NULL where it is empty or damaged. */
const struct settings *settings_read(void);

#endif
