// SPDX-License-Identifier: MIT
// Servers that are bad below HTTP: a server of TLS by node (OpenSSL), a man in the middle before one, and servers of bytes
// alone. Each counts the bytes of a request that reach anybody.
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';

const hex = (text) => Buffer.from(text.replace(/ /g, ''), 'hex');
const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const record = (type, body, version = 0x0303) => Buffer.concat([Buffer.from([type]), u16(version), u16(body.length), body]);
const message = (type, body) => record(22, Buffer.concat([Buffer.from([type, 0]), u16(body.length), body]));
const alert = (level, number) => record(21, Buffer.from([level, number]));
const extension = (type, body) => Buffer.concat([u16(type), u16(body.length), body]);
const random = Buffer.alloc(32, 0x5a);
/** RFC 8446 section 4.1.3: the random bytes that make a ServerHello a HelloRetryRequest. */
const retryRandom = hex('CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C');

/** What a ClientHello says: its session id and the position behind it. */
const sessionOf = (hello) => hello.subarray(44, 44 + hello[43]);

const serverHello = ({ version = 0x0303, bytes = random, session = Buffer.alloc(0), suite, method = 0, extensions = [] }) => {
    const more = Buffer.concat(extensions);
    const head = [u16(version), bytes, Buffer.from([session.length]), session, u16(suite), Buffer.from([method])];
    return message(2, Buffer.concat([...head, u16(more.length), more]));
};
const renegotiationInfo = extension(0xff01, Buffer.from([0]));
const masterSecret = extension(23, Buffer.alloc(0));

/** A HelloRetryRequest for a group. */
const retry = (hello, group, suite = 0x1301) =>
    serverHello({
        bytes: retryRandom,
        session: sessionOf(hello),
        suite,
        extensions: [extension(43, u16(0x0304)), extension(51, u16(group))]
    });

const answer = (id) => JSON.stringify({ id: 7, connection_id: id, provider_config_key: 'github', credentials: {}, errors: [] });

/** A listener on a port of the kernel's choice; whoever connects is handed to `serve`. */
async function listen(server) {
    const sockets = new Set();
    server.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
        port: server.address().port,
        stop() {
            server.close();
            sockets.forEach((socket) => socket.destroy());
        }
    };
}

/** A good HTTP server over TLS that is as bad as its options. */
async function startTls(peer, options) {
    const server = tls.createServer({ ...options }, (socket) => {
        let text = '';
        socket.on('error', () => {});
        if (options.renegotiate) {
            socket.renegotiate({}, () => {});
            socket.on('secure', () => (peer.error ??= 'renegotiated'));
        }
        socket.on('data', (bytes) => {
            peer.bytes += bytes.length;
            text += bytes;
            const id = /"connection_id":"([^"]*)"/.exec(text)?.[1];
            if (id && text.endsWith('}')) {
                socket.end(`HTTP/1.1 201 Created\r\nContent-Length: ${answer(id).length}\r\n\r\n${answer(id)}`);
            }
        });
    });
    server.on('tlsClientError', (error) => (peer.error ??= error.code));
    return listen(server);
}

/** Bytes in whole records: calls back with each, [type, record]. */
function records(each) {
    let rest = Buffer.alloc(0);
    return (bytes) => {
        rest = Buffer.concat([rest, bytes]);
        while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
            const one = rest.subarray(0, 5 + rest.readUInt16BE(3));
            rest = rest.subarray(one.length);
            each(one[0], Buffer.from(one));
        }
    };
}

/** A man in the middle: up and down get each record and say what goes on (undefined: the end of the connection). */
async function startRelay(peer, options, { up = (one) => one, down = (one) => one }) {
    const inner = await startTls(peer, options);
    const server = net.createServer((near) => {
        const far = net.connect(inner.port, '127.0.0.1');
        const pass = (to, change) => {
            let n = 0;
            return records((type, one) => {
                const changed = to.writableEnded ? Buffer.alloc(0) : change(one, type, n++);
                if (changed === undefined) {
                    to.end();
                } else if (changed.length > 0) {
                    to.write(changed);
                }
            });
        };
        near.on('data', pass(far, up));
        far.on('data', pass(near, down));
        far.on('error', () => {});
        near.on('close', () => far.destroy());
        far.on('close', () => near.end());
    });
    const outer = await listen(server);
    return { port: outer.port, stop: () => [outer, inner].forEach((one) => one.stop()) };
}

/** Finds bytes in a record and puts others of the same length there. */
function replaced(one, from, to) {
    const at = one.indexOf(from);
    if (at >= 0) {
        to.copy(one, at);
    }
    return one;
}

