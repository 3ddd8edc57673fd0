// SPDX-License-Identifier: MIT
// The twin misbehaves as it is told, and only then.
import { strict as assert } from 'node:assert';
import { fault, importOf, order, post, rawPost, stored, startTwin, withTwin } from './child.mjs';
import { answersIn, ask, exitCode, request, test, Wire } from './wire.mjs';

const plain = await startTwin('--rate-limit', '100000', '--keep-alive', '60');
const open = () => Wire.open(plain.port);

await test('twin/fault/the answer is cut where it says, with the row written', async () => {
    const whole = (await rawPost(await open(), plain, 'cut')).bytes.length;
    const cuts = [0, 1, 12, whole - 1, whole, whole + 1, -1, -30, -whole];
    for (let cut = 97; cut < whole; cut += 97) {
        cuts.push(cut);
    }
    const before = (await stored(plain, 'cut')).posts;
    for (const cut of cuts) {
        await fault(plain, { cut, match: { path: '/connections' } });
        const { bytes, ended } = await rawPost(await open(), plain, 'cut', 3000);
        const wanted = cut < 0 ? whole + cut : Math.min(cut, whole);
        assert.deepEqual([bytes.length, ended], [wanted, 'fin'], `cut ${cut} of ${whole}`);
    }
    assert.equal((await stored(plain, 'cut')).posts, before + cuts.length);
});

await test('twin/fault/reset', async () => {
    // With bytes in front of it this side's Node may report a reset as an end.
    for (const [cut, ends] of [
        [0, ['ECONNRESET']],
        [100, ['ECONNRESET', 'fin']]
    ]) {
        await fault(plain, { cut, close: 'rst' });
        const { bytes, ended } = await rawPost(await open(), plain, 'reset', 3000);
        assert.ok(bytes.length === cut && ends.includes(ended), `${bytes.length} bytes, ${ended}`);
    }
});

await test('twin/fault/429, 401, 500 before and after the write', async () => {
    const answers = [
        [429, { 'Retry-After': '1' }],
        [401, {}],
        [500, {}],
        [503, {}]
    ];
    for (const [status, headers] of answers) {
        for (const when of ['before', 'after']) {
            const id = `${status}-${when}`;
            await fault(plain, { when, answer: { status, headers, body: { error: { code: 'made' } } } });
            const answer = await post(plain, id);
            assert.deepEqual(
                [answer.status, answer.json.error.code, answer.value('retry-after')],
                [status, 'made', headers['Retry-After']]
            );
            assert.equal((await stored(plain, id)) !== undefined, when === 'after', id);
            assert.equal((await post(plain, id)).status, 201, 'one request only');
        }
    }
});

await test('twin/fault/an answer before the body was read', async () => {
    await fault(plain, {
        early: true,
        answer: { status: 401, body: { error: { code: 'early' } } },
        close: 'fin'
    });
    const wire = await open();
    wire.write('POST /connections HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{');
    const {
        answers: [answer]
    } = await wire.answers(1);
    assert.equal(answer.status, 401);
    assert.notEqual(await wire.end(), undefined);
    wire.close();
});

await test('twin/fault/silent, with and without the write', async () => {
    for (const when of ['before', 'after']) {
        await fault(plain, { silent: true, when });
        const wire = await open();
        const id = `silent-${when}`;
        wire.write(request('POST', '/connections', plain.key, importOf(id)));
        await wire.end(150);
        for (let tries = 0; when === 'after' && tries < 100 && !(await stored(plain, id)); tries++) {
            await wire.end(50);
        }
        assert.deepEqual([wire.bytes.length, wire.ended], [0, undefined]);
        wire.close();
        assert.equal((await stored(plain, id)) !== undefined, when === 'after', id);
    }
});

await test('twin/fault/delay, drip, interim, chunked, without a length, padded', async () => {
    const wanted = (await post(plain, 'shape')).body.toString().replace(/"updated_at":"[^"]*"/, '');
    for (const how of [
        { delay_ms: 30 },
        { drip: { bytes: 100, ms: 1 } },
        { chunked: 7 },
        { until_close: true },
        { until_close: true, drip: { bytes: 500, ms: 2 } }
    ]) {
        await fault(plain, how);
        const { bytes, ended } = await rawPost(await open(), plain, 'shape', how.until_close ? 3000 : 20);
        const {
            answers: [answer],
            rest
        } = answersIn(bytes, { ended: ended !== undefined });
        assert.equal(answer.body.toString().replace(/"updated_at":"[^"]*"/, ''), wanted, JSON.stringify(how));
        assert.equal(rest.length, 0);
        assert.equal(answer.value('content-length') === undefined, Boolean(how.chunked || how.until_close));
        assert.equal(ended, how.until_close ? 'fin' : undefined);
        assert.ok(!how.chunked || answer.chunks.slice(0, -1).every((chunk) => chunk.length === 7));
    }
    await fault(plain, { interim: [103, 100, 102] });
    const { bytes } = await rawPost(await open(), plain, 'shape');
    assert.deepEqual(
        answersIn(bytes).answers.map(({ status }) => status),
        [103, 100, 102, 201]
    );
    await fault(plain, { pad: 1 << 20 });
    const padded = await post(plain, 'shape');
    assert.equal(
        padded.body.length,
        wanted.length + '"updated_at":""'.length + 24 + (1 << 20) - 1,
        'the pad and its member'
    );
    assert.equal((await post(plain, 'shape')).json.metadata.pad, undefined, 'it was not stored');
});

await test('twin/fault/only the requests that it names, and as often as it says', async () => {
    const answer = { status: 500 };
    await fault(
        plain,
        { match: { method: 'PUT' }, answer },
        { match: { path: '/connections' }, skip: 2, count: 2, answer }
    );
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
        await withTwin(
            ['--seed', seed, '--fault', '{"probability":0.5,"answer":{"status":500}}'],
            async (twin) => {
                for (let i = 0; i < 20; i++) {
                    seen.push((await post(twin, 'p')).status);
                }
            }
        );
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

process.exitCode = exitCode();
