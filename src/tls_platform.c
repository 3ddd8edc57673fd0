/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_platform.h"

#include <mbedtls/error.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_time.h>
#include <mbedtls/platform_util.h>
#if defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif
#if defined(MBEDTLS_THREADING_C)
#include <mbedtls/threading.h>
#endif

#include <string.h>

#if !defined(MBEDTLS_HAVE_TIME_DATE)
#error "MBEDTLS_HAVE_TIME_DATE: without it Mbed TLS does not check the dates of certificates"
#endif
#if !defined(MBEDTLS_PLATFORM_TIME_ALT)
#error "MBEDTLS_PLATFORM_TIME_ALT: the time is that of nango_tls_settings.unix_time"
#endif

static struct nango_tls *platform;

#if defined(MBEDTLS_THREADING_C)
static mbedtls_threading_mutex_t mutex;
#define mutex_init() mbedtls_mutex_init(&mutex)
#define mutex_end() mbedtls_mutex_free(&mutex)
#define lock() mbedtls_mutex_lock(&mutex)
#define unlock() mbedtls_mutex_unlock(&mutex)
#else
#define mutex_init()
#define mutex_end()
#define lock() 0
#define unlock()
#endif

/* -------------------------------------------------------------------------------------- memory */
/* The arena is one row of blocks without gaps, each behind a header of 4 bytes: the first that fits
 * is taken, neighbours that are not used are one block at once. Lengths are in units of 8 bytes,
 * the header included, so that 16 bits reach for 256 KB and what is handed out is aligned to 8. A
 * larger NANGO_ARENA_MAX makes it 32 bits, and the header 8 bytes. All below arena_peak that is not
 * used is zero: it was wiped when it was given back. What is above was never touched: a program
 * may reserve much, and pay for what it needs.
 *
 * Why not Mbed TLS's memory_buffer_alloc.c: it takes 32 bytes a block (64 on a 64-bit machine),
 * which with a hundred blocks is a tenth of an arena and more, and it cannot say that memory ran
 * out, which Mbed TLS then reports as what it was about ("certificate verify failed"). */

#if defined(MBEDTLS_PLATFORM_MEMORY)

#if NANGO_ARENA_MAX <= 0x3ffff
#define LENGTH uint16_t
#else
#define LENGTH uint32_t
#endif

struct block {
    LENGTH len;  /* the top bit: it is in use; a length of 0 ends the row */
    LENGTH prev; /* the length of the block before; 0: it is the first */
};

static struct block *lowest; /* none below it is free */

#define USED ((LENGTH)1 << (sizeof(LENGTH) * 8 - 1))
#define LEN_MAX (USED - 1u)
#define UNIT 8u

/* Headers lie 4 bytes before a multiple of UNIT. */
static struct block *first_block(const struct nango_tls *tls)
{
    uintptr_t at = (uintptr_t)tls->settings.arena + sizeof(struct block) + UNIT - 1;
    return (struct block *)(at / UNIT * UNIT - sizeof(struct block));
}

static struct block *next_block(struct block *b)
{
    return (struct block *)(void *)((uint8_t *)b + (b->len & LEN_MAX) * UNIT);
}

static struct block *prev_block(struct block *b)
{
    return (struct block *)(void *)((uint8_t *)b - b->prev * UNIT);
}

static int arena_init(struct nango_tls *tls)
{
    size_t cap = tls->settings.arena_cap;
    if (cap < 8 * UNIT) {
        return NANGO_E_TLS_ARENA;
    }
    struct block *first = first_block(tls);
    /* Behind the last block there is the header that ends the row. */
    size_t lead = (size_t)((uint8_t *)first - (uint8_t *)tls->settings.arena);
    size_t units = (cap - lead - sizeof(struct block)) / UNIT;
    first->len = (LENGTH)(units < LEN_MAX ? units : LEN_MAX);
    first->prev = 0;
    tls->arena_peak = lead + sizeof(struct block);
    struct block *last = next_block(first);
    last->prev = first->len;
    last->len = USED;
    lowest = first;
    return 0;
}

/* b, which is free, gets `len`; what is left over becomes a block of its own. */
static void take(struct block *b, unsigned len)
{
    unsigned rest = b->len - len;
    b->len = (LENGTH)(len | USED);
    struct block *next = next_block(b);
    if (rest != 0) {
        next->len = (LENGTH)rest;
        next->prev = (LENGTH)len;
        next_block(next)->prev = (LENGTH)rest;
    }
}

