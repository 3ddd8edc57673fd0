// SPDX-License-Identifier: MIT
// The control interface of the twin: plain HTTP on a port of its own, so that nothing done to the API's port
// disturbs it.
//     GET  /_twin/connections   every stored row, credentials and all; `posts` says how many imports wrote it
//     GET  /_twin/requests      the requests of the API, oldest first, with head and body as they came
//     GET  /_twin/state         how many connections and requests there were, and which faults are left
//     POST /_twin/control       {"faults": [...]} adds them (see faults.mjs); {"clear": true} takes all away, before that;
//                               {"window": "end"} gives every account a full bucket; {"upstream": "stub"} or "offline";
//                               {"forget": true} empties the list of requests
import { createHash } from 'node:crypto';
import http from 'node:http';

const bodyKept = 2 << 20;
const bodiesKept = 64 << 20;

/** The requests of the API, the last ones only: so many, and not more than 64 MiB of bodies. */
export class Requests {
    constructor(limit) {
        this.limit = limit;
        this.forget();
        this.connections = 0;
        this.resumed = 0;
        this.count = 0;
    }

    forget() {
        this.list = [];
        this.bytes = 0;
    }

    onHead() {
        return (req, res, next) => {
            const { method, url, rawHeaders } = req;
            const headers = [];
            for (let i = 0; i < rawHeaders.length; i += 2) {
                headers.push([rawHeaders[i], rawHeaders[i + 1]]);
            }
            const entry = {
                n: ++this.count,
                connection: req.socket.number,
                at_ms: Date.now(),
                method,
                url,
                headers
            };
            this.list.push(entry);
            while (this.list.length > this.limit || this.bytes > bodiesKept) {
                this.bytes -= this.list.shift().body?.length || 0;
            }
            req.entry = entry;
            res.on('finish', () => {
                entry.status = res.statusCode;
            });
            next();
        };
    }

    /** The bytes of a body after its content coding; a large one is known by its length and hash only. */
    onBody(req, bytes) {
        const body = bytes.length <= bodyKept ? bytes.toString() : undefined;
        Object.assign(req.entry, {
            length: bytes.length,
            sha256: createHash('sha256').update(bytes).digest('hex'),
            body
        });
        this.bytes += body?.length || 0;
    }
}

function change(twin, order) {
    const known = ['faults', 'clear', 'window', 'upstream', 'forget'];
    const unknown = Object.keys(order).filter((name) => !known.includes(name));
    if (unknown.length > 0) {
        throw new Error(`unknown: ${unknown.join(', ')}; there are ${known.join(', ')}`);
    }
    if (order.clear) {
        twin.faults.list = [];
    }
    for (const fault of order.faults || []) {
        twin.faults.add(fault);
    }
    if (order.window) {
        twin.auth.buckets.clear();
    }
    if (order.upstream) {
        twin.upstream.offline = order.upstream === 'offline';
    }
    if (order.forget) {
        twin.requests.forget();
    }
}

function state({ requests, faults }) {
    const { connections, resumed, count } = requests;
    return { connections, resumed, requests: count, faults: faults.list.filter((fault) => fault.count > 0) };
}

async function answer(twin, req) {
    const route = `${req.method} ${req.url}`;
    if (route === 'GET /_twin/connections') {
        return [...twin.store.rows.values()];
    }
    if (route === 'GET /_twin/requests') {
        return twin.requests.list;
    }
    if (route === 'POST /_twin/control') {
        const chunks = [];
        for await (const chunk of req) {
            chunks.push(chunk);
        }
        change(twin, JSON.parse(Buffer.concat(chunks).toString()));
    } else if (route !== 'GET /_twin/state') {
        throw new Error(`${route}: no such thing here`);
    }
    return state(twin);
}

export function makeControl(twin) {
    return http.createServer(async (req, res) => {
        let status = 200;
        let body;
        try {
            body = await answer(twin, req);
        } catch (error) {
            status = 400;
            body = { error: error.message };
        }
        const text = JSON.stringify(body);
        res.writeHead(status, {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(text),
            Connection: 'close'
        });
        res.end(text);
    });
}
