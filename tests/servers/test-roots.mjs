// SPDX-License-Identifier: MIT
// nangoc roots HOST: the roots that a device needs, as C and as PEM, out of a bundle of many.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { events, file, folder, nangoc } from '../cli/cli.mjs';
import { exitCode, test } from '../twin/wire.mjs';
import { Maker } from './certs.mjs';
import { startPeer } from './peers.mjs';

const include = fileURLToPath(new URL('../../include', import.meta.url));
const maker = new Maker(join(folder, 'roots'));
const names = ['leaf', 'ca', 'root'];
const ec = await maker.chain(names, {}, ['leaf', 'ca'], ['root']);
const old = { leaf: { key: 'rsa2048' }, ca: { key: 'rsa2048' }, root: { key: 'rsa2048', md: 'sha1', cn: 'Old *\\/ root' } };
const rsa = await maker.chain(names, old, ['leaf', 'ca'], ['root']);
const pem = (chain) => readFileSync(chain.trust, 'utf8');
const system = '/etc/ssl/certs/ca-certificates.crt';
const many = existsSync(system) ? readFileSync(system, 'utf8') : pem(await maker.chain(['root2'], {}, [], ['root2']));
const bundle = file('bundle.pem', `${many}\n${pem(ec)}\n${pem(rsa)}`);

/** What it prints: { out, pems, arrays }. */
async function roots(port, args = ['--ca', bundle]) {
    const { code, out, err } = await nangoc(['roots', `localhost:${port}`, ...args]);
    assert.equal(code, 0, err);
    const pems = out.match(/-----BEGIN[^]*?END CERTIFICATE-----\n/g);
    const arrays = [...out.matchAll(/root_\d\[(\d+)\] = \{([^}]*)\}/g)].map(([, length, text]) => {
        const bytes = Buffer.from(text.match(/0x../g).map(Number));
        assert.equal(bytes.length, Number(length));
        return bytes;
    });
    const flags = ['-Wall', '-Wextra', '-Wno-unused', '-Werror', '-fsyntax-only', `-I${include}`, '-x', 'c'];
    execFileSync('cc', [...flags, file('r.c', out)], { stdio: 'pipe' });
    return { out, pems, arrays };
}

const der = (chain) => new X509Certificate(pem(chain)).raw;

for (const [name, chain, kind] of [['ECDSA', ec, 'ECDSA'], ['RSA, signed by itself with SHA-1', rsa, 'RSA']]) {
    await test(`roots: of a server with ${name}`, async () => {
        const peer = await startPeer('tls', chain, {});
        const { out, pems, arrays } = await roots(peer.port);
        assert.deepEqual(arrays, [der(chain)]);
        assert.deepEqual(pems.map((one) => new X509Certificate(one).raw), [der(chain)]);
        const { validTo } = new X509Certificate(pem(chain));
        assert(out.includes(`until ${new Date(validTo).toISOString().slice(0, 10)}, for the chain of ${kind}\n`), out);
        assert.equal(peer.bytes, 0);
        const again = file('roots.c', out); // C, and PEM too
        const args = ['--ca', again, '--integration', 'github', '--id', 'one', '--access-token', `@${file('t', 'token')}`];
        const got = await events(args, { url: `https://localhost:${peer.port}` });
        assert.equal(got.events[0].outcome, 'DONE', JSON.stringify(got));
        peer.stop();
    });
}

await test('roots: of a server with a certificate of each kind', async () => {
    const server = tls.createServer({ cert: [ec.cert, rsa.cert], key: [ec.key, rsa.key] });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { out, arrays } = await roots(server.address().port);
    server.close();
    assert.deepEqual(arrays, [der(ec), der(rsa)]);
    assert.match(out, /\{root_1, sizeof root_1\},\n {4}\{root_2, sizeof root_2\},\n\};\n$/);
});

await test('roots: why there is none', async () => {
    const peer = await startPeer('tls', ec, {});
    const cases = [
        [[`localhost:${peer.port}`, '--ca', rsa.trust], 4, /signed by nobody in /],
        [['localhost:1', '--ca', bundle], 4, /could be reached/],
        [[], 2, /roots HOST/],
        [['http://localhost', '--ca', bundle], 2, /plain http/],
        [['ftp://localhost', '--ca', bundle], 2, /^nangoc: ftp:\/\/localhost: its scheme/]
    ];
    for (const [args, status, says] of cases) {
        const { code, out, err } = await nangoc(['roots', ...args]);
        assert.deepEqual([code, out], [status, ''], err);
        assert.match(err, says);
    }
    peer.stop();
});
process.exit(exitCode());