/** In a ClientHello: the extension of this type gets a number that nobody knows. */
function without(one, type) {
    let at = 44 + one[43];
    at += 2 + one.readUInt16BE(at);
    at += 1 + one[at] + 2;
    for (; at + 4 <= one.length; at += 4 + one.readUInt16BE(at + 2)) {
        if (one.readUInt16BE(at) === type) {
            one.writeUInt16BE(0x7a7a, at);
        }
    }
    return one;
}

/** The handshake messages that a record holds, in the clear: type and position. */
function* messages(one) {
    for (let at = 5; at + 4 <= one.length; at += 4 + one.readUIntBE(at + 1, 3)) {
        yield [one[at], at];
    }
}

function changedMessage(one, type, wanted, change) {
    if (type === 22) {
        for (const [kind, at] of messages(one)) {
            if (kind === wanted) {
                change(at);
                break;
            }
        }
    }
    return one;
}

const middles = {
    /** What a stripping man in the middle does: the server is told of TLS 1.2 alone. */
    downgrade: { up: (one, type, n) => (n === 0 ? without(one, 43) : one) },
    alpn: { down: (one) => replaced(one, Buffer.from('http/1.1'), Buffer.from('http/9.9')) },
    'no-renegotiation-info': { down: (one) => replaced(one, hex('ff01000100'), hex('7a7a000100')) },
    'key-exchange-signature': {
        down: (one, type) => changedMessage(one, type, 12, (at) => (one[at + 3 + one.readUIntBE(at + 1, 3)] ^= 1))
    },
    'other-random': { down: (one, type) => changedMessage(one, type, 2, (at) => (one[at + 10] ^= 1)) },
    /** The last message of the server's handshake in TLS 1.2, encrypted. */
    finished: {
        down: (one, type) => {
            if (type === 22 && one[5] !== 2 && one.length === 45) {
                one[44] ^= 1;
            }
            return one;
        }
    },
    'cut-certificate': {
        down: (one, type) => (type === 22 && [...messages(one)].some(([kind]) => kind === 11) ? undefined : one)
    },
    'cut-hello': { down: () => undefined },
    'cut-finished': { down: (one, type) => (type === 20 ? undefined : one) }
};

/** The same again and again, until the client hangs up. */
async function flood(socket, one, first = Buffer.alloc(0)) {
    const many = Buffer.concat(Array(100).fill(one));
    socket.write(first);
    while (!socket.destroyed) {
        await new Promise((done) => socket.write(many, done)); // also where it fails
        await sleep(0);
    }
}

/** What servers of bytes alone do once a ClientHello has come; each later record of the client's comes as well. */
const scripts = {
    alert: (socket, hello, number) => socket.write(alert(2, Number(number))),
    close: (socket) => socket.end(),
    reset: (socket) => socket.resetAndDestroy(),
    http: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
    ssl3: (socket) => socket.write(message(2, Buffer.concat([u16(0x0300), random, hex('00 0005 00')]))),
    /** It takes a suite that was never offered to it. */
    suite: (socket, hello, suite) =>
        socket.write(serverHello({ suite: parseInt(suite, 16), extensions: [renegotiationInfo, masterSecret] })),
    compression: (socket) =>
        socket.write(serverHello({ suite: 0xc02b, method: 1, extensions: [renegotiationInfo, masterSecret] })),
    retries: (socket, hello, group) => {
        const one = retry(hello, parseInt(group, 16));
        socket.write(one);
        socket.on('data', () => socket.write(one));
    },
    warnings: (socket) => flood(socket, alert(1, 112)),
    empty: (socket) => flood(socket, record(22, Buffer.alloc(0))),
    'long-record': (socket) => socket.write(record(22, Buffer.alloc(20000, 2))),
    'long-message': (socket) => flood(socket, record(22, Buffer.alloc(1000)), record(22, hex('02 ffffff')))
};

async function startScript(peer, script, arg) {
    const server = net.createServer((socket) => {
        let first = true;
        socket.on(
            'data',
            records((type, one) => {
                peer.bytes += type === 23 ? one.length : 0;
                if (first) {
                    first = false;
                    script(socket, one, arg);
                }
            })
        );
    });
    return listen(server);
}

/**
 * Starts the server of a case: { port, bytes: of a request that have come, error: of the server's, stop() }. what:
 * `tls`, or the name of one of the above, with its argument behind a colon.
 */
export async function startPeer(what, chain, options) {
    const peer = { bytes: 0, error: undefined };
    const [name, arg] = what.split(':');
    const all = { ...chain, ...options };
    let started;
    if (name === 'tls') {
        started = await startTls(peer, all);
    } else if (middles[name]) {
        started = await startRelay(peer, all, middles[name]);
    } else if (scripts[name]) {
        started = await startScript(peer, scripts[name], arg);
    } else {
        throw new Error(`no such peer: ${name}`);
    }
    return Object.assign(peer, started);
}
