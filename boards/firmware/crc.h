/* SPDX-License-Identifier: MIT
 *
 * crc.h: CRC-32 (IEEE 802.3, reflected) without a table: what tells a page that was written whole.
 */
#ifndef CRC_H
#define CRC_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t crc32(const void *bytes, size_t len)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < len; i++) {
        crc ^= ((const uint8_t *)bytes)[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

#endif
