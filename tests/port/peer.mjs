// SPDX-License-Identifier: MIT
// node peer.mjs [ADDRESS [PORT]]: the other end of tests/port/acceptance.c. Listens (127.0.0.1, a port that the kernel
// chooses), prints the port, and does with each connection what its first line says. Ends when its input ends.
import net from 'node:net';
import { pathToFileURL } from 'node:url';

const pattern = (len) => Buffer.from(Uint8Array.from({ length: len }, (_, i) => (7 * i + (i >> 8)) & 255));

let kept = Promise.resolve(''); // what the last `keep` came to

const verbs = {
    /** N bytes, then the FIN. */
    source: (socket, n) => socket.end(pattern(Number(n))),
    /** Three bytes, then a RST. */
    rst: (socket) => socket.write('bye', () => setTimeout(() => socket.resetAndDestroy(), 50)),
    /** One byte, after a while. */
    later: (socket, ms) => setTimeout(() => socket.write('x'), Number(ms)),
    /** A port where nobody listens. */
    closed: (socket) => {
        const probe = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => socket.write(`${port}\n`));
        });
    },
    /** Takes nothing for a while, then N bytes, and says whether they are right. */
    sink: (socket, n, ms, rest) => {
        const parts = [rest];
        let len = rest.length;
        socket.pause();
        setTimeout(() => socket.resume(), Number(ms));
        socket.on('data', (part) => {
            parts.push(part);
            len += part.length;
            if (len >= Number(n)) {
                socket.write(Buffer.concat(parts).equals(pattern(Number(n))) ? 'ok\n' : 'bad\n');
            }
        });
    },
    /** Takes all until the end. */
    keep: (socket, rest) => {
        let len = rest.length;
        kept = new Promise((resolve) => {
            socket.on('data', (part) => { len += part.length; });
            socket.on('end', () => resolve(`${len} fin`)).on('error', () => resolve(`${len} rst`));
        });
    },
    /** What that came to. */
    last: async (socket) => socket.write(`${await kept}\n`),
};

export function startPeer(address = '127.0.0.1', port = 0) {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        let head = Buffer.alloc(0);
        const first = (part) => {
            head = Buffer.concat([head, part]);
            const end = head.indexOf(10);
            if (end >= 0) {
                socket.off('data', first);
                const [verb, ...args] = head.toString('latin1', 0, end).split(' ');
                verbs[verb]?.(socket, ...args, head.subarray(end + 1));
            }
        };
        socket.on('data', first).on('error', () => {}).on('end', () => socket.end());
    });
    return new Promise((resolve) => server.listen(port, address, () => resolve(server)));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const server = await startPeer(process.argv[2], Number(process.argv[3] ?? 0));
    console.log(server.address().port);
    process.stdin.on('end', () => process.exit(0)).resume();
}
