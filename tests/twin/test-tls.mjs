// SPDX-License-Identifier: MIT
// The twin serves TLS: its chains, its versions, and the ways in which a connection can end.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault, rawPost, withTwin } from './child.mjs';
import { exitCode, test, Wire } from './wire.mjs';

const folder = mkdtempSync(join(tmpdir(), 'twin-'));
const certs = join(folder, 'certs');
execFileSync('sh', [fileURLToPath(new URL('certs.sh', import.meta.url)), certs]);

for (const kind of ['ec', 'rsa']) {
    await test(`twin/tls/${kind}: a chain of three, both versions, three ways to end`, () =>
        withTwin(['--tls', kind, '--certs', certs], async (twin) => {
            const ca = readFileSync(join(certs, `${kind}-root.pem`));
            for (const version of ['TLSv1.2', 'TLSv1.3']) {
                const wire = await Wire.openTls(twin.port, { ca, minVersion: version, maxVersion: version });
                assert.equal(wire.socket.getProtocol(), version);
                let depth = 1;
                for (
                    let cert = wire.socket.getPeerCertificate(true);
                    cert.issuerCertificate !== cert;
                    cert = cert.issuerCertificate
                ) {
                    depth++;
                }
                assert.equal(depth, 3);
                assert.match((await rawPost(wire, twin, 'tls')).bytes.toString(), /^HTTP\/1.1 201 /);
                const settings = { ca, minVersion: version, maxVersion: version };
                for (const close of ['fin', 'tcp']) {
                    await fault(twin, { cut: 300, close });
                    const { bytes, ended } = await rawPost(
                        await Wire.openTls(twin.port, settings),
                        twin,
                        'tls',
                        3000
                    );
                    assert.deepEqual([bytes.length, ended], [300, 'fin'], `${version} ${close}`);
                }
                // Node reports a reset that comes together with bytes (a ticket) as an end: some tries for it.
                const ends = [];
                for (let tries = 0; tries < 5 && ends.slice(-1)[0] !== 'ECONNRESET'; tries++) {
                    await fault(twin, { cut: 0, close: 'rst', delay_ms: 50 });
                    const wire = await Wire.openTls(twin.port, settings);
                    ends.push((await rawPost(wire, twin, 'tls', 3000)).ended);
                }
                assert.equal(ends.slice(-1)[0], 'ECONNRESET', ends.join());
            }
            await assert.rejects(Wire.openTls(twin.port, {}), /certificate/);
        }));
}

/** Relays to a port and keeps what comes back: { port, records(), close() }; a record is [type, length]. */
async function relay(port) {
    let bytes = Buffer.alloc(0);
    const server = net.createServer({ allowHalfOpen: true }, (near) => {
        const far = net.connect({ port, allowHalfOpen: true });
        far.on('data', (more) => {
            bytes = Buffer.concat([bytes, more]);
        });
        near.pipe(far).pipe(near);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const records = () => {
        const list = [];
        for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
            list.push([bytes[at], bytes.readUInt16BE(at + 3)]);
        }
        return list;
    };
    return { port: server.address().port, records, close: () => server.close() };
}

await test('twin/tls/close_notify comes with "fin", and not with "tcp"', () =>
    withTwin(['--tls', 'ec', '--certs', certs], async (twin) => {
        const ca = readFileSync(join(certs, 'ec-root.pem'));
        // An encrypted alert of two bytes: 1.2 shows its type, 1.3 only its length.
        const alert = { 'TLSv1.2': [21, 26], 'TLSv1.3': [23, 19] };
        for (const version of ['TLSv1.2', 'TLSv1.3']) {
            for (const close of ['fin', 'tcp']) {
                const tap = await relay(twin.port);
                await fault(twin, { cut: 500, close });
                const wire = await Wire.openTls(tap.port, {
                    ca,
                    minVersion: version,
                    maxVersion: version,
                    ciphers: 'ECDHE+AESGCM'
                });
                const { bytes, ended } = await rawPost(wire, twin, 'notify', 3000);
                tap.close();
                assert.deepEqual([bytes.length, ended], [500, 'fin']);
                assert.equal(
                    tap.records().slice(-1).join() === alert[version].join(),
                    close === 'fin',
                    `${version} ${close}: ${tap.records().join(' ')}`
                );
            }
        }
    }));

await test('twin/tls/one version only', async () => {
    for (const [only, other] of [
        ['1.2', '1.3'],
        ['1.3', '1.2']
    ]) {
        await withTwin(['--tls', 'ec', '--certs', certs, '--tls-versions', only], async (twin) => {
            const ca = readFileSync(join(certs, 'ec-root.pem'));
            (await Wire.openTls(twin.port, { ca })).close();
            await assert.rejects(
                Wire.openTls(twin.port, { ca, minVersion: `TLSv${other}`, maxVersion: `TLSv${other}` })
            );
        });
    }
});

rmSync(folder, { recursive: true, force: true });
process.exitCode = exitCode();
