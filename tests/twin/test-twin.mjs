// SPDX-License-Identifier: MIT
// What the recordings cannot say of the twin: that it keeps what it acknowledged, and minds its limits.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { importOf, order, post, rows, startTwin, withTwin } from './child.mjs';
import { jsonError } from './json_error.mjs';
import { ask, exitCode, request, test, Wire } from './wire.mjs';

const folder = mkdtempSync(join(tmpdir(), 'twin-'));

// ---- the store

await test('twin/store/survives a restart', async () => {
    const file = join(folder, 'restart');
    await withTwin(['--store', file], async (twin) => {
        assert.equal((await post(twin, 'a', 'one')).status, 201);
        assert.equal((await post(twin, 'a', 'two')).status, 201);
        assert.equal((await post(twin, 'b')).status, 201);
        assert.equal(
            (await ask(twin.port, 'DELETE', '/connections/b?provider_config_key=github', twin.key)).status,
            200
        );
    });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await withTwin(['--store', file], async (twin) => {
        const [a, ...others] = await rows(twin);
        assert.deepEqual(
            [a.connection_id, a.credentials.access_token, a.posts, others.length],
            ['a', 'two', 2, 0]
        );
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
        for (const enough = 20 * (round + 1); acknowledged.size < enough && going;) {
            await sleep(3);
        }
        await twin.stop('SIGKILL');
        await Promise.all(senders);
    }
    appendFileSync(file, '{"row":{"id":9999,"connec'); // a torn line, as a crash in the middle of a write leaves it
    await withTwin(['--store', file], async (twin) => {
        const kept = new Set((await rows(twin)).map((row) => row.connection_id));
        assert.ok(acknowledged.size >= 60, `only ${acknowledged.size} were acknowledged`);
        assert.deepEqual(
            [...acknowledged].filter((id) => !kept.has(id)),
            []
        );
        assert.equal((await post(twin, 'after')).status, 201);
    });
    readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .forEach((line) => JSON.parse(line));
});

// ---- limits and times

await test('twin/window/429 with whole seconds, and a full bucket afterwards', () =>
    withTwin(['--rate-limit', '3', '--window', '2'], async (twin) => {
        let last;
        for (let i = 0; i < 50 && last?.status !== 429; i++) {
            // a slow machine may see a window end in between
            last = await post(twin, 'w');
        }
        assert.equal(last.status, 429);
        assert.ok(['0', '1', '2'].includes(last.value('retry-after')), last.value('retry-after'));
        assert.equal(
            last.body.toString(),
            '{"error":{"code":"too_many_request","method":"POST","path":"/connections"}}'
        );
        assert.ok(Math.abs(Number(last.value('x-ratelimit-reset')) * 1000 - Date.now()) < 4000);
        await sleep(2100);
        assert.equal((await post(twin, 'w')).status, 201);
        await order(twin, { window: 'end' });
        assert.equal((await post(twin, 'w')).value('x-ratelimit-remaining'), '2');
    }));

await test('twin/keep-alive/an idle connection is closed after its time', () =>
    withTwin(['--keep-alive', '2'], async (twin) => {
        const wire = await Wire.open(twin.port);
        wire.write(request('POST', '/connections', twin.key, importOf('k')));
        const {
            answers: [answer]
        } = await wire.answers(1);
        assert.equal(answer.value('keep-alive'), 'timeout=2');
        assert.equal(await wire.end(10000), 'fin');
        wire.close();
    }));

await test('twin/options/a wrong one is refused with its name', () => {
    for (const [args, words] of [
        [['--upstream', 'x'], /--upstream: one of/],
        [['--window', 'x'], /--window: not a number/],
        [['--host', '0.0.0.0'], /--host: only/],
        [['--fault', '{"cut":"x"}'], /fault: cut/]
    ]) {
        const run = () =>
            execFileSync(process.execPath, [fileURLToPath(new URL('server.mjs', import.meta.url)), ...args], {
                stdio: 'pipe'
            });
        assert.throws(
            run,
            (error) => error.status === 2 && words.test(error.stderr.toString()),
            args.join(' ')
        );
    }
});

// ---- what is ours in it

await test('twin/json/the words for a text that is not JSON', () => {
    const texts = [
        '{',
        '[1,',
        '[1 2]',
        '{"a" 1}',
        '{"a":1,}',
        '{"a":1 "b":2}',
        '["\\x"]',
        '["\\u12g4"]',
        '["a\nb"]',
        '[-]',
        '[1.]',
        '[1e]',
        '[01]',
        '[tru]',
        '[truu]',
        '[1,2,3,4,5,6,7,8,9,10,11,x,12,13,14,15,16,17,18,19,20]',
        '{"a":"b"',
        '[1]]',
        '["a',
        '["\\',
        '[1\n\n,x]',
        '{"a":1} x'
    ];
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
        assert.ok(
            !modern || mine === words || mine.replace(/ \(line \d+ column \d+\)$/, '') === words,
            `${text}: ${mine}, not ${words}`
        );
    }
    assert.equal(jsonError('{"a":[1,-0.5e3,true,null,"\\u00e9\\n"]}', true), undefined);
    assert.equal(
        jsonError('{"a":1} x', true),
        'Unexpected non-whitespace character after JSON at position 8 (line 1 column 9)'
    );
});

rmSync(folder, { recursive: true, force: true });
process.exitCode = exitCode();
