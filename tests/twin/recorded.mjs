// SPDX-License-Identifier: MIT
// Recordings of the real server beside the project, fixtures of ours in it, and how an answer of the twin is
// held against one of them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answersIn } from './wire.mjs';

const folder = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
export const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

export const present = existsSync(join(folder, 'INDEX.md'));

/** The names of INDEX.md in its order; a row may name several. */
export function names() {
    const found = [];
    for (const row of readFileSync(join(folder, 'INDEX.md'), 'utf8').split('\n')) {
        const cell = /^\| ([a-zA-Z0-9, -]+) \|/.exec(row);
        const words = cell ? cell[1].split(', ') : [];
        found.push(...words.filter((word) => existsSync(join(folder, `${word}.request`))));
    }
    return found;
}

/** Every recording in the folder, to see that names() misses none. */
export const files = () =>
    readdirSync(folder)
        .filter((file) => file.endsWith('.request'))
        .map((file) => file.slice(0, -8));

/** Large bodies are abbreviated in the files: "...[the letter m repeated N times]...". */
function expand(bytes) {
    const note = /m*\.\.\.\[the letter m repeated (\d+) times\]\.\.\./;
    const text = bytes.toString('latin1');
    const match = note.exec(text);
    if (!match) {
        return bytes;
    }
    const parts = [
        text.slice(0, match.index),
        'm'.repeat(Number(match[1])),
        text.slice(match.index + match[0].length)
    ];
    return Buffer.from(parts.join(''), 'latin1');
}

export function load(name, suffix = '', from = folder) {
    const request = expand(readFileSync(join(from, `${name}.request${suffix}`)));
    const response = readFileSync(join(from, `${name}.response${suffix}`));
    const isHead = request.subarray(0, 5).toString() === 'HEAD ';
    return { name, request, response, isHead, ...answersIn(response, { isHead, ended: true }) };
}

