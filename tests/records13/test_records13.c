/* SPDX-License-Identifier: MIT
 *
 * tests/records, built without TLS 1.2.
 */
#define test_records test_records13
#include "../records/test_records.c"
