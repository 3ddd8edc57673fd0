/* SPDX-License-Identifier: MIT */
#include "sim.h"

#include <stdlib.h>

struct event {
    uint64_t when;
    uint64_t number; /* events of one moment come in the order in which they were made */
    sim_handler *run;
    void *who;
    uint32_t what;
};

uint64_t sim_now;
static uint64_t chance;
static uint64_t numbers;
static struct event *heap; /* the earliest first; kept over runs */
static size_t heap_len, heap_cap;

void sim_clock_init(uint64_t seed)
{
    sim_now = 0;
    chance = seed;
    numbers = 0;
    heap_len = 0;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t random_bits(void)
{
    uint64_t z = chance += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

uint32_t sim_random(uint32_t below)
{
    return (uint32_t)(((random_bits() >> 32) * below) >> 32);
}

uint32_t sim_between(uint32_t from, uint32_t to)
{
    return from + sim_random(to - from + 1);
}

int sim_chance(uint32_t per_mille)
{
    return sim_random(1000) < per_mille;
}

static int is_before(const struct event *a, const struct event *b)
{
    return a->when != b->when ? a->when < b->when : a->number < b->number;
}

void sim_at(uint64_t when, sim_handler *run, void *who, uint32_t what)
{
    if (heap_len == heap_cap) {
        heap_cap = heap_cap != 0 ? heap_cap * 2 : 1 << 16;
        heap = realloc(heap, heap_cap * sizeof *heap);
        if (heap == NULL) {
            abort();
        }
    }
    struct event e = {when > sim_now ? when : sim_now, numbers++, run, who, what};
    size_t at = heap_len++;
    while (at > 0 && is_before(&e, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = e;
}

static struct event take_first(void)
{
    struct event first = heap[0], last = heap[--heap_len];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < heap_len) {
        child += child + 1 < heap_len && is_before(&heap[child + 1], &heap[child]);
        if (!is_before(&heap[child], &last)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

int sim_step(void)
{
    if (heap_len == 0) {
        return 0;
    }
    struct event e = take_first();
    sim_now = e.when;
    e.run(e.who, e.what);
    return 1;
}
