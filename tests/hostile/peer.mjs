// SPDX-License-Identifier: MIT
// A peer that does what a script says, on a port of its own; and what it was sent.
import { once } from 'node:events';
import net from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';

/** What TLS writes goes through here on its way to the wire, so that a script can cut and change it. */
class Wire extends Duplex {
    constructor(socket) {
        super();
        this.socket = socket;
        this.slice = Infinity; // the most bytes of one write
        this.open = true; // false: what TLS still says is dropped
        socket.on('data', (bytes) => this.push(bytes) || socket.pause());
        socket.on('end', () => this.push(null));
        socket.on('close', () => this.destroy());
    }
    _read() {
        this.socket.resume();
    }
    async _write(bytes, encoding, done) {
        for (let at = 0; this.open && at < bytes.length; at += this.slice) {
            this.socket.write(bytes.subarray(at, Math.min(bytes.length, at + this.slice)));
            if (this.slice < bytes.length) {
                await sleep(0);
            }
        }
        done();
    }
    _final(done) {
        if (this.open) {
            this.socket.end();
        }
        done();
    }
}

/** How long the first request in bytes is; 0: it is not whole. */
function requestLength(bytes) {
    const end = bytes.indexOf('\r\n\r\n');
    const length = /\r\nContent-Length: (\d+)\r\n/i.exec(bytes.toString('latin1', 0, end + 2));
    const whole = end + 4 + Number(length?.[1] ?? 0);
    return end >= 0 && whole <= bytes.length ? whole : 0;
}

/** One connection: what it has been sent, and the verbs of the table. */
class Connection {
    constructor(peer, socket, secure) {
        Object.assign(this, { peer, socket, secure, stream: socket, gap: undefined });
        this.parts = [];
        this.size = 0;
        this.ended = false;
        socket.setNoDelay(true);
        socket.on('error', () => {});
        this.closed = new Promise((resolve) => socket.on('close', resolve));
        this.closed.then(() => this.wake((this.ended = true)));
        if (!secure) {
            this.listen();
        }
    }
    listen() {
        this.stream.on('error', () => {});
        this.stream.on('data', (bytes) => {
            this.parts.push(bytes);
            this.size += bytes.length;
            this.wake();
        });
        this.stream.on('end', () => this.wake((this.ended = true)));
    }
    wake() {
        this.woken?.();
    }
    async until(is) {
        while (!is() && !this.ended) {
            await new Promise((resolve) => (this.woken = resolve));
        }
        return is();
    }
    all() {
        this.parts = [Buffer.concat(this.parts)];
        return this.parts[0];
    }
    /** A whole request; it is kept, and what is behind it is the next one's. */
    async request() {
        if (await this.until(() => requestLength(this.all()) > 0)) {
            const bytes = this.all();
            const length = requestLength(bytes);
            this.peer.requests.push(bytes.subarray(0, length).toString('latin1'));
            this.parts = [bytes.subarray(length)];
            this.size -= length;
        }
    }
    async put(text, to = this.stream) {
        const bytes = Buffer.from(text, 'latin1');
        const step = this.gap === undefined ? bytes.length : 1;
        for (let at = 0; at < bytes.length && !this.stream.destroyed && !this.socket.destroyed; at += step) {
            const written = new Promise((resolve) => to.write(bytes.subarray(at, at + step), resolve));
            await Promise.race([written, this.closed]);
            if (this.gap !== undefined) {
                await sleep(this.gap);
            }
        }
    }
    async secured(options) {
        this.wire = new Wire(this.socket);
        this.wire.slice = options.slice ?? Infinity;
        this.stream = new tls.TLSSocket(this.wire, { isServer: true, ...this.peer.tls, ...options });
        this.listen();
        await Promise.race([new Promise((resolve) => this.stream.on('secure', resolve)), this.closed]);
    }
    async play(steps) {
        const first = steps[0]?.verb;
        if (this.secure && first !== 'hello') {
            const options = first === 'tls' ? JSON.parse(steps[0].arg) : {};
            await this.secured(options);
        } else if (this.secure) {
            this.listen();
        }
        steps = steps.filter(({ verb }) => verb !== 'tls');
        if (!['early', 'head', 'hello', 'deaf'].includes(steps[0]?.verb)) {
            await this.request();
        }
        for (const step of steps) {
            if (this.socket.destroyed) {
                return;
            }
            await this.step(step);
        }
    }
    async step({ write, raw, endless, flood, verb, arg }) {
        if (write !== undefined) {
            await this.put(write);
        } else if (raw !== undefined) {
            await this.put(raw, this.socket);
        } else if (flood !== undefined) {
            const much = flood.repeat(65536 / flood.length);
            while (!this.socket.destroyed && !this.ended) {
                await this.put(much, this.socket);
            }
        } else if (endless !== undefined) {
            const text = this.gap === undefined ? endless.repeat(Math.ceil(4096 / endless.length)) : endless;
            while (!this.socket.destroyed && !this.ended) {
                await this.put(text);
                await sleep(0);
            }
        } else {
            await this[`do_${verb}`](arg);
        }
    }
    do_early() {}
    do_deaf() {
        this.stream.pause(); // takes nothing more, so that the client cannot send all of a large request
    }
    async do_head() {
        await this.until(() => this.all().includes('\r\n\r\n'));
    }
    async do_hello() {
        await this.until(() => this.size > 0);
    }
    do_again() {
        return this.request();
    }
    do_wait(ms) {
        return sleep(Number(ms));
    }
    do_drip(ms) {
        this.gap = Number(ms);
    }
    do_whole_writes() {
        this.gap = undefined;
    }
    async do_fin() {
        this.stream.end();
    }
    do_rst() {
        this.socket.resetAndDestroy();
    }
    /** The TCP connection ends; TLS does not say so. */
    do_cut() {
        this.wire.open = false;
        this.socket.end();
    }
}

/**
 * Starts a peer: { port, requests, connections, stop() }. scripts: the steps for the first connection, the second, ...; the
 * last one's for all later ones. secure: TLS, with `tls` (key, cert).
 */
export async function startPeer(scripts, secure, tlsOptions) {
    const peer = { requests: [], connections: 0, tls: tlsOptions, error: undefined };
    const sockets = new Set();
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
        const steps = scripts[Math.min(peer.connections++, scripts.length - 1)];
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        new Connection(peer, socket, secure).play(steps).catch((error) => (peer.error ??= error));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    peer.port = server.address().port;
    peer.stop = () => {
        server.close();
        sockets.forEach((socket) => socket.destroy());
    };
    return peer;
}
