// SPDX-License-Identifier: MIT
// timeout: 120
// json_read against JSON.parse: the values of texts made at random (a seed makes the same ones) and of
// the recordings, and the verdict on texts with a byte or two changed. The texts go through dump.c in
// pieces of 1 and 7 bytes and whole.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const seed = Number(process.env.SEED ?? 1);
const count = Number(process.env.COUNT ?? 3000);
const folder = mkdtempSync(join(tmpdir(), 'values-'));
const recordings = '../shared/recordings';
let failed = 0;

// ---- texts ----------------------------------------------------------------------------------------

let state = seed >>> 0;
function below(n) {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[below(list.length)];
const times = (n, make) => Array.from({ length: n }, make);

const space = () => (below(4) ? '' : times(below(4), () => pick([' ', '\n', '\r', '\t'])).join(''));
const hex = () => below(0x10000).toString(16).padStart(4, '0');
const character = (lone) =>
    pick([
        () => String.fromCharCode(0x20 + below(0x5f)).replace(/["\\]/, 'x'),
        () => pick('abcdefghijklmnopqrstuvwxyz '),
        () => String.fromCodePoint(pick([0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff])),
        () => '\\' + pick('"\\/bfnrt'),
        () => '\\u' + (lone ? hex() : '00' + hex().slice(2)),
        () => '\\u' + pick(['d83d', 'D800', 'dbff']) + '\\u' + pick(['de00', 'DC00', 'dfff']),
        () => (lone ? '\\u' + pick(['d800', 'dbff', 'dc00', 'dfff']) : '.'),
    ])();
const string = (lone, most) => '"' + times(below(most), () => character(lone)).join('') + '"';
const digits = () => times(1 + below(4), () => below(10)).join('');
const number = () =>
    (below(3) ? '' : '-') +
    (below(2) ? '0' : 1 + below(9) + (below(2) ? digits() : '')) +
    (below(2) ? '' : '.' + digits()) +
    (below(3) ? '' : pick('eE') + pick(['', '+', '-']) + digits());
const list = (open, close, item) => open + space() + times(below(5), item).join(',') + space() + close;
function value(depth) {
    const inner = depth > 0 ? 3 : 0;
    const kind = below(4 + inner * 2);
    if (kind === 0) return number();
    if (kind === 1) return pick(['true', 'false', 'null']);
    if (kind < 4) return string(true, pick([2, 10, 60]));
    const item = () => space() + value(depth - 1) + space();
    if (kind < 4 + inner) return list('[', ']', item);
    return list('{', '}', () => space() + string(false, 15) + space() + ':' + item());
}
const text = () => Buffer.from(space() + value(below(6)) + space());

function changed(good) {
    let bytes = [...good];
    for (let n = 1 + below(2); n > 0 && bytes.length; n--) {
        const at = below(bytes.length);
        const byte = pick([below(256), ...Buffer.from('{}[],:"\\ue0-+.19tfn \n'), 0xc3, 0xed, 0xf4, 0x80, 0xa0]);
        bytes.splice(at, pick([0, 1, 1, 2]), ...pick([[], [byte], [byte]]));
        if (!below(10)) bytes = bytes.slice(0, at);
    }
    return Buffer.from(bytes);
}

// Every body of a recorded answer.
function* recorded() {
    for (const name of readdirSync(recordings).filter((n) => n.endsWith('.response'))) {
        let rest = readFileSync(join(recordings, name));
        for (let at; (at = rest.indexOf('\r\n\r\n')) >= 0; ) {
            const length = /^content-length: *(\d+)/im.exec(rest.subarray(0, at).toString('latin1'))?.[1];
            const body = rest.subarray(at + 4, at + 4 + Number(length ?? 0));
            if (body.length && body.length === Number(length)) yield { name, bytes: body };
            rest = rest.subarray(at + 4 + body.length);
        }
    }
}

// ---- verdicts -------------------------------------------------------------------------------------

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Lone surrogates as U+FFFD, and objects as lists, so that "__proto__" is a name like any other.
function plain(v) {
    if (typeof v === 'string') return v.replace(lone, '\ufffd');
    if (Array.isArray(v)) return ['[', ...v.map(plain)];
    if (v && typeof v === 'object') return ['{', ...Object.entries(v).map(([k, w]) => [plain(k), plain(w)])];
    return v;
}

function parse(bytes) {
    try {
        return { value: plain(JSON.parse(decoder.decode(bytes))) };
    } catch {
        return undefined;
    }
}

function dump(texts, step) {
    const length = (bytes) => {
        const head = Buffer.alloc(4);
        head.writeUInt32LE(bytes.length);
        return head;
    };
    const input = Buffer.concat(texts.flatMap((bytes) => [length(bytes), bytes]));
    return execFileSync(join(folder, 'dump'), [String(step)], { input, maxBuffer: 1 << 28 }).toString().split('\n');
}

function hold(name, texts) {
    const wrong = [];
    let good = 0;
    for (const step of [0, 1, 7]) {
        const lines = dump(texts, step);
        texts.forEach((bytes, i) => {
            const want = parse(bytes);
            const refused = lines[i] === undefined || lines[i].startsWith('!');
            const same = want ? !refused && isDeepStrictEqual(plain(JSON.parse(lines[i])), want.value) : refused;
            good += want !== undefined && step === 0;
            if (!same && wrong.length < 3) wrong.push(`${step}: ${JSON.stringify(bytes.toString('latin1'))}: ${lines[i]}`);
        });
    }
    failed += wrong.length > 0;
    const title = `json_read and JSON.parse: ${texts.length} ${name} (${good} good ones, seed ${seed})`;
    console.log(wrong.length ? `not ok - ${title}: ${wrong.join('; ')}` : `ok - ${title}`);
}

try {
    execFileSync(process.env.CC ?? 'cc', [
        ...'-std=c11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -Isrc'.split(' '),
        ...['tests/unit/values/dump.c', 'src/json_read.c', '-o', join(folder, 'dump')],
    ]);
    const texts = times(count, text);
    hold('texts', texts);
    hold('changed texts', times(2 * count, () => changed(pick(texts))));
    if (existsSync(recordings)) {
        hold('recorded bodies', [...recorded()].map((r) => r.bytes));
    } else {
        console.log(`ok - json_read and JSON.parse: recorded bodies # SKIP there is no ${recordings}`);
    }
} finally {
    rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
