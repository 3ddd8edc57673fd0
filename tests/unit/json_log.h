/* SPDX-License-Identifier: MIT
 *
 * json_log: a sink that writes down what json_read hands on, the same whatever the slicing: pieces
 * are joined, so that an object {"a":[1,"x",null]} reads
 *
 *     {a=[1# x" null# ].}.          a name, then what its value was; the end of each { and [
 */
#ifndef JSON_LOG_H
#define JSON_LOG_H

#include "json_read.h"

enum { JSON_LOG_CAP = 4096 };

struct json_log {
    /* What to answer. A name that begins with - is skipped; the object or array behind one that
     * begins with ~ is answered JSON_RAW, behind one with + both. */
    int open;    /* to every other object and array */
    int fail_at; /* the number of the event to be answered by fail_with; 0: none */
    int fail_with;
    /* What came. */
    struct json *json;
    int events;
    int late;           /* events behind the one that failed */
    size_t open_at;     /* json.offset at the last { or [, */
    size_t close_at;    /* at the last end of one, */
    size_t name_at;     /* at the last name */
    size_t text_at;     /* at the last piece of a scalar, */
    size_t fail_offset; /* and at the one that was refused */
    char text[JSON_LOG_CAP];
    size_t len;
    char raw[JSON_LOG_CAP]; /* all spans, and a | where an event came between */
    size_t raw_len;
    int next_open; /* inside */
};

void json_log_init(struct json_log *log, struct json *json, int open);

#endif