const time = /"(created_at|updated_at|last_fetched_at|created)":"([^"]*)"/g;
const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;
const session = /nango_connect_session_[0-9a-f]{64}/g;
const logId = /"log_id":"\d{13}_\w{8}"/g;
const rowId = /"id":(\d+),"connection_id"/g;
const made =
    /(token":"(?:nango_connect_session_|ghs_)[^"]*",(?:"connect_link":"[^"]*",)?"expires_at":)"([^"]*)"/g;

/**
 * A timestamp's form: its fraction's length is that of the value, so only Z or offset, and milliseconds or
 * more, can be compared.
 */
function timeForm(name, value) {
    const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(Z|\+00:00)$/.exec(value);
    const digits = match && (name === 'created' ? '1-6' : match[1]?.length);
    return match ? `time of ${digits} digits, ${match[2]}` : `not a time: ${value}`;
}

/**
 * The text of a body without what differs from run to run. Order of members, spaces and escapes stay as they
 * are.
 */
function normal(text) {
    return text
        .replace(time, (all, name, value) => `"${name}":"${timeForm(name, value)}"`)
        .replace(made, (all, before, value) => `${before}"${timeForm('expires_at', value)}"`)
        .replace(uuid, 'UUID')
        .replace(session, 'TOKEN')
        .replace(logId, '"log_id":"LOG"')
        .replace(rowId, '"id":ID,"connection_id"');
}

const volatile = ['date', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after', 'last-modified'];
const times = ['keep-alive'];

/** A header as it is compared. The ETag of a body holds its length; its hash, and that of a file, differ. */
function headerForm([name, value], { isHtmlPage, otherTimes }) {
    const lower = name.toLowerCase();
    if (volatile.includes(lower) || (otherTimes && times.includes(lower))) {
        return `${name}: ${value.replace(/\d+/g, '0').replace(/[A-Z][a-z][a-z]/g, 'Aaa')}`;
    }
    if (lower === 'etag') {
        return `${name}: ${/^W\/"[0-9a-f]+-[\w+/]+"$/.test(value) ? 'weak' : value}`;
    }
    if (lower === 'content-length') {
        return `${name}: ${/^\d+$/.test(value) ? (isHtmlPage ? 'of the page' : 'of the body') : value}`;
    }
    return `${name}: ${value}`;
}

/** [[row's id, milliseconds], ...] of all rows in a body. */
function timesOfRows(text) {
    const found = [];
    JSON.parse(text || '{}', (key, value) => {
        if (value?.connection_id !== undefined && value.id !== undefined) {
            const times = ['created_at', 'updated_at', 'last_fetched_at', 'created'].filter(
                (name) => value[name]
            );
            found.push(...times.map((name) => [value.id, Math.floor(Date.parse(value[name]))]));
        }
        return value;
    });
    return found;
}

/**
 * What ties one recording to another: an id, a token or a row's time that was seen before must be the same
 * one again.
 */
export class Ties {
    constructor() {
        this.forth = new Map();
        this.back = new Map();
    }

    tie(kind, recorded, got) {
        for (const [map, from, to] of [
            [this.forth, recorded, got],
            [this.back, got, recorded]
        ]) {
            const key = `${kind} ${from}`;
            if (map.has(key) && map.get(key) !== to) {
                throw new Error(
                    `${kind} ${recorded} was ${this.forth.get(`${kind} ${recorded}`)} before, now ${got}`
                );
            }
            map.set(key, to);
        }
    }

    each(kind, pattern, recorded, got) {
        const theirs = [...recorded.matchAll(pattern)];
        const ours = [...got.matchAll(pattern)];
        theirs.forEach((match, i) => this.tie(kind, match[1] ?? match[0], ours[i][1] ?? ours[i][0]));
    }

    /** `instance`: each has a sequence of row ids of its own. */
    body(recorded, got, instance) {
        this.each('token', session, recorded, got);
        this.each(`row of ${instance}`, rowId, recorded, got);
        this.each('uuid', uuid, recorded, got);
        this.times(recorded, got, instance);
    }

    /** The times of a row: equal ones stay equal, and ones that were more than 5 ms apart stay different. */
    times(recorded, got, instance) {
        const [theirs, ours] = [recorded, got].map(timesOfRows);
        theirs.forEach(([id, theirs_ms], i) => {
            const ours_ms = ours[i][1];
            const [forth, back] = [
                `time of row ${id} of ${instance} ${theirs_ms}`,
                `time of row ${id} of ${instance} back ${ours_ms}`
            ];
            if ((this.forth.get(forth) ?? ours_ms) !== ours_ms) {
                throw new Error(`row ${id}: two times that were equal differ`);
            }
            if (Math.abs((this.back.get(back) ?? theirs_ms) - theirs_ms) > 5) {
                throw new Error(`row ${id}: two times that differed are equal`);
            }
            this.forth.set(forth, ours_ms);
            this.back.set(back, theirs_ms);
        });
    }

    /** The request with the twin's tokens in place of the recorded ones. */
    apply(request) {
        const text = request.toString('latin1');
        return session.test(text)
            ? Buffer.from(
                  text.replace(session, (token) => this.forth.get(`token ${token}`) || token),
                  'latin1'
              )
            : request;
    }
}

function first(recorded, got) {
    const at = [...recorded].findIndex((char, i) => char !== got[i]);
    const from = Math.max(0, (at < 0 ? recorded.length : at) - 40);
    return `recorded ...${recorded.slice(from, from + 160)}, got ...${got.slice(from, from + 160)}`;
}

/** Throws where the twin's answer is not the recorded one. */
export function compare(recorded, got, ties, { instance, truncated = false, otherTimes = false }) {
    if (recorded.line !== got.line) {
        throw new Error(`recorded ${recorded.line}, got ${got.line} ${got.body.toString().slice(0, 200)}`);
    }
    const isHtmlPage =
        recorded.status === 200 && (recorded.value('content-type') || '').startsWith('text/html');
    const forms = [recorded, got].map(({ headers }) =>
        headers.map((header) => headerForm(header, { isHtmlPage, otherTimes })).join('\n')
    );
    if (forms[0] !== forms[1]) {
        throw new Error(`headers: ${first(forms[0], forms[1])}`);
    }
    if (isHtmlPage) {
        if (!/^<!doctype html>/i.test(got.body.toString())) {
            throw new Error('not a page of HTML');
        }
        return;
    }
    const text = [recorded, got].map(({ body }) => body.toString());
    const bodies = truncated ? text.map((one) => normal(one.slice(0, 1000)).slice(0, 400)) : text.map(normal);
    if (bodies[0] !== bodies[1]) {
        throw new Error(`body: ${first(bodies[0], bodies[1])}`);
    }
    if (
        !truncated &&
        (recorded.value('content-type') || '').startsWith('application/json') &&
        recorded.body.length > 0
    ) {
        ties.body(...text, instance);
    }
}
