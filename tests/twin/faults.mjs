// SPDX-License-Identifier: MIT
// Misbehaviour on demand. A fault is a JSON object; each request takes the first fault of the list that fits
// it. Which requests:
//     match        { "method": "POST", "path": "/connections" }: both optional, path is a prefix. Health checks are never taken.
//     skip         let that many fitting requests pass first
//     count        how many requests to take (1; without end if there is a probability)
//     probability  0..1, from a generator that --seed starts: the same requests in the same order give the same faults
// What happens to them; all that is given happens:
//     when         "before" (nothing is done, nothing is written) or "after" (the request was carried out): for answer and silent
//     answer       { "status": 503, "headers": { "Retry-After": "1" }, "body": TEXT or JSON } in place of the server's own
//     early        true: that answer goes out as soon as the head of the request is there (implies before)
//     silent       true: no answer, the connection stays open
//     delay_ms     wait before the answer
//     interim      [103, 100]: 1xx answers that come first
//     pad          that many bytes more in the answer's metadata
//     chunked      the answer in chunks of that many bytes
//     until_close  true: the answer has no length, the end of the connection is its end
//     drip         { "bytes": 1, "ms": 5 }: so many bytes at a time
//     cut          only the first N bytes of the whole answer go out (head included; -N: all but N), then the connection ends
//     close        how it ends after the answer or the cut: "fin" (close_notify and FIN), "tcp" (FIN alone), "rst"
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from './deps.mjs';
import { caught, release } from './output.mjs';

const count = z.number().int().min(0);
const schema = z.strictObject({
    match: z.strictObject({ method: z.string().optional(), path: z.string().optional() }).optional(),
    skip: count.default(0),
    count: count.optional(),
    probability: z.number().min(0).max(1).optional(),
    when: z.enum(['before', 'after']).default('before'),
    answer: z
        .strictObject({
            status: z.number().int().min(200).max(999),
            headers: z.record(z.string(), z.string()).default({}),
            body: z.unknown().optional()
        })
        .optional(),
    early: z.literal(true).optional(),
    silent: z.literal(true).optional(),
    delay_ms: count.optional(),
    interim: z.array(z.number().int().min(100).max(199)).default([]),
    pad: count.optional(),
    chunked: count.min(1).optional(),
    until_close: z.literal(true).optional(),
    drip: z.strictObject({ bytes: count.min(1), ms: count }).optional(),
    cut: z.number().int().optional(),
    close: z.enum(['fin', 'tcp', 'rst']).optional()
});

/** mulberry32: small, and the same everywhere. */
function generator(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

function fits({ match = {} }, req) {
    return (
        (!match.method || match.method === req.method) &&
        (!match.path || req.url.startsWith(match.path)) &&
        !['/health', '/ready'].includes(req.path)
    );
}

export class Faults {
    constructor(options) {
        this.random = generator(options.seed);
        this.list = [];
        options.faults.forEach((spec) => this.add(spec));
    }

    /** Throws an Error that names what is wrong. */
    add(spec) {
        const result = schema.safeParse(spec);
        if (!result.success) {
            throw new Error(
                `fault: ${result.error.issues.map(({ message, path }) => `${path.join('.')}: ${message}`).join('; ')}`
            );
        }
        const fault = result.data;
        if (fault.early && !fault.answer) {
            throw new Error('fault: early needs an answer');
        }
        this.list.push({ ...fault, count: fault.count ?? (fault.probability === undefined ? 1 : Infinity) });
    }

    take(req) {
        for (const fault of this.list) {
            if (fault.count === 0 || !fits(fault, req)) {
                continue;
            }
            if (fault.skip > 0) {
                fault.skip--;
                continue;
            }
            if (fault.probability === undefined || this.random() < fault.probability) {
                fault.count--;
                return fault;
            }
        }
        return undefined;
    }

    /** Before anything else: the head of a request is there. */
    onHead() {
        return (req, res, next) => {
            const fault = this.take(req);
            if (!fault) {
                next();
                return;
            }
            res.fault = fault;
            disturb(res, fault);
            if (fault.early) {
                replace(res, fault.answer);
            } else {
                next();
            }
        };
    }

    /** The body was read and noted; nothing was done with it yet. */
    onBody() {
        return (req, res, next) => {
            const { when, answer, silent } = res.fault || {};
            if (when === 'before' && answer) {
                replace(res, answer);
            } else if (when !== 'before' || !silent) {
                next();
            }
        };
    }
}

/** Sends the fault's answer. */
function replace(res, { status, headers, body = '' }) {
    res.status(status);
    for (const [name, value] of Object.entries(headers)) {
        res.setHeader(name, value);
    }
    if (typeof body === 'string') {
        res.type(body.startsWith('<') ? 'html' : 'json');
    }
    res.send(body);
}

/** The JSON of an answer with `length` bytes more in its metadata. */
function padded(body, length) {
    const json = JSON.parse(body.toString());
    const tax = ',"pad":""'.length;
    json.metadata = { ...json.metadata, pad: 'm'.repeat(Math.max(0, length - tax)) };
    return Buffer.from(JSON.stringify(json));
}

/**
 * From here on the answer is made when the server has made its own: res.end() is where Express hands it over,
 * whole.
 */
function disturb(res, fault) {
    const { write, end } = res;
    let replaced = false;
    res.end = (body, encoding) => {
        if (fault.when === 'after' && fault.answer && !replaced) {
            replaced = true;
            ['Content-Length', 'Content-Type', 'ETag'].forEach((name) => res.removeHeader(name));
            replace(res, fault.answer);
            return res;
        }
        res.end = end;
        const bytes = Buffer.isBuffer(body)
            ? body
            : Buffer.from(body || '', typeof encoding === 'string' ? encoding : 'utf8');
        sendDisturbed(res, fault, bytes, write.bind(res), end.bind(res)).catch(() => res.destroy());
        return res;
    };
}

async function sendDisturbed(res, fault, own, write, end) {
    const { socket } = res;
    if (fault.silent) {
        return;
    }
    if (fault.delay_ms) {
        await sleep(fault.delay_ms);
    }
    const body = fault.pad && own.length > 0 ? padded(own, fault.pad) : own;
    if (fault.pad) {
        res.setHeader('Content-Length', body.length);
    }
    const bytes = caught(socket, () => {
        for (const status of fault.interim) {
            socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] || 'Unknown'}\r\n\r\n`);
        }
        if (fault.until_close || fault.chunked) {
            res.removeHeader('Content-Length');
        }
        res.useChunkedEncodingByDefault = !fault.until_close;
        for (let at = 0; fault.chunked && at < body.length; at += fault.chunked) {
            write(body.subarray(at, at + fault.chunked));
        }
        end(fault.chunked ? undefined : body);
    });
    await release(socket, bytes, fault);
}
