// SPDX-License-Identifier: MIT
// What the recordings cannot say of the twin: that it keeps what it acknowledged, misbehaves as told, and serves TLS.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jsonError } from './json_error.mjs';
import { answersIn, ask, exitCode, request, startTwin, test, Wire } from './wire.mjs';

const folder = mkdtempSync(join(tmpdir(), 'twin-'));
const certs = join(folder, 'certs');
execFileSync('sh', [fileURLToPath(new URL('certs.sh', import.meta.url)), certs]);

const body = (connection_id, access_token = 'token') => ({
    provider_config_key: 'github', connection_id, credentials: { type: 'OAUTH2', access_token }
});
const post = (twin, id, token) => ask(twin.port, 'POST', '/connections', twin.key, body(id, token));
const order = async (twin, what) => {
    const { status, json } = await ask(twin.control, 'POST', '/_twin/control', undefined, what);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
};
const rows = async (twin) => (await ask(twin.control, 'GET', '/_twin/connections')).json;
const fault = (twin, ...faults) => order(twin, { clear: true, faults });

/** Runs with a twin of its own. */
async function withTwin(args, run) {
    const twin = await startTwin(...args);
    try {
        await run(twin);
    } finally {
        await twin.stop();
    }
}

/** One POST of `id` on a fresh connection, raw: the bytes that came and how it ended (undefined: still open after 50 ms). */
async function rawPost(wire, twin, id, wait_ms = 50) {
    wire.write(request('POST', '/connections', twin.key, body(id)));
    await wire.answers(1, { limit_ms: 3000 });
    const ended = await wire.end(wait_ms);
    wire.close();
    return { bytes: wire.bytes, ended };
}

// ---- the store

await test('twin/store/survives a restart', async () => {
    const file = join(folder, 'restart');
    await withTwin(['--store', file], async (twin) => {
        assert.equal((await post(twin, 'a', 'one')).status, 201);
        assert.equal((await post(twin, 'a', 'two')).status, 201);
        assert.equal((await post(twin, 'b')).status, 201);
        assert.equal((await ask(twin.port, 'DELETE', '/connections/b?provider_config_key=github', twin.key)).status, 200);
    });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await withTwin(['--store', file], async (twin) => {
        const [a, ...others] = await rows(twin);
        assert.deepEqual([a.connection_id, a.credentials.access_token, a.posts, others.length], ['a', 'two', 2, 0]);
        assert.equal((await post(twin, 'c')).json.id, 3, 'no id comes twice, not even that of a deleted row');
    });
});

await test('twin/store/keeps what it acknowledged when it is killed', async () => {
    const file = join(folder, 'killed');
    const acknowledged = new Set();
    for (let round = 0; round < 3; round++) {
        const twin = await startTwin('--store', file, '--rate-limit', '100000');
        let going = true;
        const senders = [0, 1, 2].map(async (sender) => {
            for (let i = 0; going; i++) {
                const id = `${round}-${sender}-${i}`;
                try {
                    acknowledged.add((await post(twin, id)).json.connection_id);
                } catch {
                    going = false; // killed meanwhile
                }
            }
        });
        await sleep(150 + 50 * round);
        await twin.stop('SIGKILL');
        await Promise.all(senders);
    }
    appendFileSync(file, '{"row":{"id":9999,"connec'); // a torn line, as a crash in the middle of a write leaves it
    await withTwin(['--store', file], async (twin) => {
        const kept = new Set((await rows(twin)).map((row) => row.connection_id));
        assert.ok(acknowledged.size > 20, `only ${acknowledged.size} were acknowledged`);
        assert.deepEqual([...acknowledged].filter((id) => !kept.has(id)), []);
        assert.equal((await post(twin, 'after')).status, 201);
    });
    readFileSync(file, 'utf8').trimEnd().split('\n').forEach((line) => JSON.parse(line));
});

// ---- limits and times

await test('twin/window/429 with whole seconds, and a full bucket afterwards', () => withTwin(['--rate-limit', '3', '--window', '2'], async (twin) => {
    let last;
    for (let i = 0; i < 50 && last?.status !== 429; i++) { // a slow machine may see a window end in between
        last = await post(twin, 'w');
    }
    assert.equal(last.status, 429);
    assert.ok(['0', '1', '2'].includes(last.value('retry-after')), last.value('retry-after'));
    assert.equal(last.body.toString(), '{"error":{"code":"too_many_request","method":"POST","path":"/connections"}}');
    assert.ok(Math.abs(Number(last.value('x-ratelimit-reset')) * 1000 - Date.now()) < 4000);
    await sleep(2100);
    assert.equal((await post(twin, 'w')).status, 201);
    await order(twin, { window: 'end' });
    assert.equal((await post(twin, 'w')).value('x-ratelimit-remaining'), '2');
}));

