// SPDX-License-Identifier: MIT
// What the tests of the twin share: a client that writes bytes and cuts what comes into answers, a twin as a
// child process, and the lines that tests/run reads.
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';

const bodiless = (status) => status < 200 || status === 204 || status === 304;

/**
 * One answer from the start of the bytes: { line, status, headers, body, end }, or undefined when it is not
 * whole yet.
 */
function oneAnswer(bytes, from, isHead, ended) {
    const head = bytes.indexOf('\r\n\r\n', from);
    if (head < 0) {
        return undefined;
    }
    const [line, ...fields] = bytes.toString('latin1', from, head).split('\r\n');
    const headers = fields.map((field) => [
        field.slice(0, field.indexOf(':')),
        field.slice(field.indexOf(':') + 1).trim()
    ]);
    const value = (name) => headers.find(([one]) => one.toLowerCase() === name)?.[1];
    const status = Number(line.split(' ')[1]);
    const start = head + 4;
    const answer = { line, status, headers, value };
    const length = value('content-length');
    if (isHead || bodiless(status)) {
        return { ...answer, body: Buffer.alloc(0), end: start };
    }
    if (length !== undefined) {
        const end = start + Number(length);
        return bytes.length < end ? undefined : { ...answer, body: bytes.subarray(start, end), end };
    }
    if (value('transfer-encoding') === 'chunked') {
        const { chunks, end } = dechunk(bytes, start);
        return end === undefined ? undefined : { ...answer, chunks, body: Buffer.concat(chunks), end };
    }
    // Only an answer that closes the connection comes without a length.
    return ended || value('connection') === 'close'
        ? { ...answer, body: bytes.subarray(start), end: bytes.length }
        : undefined;
}

function dechunk(bytes, start) {
    const chunks = [];
    for (let at = start; ;) {
        const line = bytes.indexOf('\r\n', at);
        const size = line < 0 ? NaN : parseInt(bytes.toString('latin1', at, line), 16);
        if (Number.isNaN(size) || bytes.length < line + size + 4) {
            return { chunks };
        }
        at = line + 2 + size + 2;
        if (size === 0) {
            return { chunks, end: at };
        }
        chunks.push(bytes.subarray(line + 2, line + 2 + size));
    }
}

/** All whole answers in the bytes, 1xx included; `rest` is what is left. */
export function answersIn(bytes, { isHead = false, ended = false } = {}) {
    const answers = [];
    let at = 0;
    for (let answer; at < bytes.length && (answer = oneAnswer(bytes, at, isHead, ended)) !== undefined;) {
        answers.push(answer);
        at = answer.end;
    }
    return { answers, rest: bytes.subarray(at) };
}

/** A connection that is written to and read from as a test says. */
export class Wire {
    constructor(socket) {
        this.socket = socket;
        this.chunks = [];
        this.length = 0;
        this.ended = undefined; // 'fin' or the code of an error
        socket.on('data', (bytes) => {
            this.chunks.push(bytes);
            this.length += bytes.length;
        });
        socket.on('end', () => {
            this.ended = this.ended || 'fin';
        });
        socket.on('error', (error) => {
            this.ended = error.code;
        });
    }

    static async open(port, host = '127.0.0.1') {
        const socket = net.connect({ port, host, allowHalfOpen: true, noDelay: true });
        await once(socket, 'connect');
        return new Wire(socket);
    }

    static async openTls(port, options) {
        const socket = tls.connect({
            port,
            host: '127.0.0.1',
            servername: 'localhost',
            allowHalfOpen: true,
            ...options
        });
        await once(socket, 'secureConnect');
        return new Wire(socket);
    }

    write(bytes) {
        this.socket.write(bytes);
    }

    get bytes() {
        if (this.chunks.length > 1) {
            this.chunks = [Buffer.concat(this.chunks)];
        }
        return this.chunks[0] || Buffer.alloc(0);
    }

    /**
     * Waits for that many answers, for the end of the connection, or for the time to pass; then what has
     * come.
     */
    async answers(count, { isHead = false, limit_ms = 20000 } = {}) {
        const until = Date.now() + limit_ms;
        let seen = -1;
        let got = { answers: [], rest: this.bytes };
        while (Date.now() < until) {
            const ended = this.ended !== undefined;
            if (this.length !== seen || ended) {
                seen = this.length;
                got = answersIn(this.bytes, { isHead, ended });
            }
            if (got.answers.length >= count || ended) {
                break;
            }
            await sleep(1);
        }
        return got;
    }

    /** How the connection ended, or undefined when it did not within the time. */
    async end(limit_ms = 10000) {
        const until = Date.now() + limit_ms;
        while (this.ended === undefined && Date.now() < until) {
            await sleep(2);
        }
        return this.ended;
    }

    close() {
        this.socket.destroy();
    }
}

/** The text of a request; a body that is no string is sent as JSON. */
export function request(method, path, key, body, headers = {}) {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const all = { Host: 'localhost', ...(key && { Authorization: `Bearer ${key}` }) };
    if (body !== undefined) {
        Object.assign(all, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    }
    Object.assign(all, headers);
    const head = Object.entries(all)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('');
    return `${method} ${path} HTTP/1.1\r\n${head}\r\n${text}`;
}

/** One request over a new connection. */
export async function ask(port, method, path, key, body, headers) {
    const wire = await Wire.open(port);
    wire.write(request(method, path, key, body, headers));
    const { answers } = await wire.answers(1, { isHead: method === 'HEAD' });
    wire.close();
    if (answers.length === 0) {
        throw new Error(`${method} ${path}: no answer (${wire.ended || 'timeout'})`);
    }
    const [answer] = answers;
    const isJson =
        (answer.value('content-type') || '').startsWith('application/json') && answer.body.length > 0;
    return { ...answer, json: isJson ? JSON.parse(answer.body.toString()) : undefined };
}

let failures = 0;

export function ok(name) {
    console.log(`ok - ${name}`);
}

export function skip(name, why) {
    console.log(`ok - ${name} # SKIP ${why}`);
}

export function notOk(name, why) {
    failures++;
    console.log(`not ok - ${name}: ${String(why).replace(/\s*\n\s*/g, ' | ')}`);
}

/** Runs a test: a throw is its failure. */
export async function test(name, run) {
    try {
        await run();
        ok(name);
    } catch (error) {
        notOk(name, error.message);
    }
}

export const exitCode = () => (failures > 0 ? 1 : 0);