/* Moves the peak up to the end of b, which was taken: what was above it may hold anything. */
static void raise_peak(struct nango_tls *tls, struct block *b)
{
    uint8_t *end = (uint8_t *)next_block(b), *from = (uint8_t *)(b + 1);
    uint8_t *peak = (uint8_t *)tls->settings.arena + tls->arena_peak;
    if (end > peak) {
        from = from > peak ? from : peak;
        memset(from, 0, (size_t)(end - from));
        tls->arena_peak += (size_t)(end - peak);
    }
}

static void *arena_take(size_t n, size_t size)
{
    struct nango_tls *tls = platform;
    if (tls == NULL || (size != 0 && n > LEN_MAX * UNIT / size)) {
        return NULL;
    }
    unsigned len = (unsigned)((n * size + sizeof(struct block) + UNIT - 1) / UNIT);
    for (struct block *b = lowest; b->len != USED; b = next_block(b)) {
        if (!(b->len & USED) && b->len >= len) {
            take(b, len);
            lowest = b == lowest ? next_block(b) : lowest;
            raise_peak(tls, b);
            return b + 1;
        }
    }
    tls->fault = NANGO_E_TLS_ARENA;
    return NULL;
}

/* b and the block behind it, both free, become one. */
static void join(struct block *b)
{
    struct block *next = next_block(b);
    b->len = (LENGTH)(b->len + next->len);
    *next = (struct block){0, 0};
    next_block(b)->prev = b->len;
}

static void arena_give_back(void *memory)
{
    if (memory == NULL || platform == NULL) {
        return;
    }
    struct block *b = (struct block *)memory - 1;
    b->len &= LEN_MAX;
    mbedtls_platform_zeroize(memory, b->len * UNIT - sizeof(struct block));
    if (!(next_block(b)->len & USED)) {
        join(b);
    }
    if (b->prev != 0 && !(prev_block(b)->len & USED)) {
        b = prev_block(b);
        join(b);
    }
    lowest = b < lowest ? b : lowest;
}

void *tls_platform_take(size_t n, size_t size)
{
    void *memory = NULL;
    if (lock() == 0) {
        memory = arena_take(n, size);
        unlock();
    }
    return memory;
}

void tls_platform_give_back(void *memory)
{
    if (lock() == 0) {
        arena_give_back(memory);
        unlock();
    }
}

/* What was ever in use, and the two headers that lie above it. */
static void memory_end(struct nango_tls *tls)
{
    struct block *last = first_block(tls), *end = last;
    for (; end->len != USED; end = next_block(end)) {
        last = end;
    }
    mbedtls_platform_zeroize(last, sizeof *last);
    mbedtls_platform_zeroize(end, sizeof *end);
    mbedtls_platform_zeroize(tls->settings.arena, tls->arena_peak);
    mutex_end();
}

static int memory_init(struct nango_tls *tls)
{
    if (tls->settings.arena == NULL) {
        return 0; /* the program has given Mbed TLS an allocator of its own */
    }
    mutex_init();
    mbedtls_platform_set_calloc_free(tls_platform_take, tls_platform_give_back);
    return arena_init(tls);
}

#else

static void memory_end(struct nango_tls *tls)
{
    (void)tls;
}

static int memory_init(struct nango_tls *tls)
{
    return tls->settings.arena == NULL ? 0 : NANGO_E_SETTINGS;
}

#endif

int tls_platform_no_memory(int code)
{
    switch (-code & 0xff80) { /* the module of a code; below it, there may be a lower module's */
    case -MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case -MBEDTLS_ERR_X509_ALLOC_FAILED:
    case -MBEDTLS_ERR_PK_ALLOC_FAILED:
    case -MBEDTLS_ERR_ECP_ALLOC_FAILED:
    case -MBEDTLS_ERR_MD_ALLOC_FAILED:
    case -MBEDTLS_ERR_CIPHER_ALLOC_FAILED: return 1;
    default:
        return (-code & 0x7f) == -MBEDTLS_ERR_MPI_ALLOC_FAILED ||
               (-code & 0x7f) == -MBEDTLS_ERR_ASN1_ALLOC_FAILED;
    }
}

/* ---------------------------------------------------------------------------------------- time */