await test('twin/keep-alive/an idle connection is closed after its time', () => withTwin(['--keep-alive', '2'], async (twin) => {
    const wire = await Wire.open(twin.port);
    wire.write(request('POST', '/connections', twin.key, body('k')));
    const { answers: [answer] } = await wire.answers(1);
    assert.equal(answer.value('keep-alive'), 'timeout=2');
    assert.equal(await wire.end(10000), 'fin');
    wire.close();
}));

await test('twin/options/a wrong one is refused with its name', () => {
    for (const [args, words] of [[['--upstream', 'x'], /--upstream: one of/], [['--window', 'x'], /--window: not a number/],
        [['--host', '0.0.0.0'], /--host: only/], [['--fault', '{"cut":"x"}'], /fault: cut/]]) {
        const run = () => execFileSync(process.execPath, [fileURLToPath(new URL('server.mjs', import.meta.url)), ...args], { stdio: 'pipe' });
        assert.throws(run, (error) => error.status === 2 && words.test(error.stderr.toString()), args.join(' '));
    }
});

// ---- faults

const plain = await startTwin('--rate-limit', '100000', '--keep-alive', '60');
const normal = (await rawPost(await Wire.open(plain.port), plain, 'normal')).bytes;

await test('twin/fault/cut at every byte, with the row written', async () => {
    await post(plain, 'cut');
    const before = (await rows(plain)).find((row) => row.connection_id === 'cut').posts;
    const cuts = [0, 1, 12, 200, normal.length - 1, -1, -30];
    for (const cut of cuts) {
        await fault(plain, { cut, match: { path: '/connections' } });
        const { bytes, ended } = await rawPost(await Wire.open(plain.port), plain, 'cut', 3000);
        const whole = normal.length - 2 * ('normal'.length - 'cut'.length) / 2;
        const length = cut >= 0 ? cut : whole + cut;
        assert.ok(Math.abs(bytes.length - length) <= 3, `cut ${cut}: ${bytes.length} bytes of ${whole}`);
        assert.ok(cut < 0 || bytes.length === cut || bytes.length === whole, `cut ${cut}: ${bytes.length}`);
        assert.equal(ended, 'fin');
    }
    assert.equal((await rows(plain)).find((row) => row.connection_id === 'cut').posts, before + cuts.length);
});

await test('twin/fault/reset', async () => {
    // With bytes in front of it this side's Node may report a reset as an end.
    for (const [cut, ends] of [[0, ['ECONNRESET']], [100, ['ECONNRESET', 'fin']]]) {
        await fault(plain, { cut, close: 'rst' });
        const { bytes, ended } = await rawPost(await Wire.open(plain.port), plain, 'reset', 3000);
        assert.ok(bytes.length === cut && ends.includes(ended), `${bytes.length} bytes, ${ended}`);
    }
});

await test('twin/fault/429, 401, 500 before and after the write', async () => {
    const answers = [[429, { 'Retry-After': '1' }], [401, {}], [500, {}], [503, {}]];
    for (const [status, headers] of answers) {
        for (const when of ['before', 'after']) {
            const id = `${status}-${when}`;
            await fault(plain, { when, answer: { status, headers, body: { error: { code: 'made' } } } });
            const answer = await post(plain, id);
            assert.deepEqual([answer.status, answer.json.error.code, answer.value('retry-after')], [status, 'made', headers['Retry-After']]);
            assert.equal((await rows(plain)).some((row) => row.connection_id === id), when === 'after', id);
            assert.equal((await post(plain, id)).status, 201, 'one request only');
        }
    }
});

await test('twin/fault/an answer before the body was read', async () => {
    await fault(plain, { early: true, answer: { status: 401, body: { error: { code: 'early' } } }, close: 'fin' });
    const wire = await Wire.open(plain.port);
    wire.write('POST /connections HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{');
    const { answers: [answer] } = await wire.answers(1);
    assert.equal(answer.status, 401);
    assert.notEqual(await wire.end(), undefined);
    wire.close();
});

