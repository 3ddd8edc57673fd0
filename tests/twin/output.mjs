// SPDX-License-Identifier: MIT
// The bytes of one answer on their way to the socket: dripped, cut, and the connection ended in one of three
// ways.
import { setTimeout as sleep } from 'node:timers/promises';

// TLS hides the connection below it, which must be reached to end it without close_notify or with a reset.
const below = new Map();
const name = (socket) => `${socket.remoteAddress} ${socket.remotePort}`;

/**
 * For the server's event 'connection': with TLS it comes with the TCP socket, before the TLS socket is made.
 */
export function noteRawSocket(socket) {
    const key = name(socket);
    below.set(key, socket);
    socket.on('close', () => below.delete(key));
}

/**
 * What make() writes to the socket, caught before it goes out. Node writes a whole answer within res.end().
 */
export function caught(socket, make) {
    const chunks = [];
    socket.write = (data, encoding, done) => {
        const callback = typeof encoding === 'function' ? encoding : done;
        chunks.push(
            Buffer.isBuffer(data) ? data : Buffer.from(data, typeof encoding === 'string' ? encoding : 'utf8')
        );
        if (callback) {
            process.nextTick(callback);
        }
        return true;
    };
    make();
    delete socket.write;
    return Buffer.concat(chunks);
}

function finish(socket, way) {
    const raw = below.get(name(socket)) || socket;
    if (way === 'rst') {
        raw.resetAndDestroy();
    } else if (way === 'tcp') {
        raw.end();
    } else {
        socket.end();
    }
    // Whoever does not close on the other side is not waited for.
    setTimeout(() => socket.destroy(), 5000).unref();
}

/** Sends the bytes of an answer as the fault says. */
export async function release(socket, bytes, { drip, cut, close }) {
    // Node ends a connection that is not kept alive when it has handed over the answer: too early here.
    let last = false;
    socket.destroySoon = () => {
        last = true;
    };
    const until =
        cut === undefined
            ? bytes.length
            : Math.min(bytes.length, cut >= 0 ? cut : Math.max(0, bytes.length + cut));
    const step = drip ? drip.bytes : until;
    for (let at = 0; at < until && !socket.destroyed; at += step) {
        await new Promise((resolve) => {
            socket.write(bytes.subarray(at, Math.min(until, at + step)), resolve);
        });
        if (drip && at + step < until) {
            await sleep(drip.ms);
        }
    }
    delete socket.destroySoon;
    if (close || cut !== undefined) {
        finish(socket, close);
    } else if (last) {
        socket.destroySoon();
    }
}