uint64_t tls_platform_time(const struct nango_tls *tls, int *known)
{
    const struct nango_tls_settings *s = &tls->settings;
    uint64_t now = s->unix_time == NULL ? 0 : s->unix_time(s->ctx);
    now = now != 0 ? now : tls->learned;
    *known = now != 0;
    return now != 0 ? now : s->floor_time;
}

#if TLS_RESUME
/* Days of the Gregorian calendar, in years that begin in March. */
uint64_t tls_platform_seconds(const mbedtls_x509_time *time)
{
    uint32_t month = (uint32_t)(time->mon + 9) % 12;
    uint32_t year = (uint32_t)time->year - (month >= 10);
    uint32_t days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
                    (uint32_t)time->day - 1 - 719468;
    uint32_t rest = (uint32_t)time->hour * 3600 + (uint32_t)time->min * 60 + (uint32_t)time->sec;
    return (uint64_t)days * 86400 + rest;
}
#endif

static mbedtls_time_t unix_time(mbedtls_time_t *out)
{
    int known;
    mbedtls_time_t now = platform == NULL ? 0 : (mbedtls_time_t)tls_platform_time(platform, &known);
    if (out != NULL) {
        *out = now;
    }
    return now;
}

#if defined(MBEDTLS_PLATFORM_MS_TIME_ALT)
/* It gives a ticket its age, over a deep sleep as well: so it is the clock's, not the port's. */
mbedtls_ms_time_t mbedtls_ms_time(void)
{
    return (mbedtls_ms_time_t)unix_time(NULL) * 1000;
}
#endif

#if defined(MBEDTLS_PLATFORM_GMTIME_R_ALT)
/* Civil time from days, counted in eras of 400 years that begin on 1 March. */
struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *time, struct tm *out)
{
    uint64_t seconds = (uint64_t)*time;
    /* 86400 = 128 * 675, and a shift spares 32-bit machines their division of 64 bits. */
    uint32_t days = (uint32_t)(seconds >> 7) / 675;
    uint32_t rest = (uint32_t)seconds - days * 86400;
    days += 719468; /* since 0000-03-01 */
    uint32_t era = days / 146097, day = days % 146097;
    uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    uint32_t month = (5 * day + 2) / 153; /* 0 is March */
    memset(out, 0, sizeof *out);
    out->tm_mday = (int)(day - (153 * month + 2) / 5 + 1);
    out->tm_mon = (int)((month + 2) % 12);
    out->tm_year = (int)(year + era * 400 + (month >= 10)) - 1900;
    out->tm_hour = (int)(rest / 3600);
    out->tm_min = (int)(rest / 60 % 60);
    out->tm_sec = (int)(rest % 60);
    return out;
}
#endif

/* -------------------------------------------------------------------------------- random bytes */

int tls_platform_entropy(void *ctx, unsigned char *buf, size_t len)
{
    struct nango_tls *tls = ctx;
    int rc = tls->settings.entropy(tls->settings.ctx, buf, len);
    if (rc != 0) {
        tls->fault = NANGO_E_TLS_ENTROPY;
        tls->cause = rc;
    }
    return rc;
}

int tls_platform_random(void *ctx, unsigned char *buf, size_t len)
{
    struct tls_shared *shared = ((struct nango_tls *)ctx)->state;
    for (size_t done = 0; done < len;) {
        size_t n =
            len - done < MBEDTLS_HMAC_DRBG_MAX_REQUEST ? len - done : MBEDTLS_HMAC_DRBG_MAX_REQUEST;
        int rc = mbedtls_hmac_drbg_random(&shared->drbg, buf + done, n);
        if (rc != 0) {
            return rc;
        }
        done += n;
    }
    return 0;
}

#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG)
psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t output_size,
                                             size_t *output_length)
{
    (void)context;
    if (platform == NULL || tls_platform_random(platform, output, output_size) != 0) {
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    *output_length = output_size;
    return PSA_SUCCESS;
}
#endif

/* ------------------------------------------------------------------------------- one at a time */

int tls_platform_init(struct nango_tls *tls)
{
    if (platform != NULL) {
        return NANGO_E_SETTINGS;
    }
    int rc = memory_init(tls);
    if (rc == 0) {
        platform = tls;
        mbedtls_platform_set_time(unix_time);
    }
    return rc;
}

void tls_platform_free(struct nango_tls *tls)
{
    platform = NULL;
    if (tls->settings.arena != NULL) {
        memory_end(tls);
    }
}
#endif