await test('twin/fault/silent, with and without the write', async () => {
    for (const when of ['before', 'after']) {
        await fault(plain, { silent: true, when });
        const wire = await Wire.open(plain.port);
        wire.write(request('POST', '/connections', plain.key, body(`silent-${when}`)));
        await wire.end(150);
        assert.deepEqual([wire.bytes.length, wire.ended], [0, undefined]);
        wire.close();
        assert.equal((await rows(plain)).some((row) => row.connection_id === `silent-${when}`), when === 'after');
    }
});

await test('twin/fault/delay, drip, interim, chunked, without a length, padded', async () => {
    const wanted = (await post(plain, 'shape')).body.toString().replace(/"updated_at":"[^"]*"/, '');
    for (const how of [{ delay_ms: 30 }, { drip: { bytes: 100, ms: 1 } }, { chunked: 7 }, { until_close: true }, { until_close: true, drip: { bytes: 500, ms: 2 } }]) {
        await fault(plain, how);
        const { bytes, ended } = await rawPost(await Wire.open(plain.port), plain, 'shape', how.until_close ? 3000 : 20);
        const { answers: [answer], rest } = answersIn(bytes, { ended: ended !== undefined });
        assert.equal(answer.body.toString().replace(/"updated_at":"[^"]*"/, ''), wanted, JSON.stringify(how));
        assert.equal(rest.length, 0);
        assert.equal(answer.value('content-length') === undefined, Boolean(how.chunked || how.until_close));
        assert.equal(ended, how.until_close ? 'fin' : undefined);
        assert.ok(!how.chunked || answer.chunks.slice(0, -1).every((chunk) => chunk.length === 7));
    }
    await fault(plain, { interim: [103, 100, 102] });
    const { bytes } = await rawPost(await Wire.open(plain.port), plain, 'shape');
    assert.deepEqual(answersIn(bytes).answers.map(({ status }) => status), [103, 100, 102, 201]);
    await fault(plain, { pad: 1 << 20 });
    const padded = await post(plain, 'shape');
    assert.equal(padded.body.length, wanted.length + '"updated_at":""'.length + 24 + (1 << 20) - 1, 'the pad and its member');
    assert.equal((await post(plain, 'shape')).json.metadata.pad, undefined, 'it was not stored');
});

await test('twin/fault/only the requests that it names, and as often as it says', async () => {
    const answer = { status: 500 };
    await fault(plain, { match: { method: 'PUT' }, answer }, { match: { path: '/connections' }, skip: 2, count: 2, answer });
    const seen = [];
    for (let i = 0; i < 6; i++) {
        seen.push((await post(plain, 'named')).status);
    }
    assert.deepEqual(seen, [201, 201, 500, 500, 201, 201]);
    const bad = await ask(plain.control, 'POST', '/_twin/control', undefined, { faults: [{ cutt: 1 }] });
    assert.deepEqual([bad.status, bad.json.error], [400, 'fault: : Unrecognized key: "cutt"']);
});

await test('twin/fault/a probability gives the same faults for the same seed', async () => {
    const run = async (seed) => {
        const seen = [];
        await withTwin(['--seed', seed, '--fault', '{"probability":0.5,"answer":{"status":500}}'], async (twin) => {
            for (let i = 0; i < 20; i++) {
                seen.push((await post(twin, 'p')).status);
            }
        });
        return seen.join();
    };
    const [one, again, other] = [await run('7'), await run('7'), await run('8')];
    assert.equal(one, again);
    assert.notEqual(one, other);
    assert.match(one, /201.*500|500.*201/);
});

await test('twin/control/shows the requests as they came', async () => {
    await order(plain, { clear: true, forget: true });
    const text = '{ "provider_config_key":"github",\n "credentials":{"type":"OAUTH2","access_token":"ü"} }';
    await ask(plain.port, 'POST', '/connections', plain.key, text, { 'X-Case': 'Kept' });
    const list = (await ask(plain.control, 'GET', '/_twin/requests')).json;
    assert.equal(list.length, 1);
    assert.deepEqual([list[0].body, list[0].length, list[0].status], [text, Buffer.byteLength(text), 201]);
    assert.ok(list[0].headers.some(([name, value]) => name === 'X-Case' && value === 'Kept'));
});
await plain.stop();

// ---- TLS

for (const kind of ['ec', 'rsa']) {
    await test(`twin/tls/${kind}: a chain of three, both versions, three ways to end`, () => withTwin(['--tls', kind, '--certs', certs], async (twin) => {
        const ca = readFileSync(join(certs, `${kind}-root.pem`));
        for (const version of ['TLSv1.2', 'TLSv1.3']) {
            const wire = await Wire.openTls(twin.port, { ca, minVersion: version, maxVersion: version });
            assert.equal(wire.socket.getProtocol(), version);
            let depth = 1;
            for (let cert = wire.socket.getPeerCertificate(true); cert.issuerCertificate !== cert; cert = cert.issuerCertificate) {
                depth++;
            }
            assert.equal(depth, 3);
            assert.match((await rawPost(wire, twin, 'tls')).bytes.toString(), /^HTTP\/1.1 201 /);
            for (const [close, cut, end] of [['fin', 300, 'fin'], ['tcp', 300, 'fin'], ['rst', 0, 'ECONNRESET']]) {
                await fault(twin, { cut, close });
                const { bytes, ended } = await rawPost(await Wire.openTls(twin.port, { ca, minVersion: version, maxVersion: version }), twin, 'tls', 3000);
                assert.deepEqual([bytes.length, ended], [cut, end], `${version} ${close}`);
            }
        }
        await assert.rejects(Wire.openTls(twin.port, {}), /certificate/);
    }));
}

/** Relays to a port and keeps what comes back: { port, records(), close() }; a record is [type, length]. */
async function relay(port) {
    let bytes = Buffer.alloc(0);
    const server = net.createServer({ allowHalfOpen: true }, (near) => {
        const far = net.connect({ port, allowHalfOpen: true });
        far.on('data', (more) => { bytes = Buffer.concat([bytes, more]); });
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

await test('twin/tls/close_notify comes with "fin", and not with "tcp"', () => withTwin(['--tls', 'ec', '--certs', certs], async (twin) => {
    const ca = readFileSync(join(certs, 'ec-root.pem'));
    // An encrypted alert of two bytes: 1.2 shows its type, 1.3 only its length.
    const alert = { 'TLSv1.2': [21, 26], 'TLSv1.3': [23, 19] };
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        for (const close of ['fin', 'tcp']) {
            const tap = await relay(twin.port);
            await fault(twin, { cut: 500, close });
            const wire = await Wire.openTls(tap.port, { ca, minVersion: version, maxVersion: version, ciphers: 'ECDHE+AESGCM' });
            const { bytes, ended } = await rawPost(wire, twin, 'notify', 3000);
            tap.close();
            assert.deepEqual([bytes.length, ended], [500, 'fin']);
            assert.equal(tap.records().slice(-1).join() === alert[version].join(), close === 'fin', `${version} ${close}: ${tap.records().join(' ')}`);
        }
    }
}));

await test('twin/tls/one version only', async () => {
    for (const [only, other] of [['1.2', '1.3'], ['1.3', '1.2']]) {
        await withTwin(['--tls', 'ec', '--certs', certs, '--tls-versions', only], async (twin) => {
            const ca = readFileSync(join(certs, 'ec-root.pem'));
            (await Wire.openTls(twin.port, { ca })).close();
            await assert.rejects(Wire.openTls(twin.port, { ca, minVersion: `TLSv${other}`, maxVersion: `TLSv${other}` }));
        });
    }
});

// ---- what is ours in it

await test('twin/json/the words for a text that is not JSON', () => {
    const texts = ['{', '[1,', '[1 2]', '{"a" 1}', '{"a":1,}', '{"a":1 "b":2}', '["\\x"]', '["\\u12g4"]', '["a\nb"]', '[-]', '[1.]', '[1e]', '[01]',
        '[tru]', '[truu]', '[1,2,3,4,5,6,7,8,9,10,11,x,12,13,14,15,16,17,18,19,20]', '{"a":"b"', '[1]]', '["a', '["\\', '[1\n\n,x]', '{"a":1} x'];
    const modern = Number(process.versions.node.split('.')[0]) >= 20;
    for (const text of texts) {
        let words;
        try {
            JSON.parse(text);
        } catch (error) {
            words = error.message;
        }
        const mine = jsonError(text, true);
        assert.ok(mine, text);
        assert.ok(!modern || mine === words || mine.replace(/ \(line \d+ column \d+\)$/, '') === words, `${text}: ${mine}, not ${words}`);
    }
    assert.equal(jsonError('{"a":[1,-0.5e3,true,null,"\\u00e9\\n"]}', true), undefined);
    assert.equal(jsonError('{"a":1} x', true), 'Unexpected non-whitespace character after JSON at position 8 (line 1 column 9)');
});

rmSync(folder, { recursive: true, force: true });
process.exitCode = exitCode();
