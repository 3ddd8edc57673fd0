// SPDX-License-Identifier: MIT
// Bodies and answers far larger than every buffer of the program (its work buffer has 1 KB): metadata of 1
// MB and 10 MB, answers of 66 KB and 1 MB, in any framing; and what this costs in memory.
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { order } from '../twin/child.mjs';
import { exitCode, skip, test } from '../twin/wire.mjs';
import { events, file, forget, line, nangoc, requests, start, startServer } from './cli.mjs';

const twin = await startServer();
const { url } = twin;
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** JSON text of about so many bytes, with everything in it. */
function metadata(size) {
    const one = JSON.stringify({ text: 'grüße, "日本" \\ \u0001', n: -1.5e-7, list: [true, null, {}] });
    const count = Math.ceil(size / (one.length + 12));
    return `{${Array.from({ length: count }, (_, i) => `"key${i}": ${one}`).join(',\n')}}`;
}

for (const mega of [1, 10]) {
    const text = metadata(mega << 20);
    const path = file(`metadata-${mega}.json`, text);
    const access = `@${file('access', 'token')}`;
    await test(`cli/large: ${mega} MB of metadata, from a flag and in a line`, async () => {
        await forget(twin);
        const flags = await nangoc(
            [
                'import',
                '--integration',
                'github',
                '--id',
                'big',
                '--access-token',
                access,
                '--metadata',
                `@${path}`,
                '--timeout',
                '120'
            ],
            { url }
        );
        assert.equal(flags.code, 0, flags.out + flags.err);
        const body = `{"provider_config_key":"github","connection_id":"big","credentials":{"type":"OAUTH2","access_token":"token"},"metadata":${text.replace(/\n/g, ' ')}}`;
        const lines = await nangoc(
            ['import', file('big.jsonl', `${body}\n${line('small')}\n`), '--timeout', '120'],
            { url }
        );
        assert.equal(lines.code, 0, lines.out + lines.err);
        const [first, second, third] = await requests(twin);
        assert.deepEqual([second.length, second.sha256], [Buffer.byteLength(body), hash(body)]);
        assert.deepEqual(
            [first.length, first.sha256],
            [Buffer.byteLength(body), hash(body.replace(text.replace(/\n/g, ' '), text))]
        );
        assert.equal(JSON.parse(third.body).connection_id, 'small');
    });
}

for (const pad of [66000, 1 << 20]) {
    for (const framing of [
        {},
        { chunked: 4096 },
        { chunked: 7000, interim: [103, 100] },
        { until_close: true, close: 'fin' }
    ]) {
        await test(`cli/large: an answer of ${pad} bytes ${JSON.stringify(framing)}`, async () => {
            await order(twin, { clear: true, faults: [{ pad, ...framing }] });
            const {
                code,
                events: [event, next]
            } = await events(['-'], { url, input: `${line('padded')}\n${line('next')}\n` });
            assert.equal(code, 0);
            assert(
                event.outcome === 'DONE' && event.id > 0 && next.outcome === 'DONE',
                JSON.stringify(event)
            );
        });
    }
}

await test('cli/large: tokens at their limit', async () => {
    const token = 'é'.repeat(16384);
    await forget(twin);
    const { code, out } = await nangoc(
        [
            'import',
            '--integration',
            'github',
            '--id',
            'limit',
            '--access-token',
            `@${file('a', token)}`,
            '--refresh-token',
            `@${file('r', token)}`,
            '--expires-at',
            '2031-02-03T04:05:06Z'
        ],
        { url }
    );
    assert.equal(code, 0, out);
    assert.equal(JSON.parse((await requests(twin))[0].body).credentials.refresh_token, token);
});

if (process.platform === 'linux') {
    await test('cli/large: a file of 20,000 lines takes no more memory than one of 20', async () => {
        const peak = async (count) => {
            const text = Array.from({ length: count }, (_, i) => `${line(`n${i}`, { no: 1 })}\n`).join(''); // refused here
            const run = start(['import', file('many.jsonl', `${text}${line('last')}\n`)], { url });
            await order(twin, { clear: true, faults: [{ delay_ms: 1500 }] });
            let kb = 0;
            for (const end = Date.now() + 60000; kb === 0 && Date.now() < end;) {
                await new Promise((resolve) => setTimeout(resolve, 20));
                if (run.out.split('\n').length > count) {
                    kb = Number(
                        /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${run.child.pid}/status`, 'utf8'))[1]
                    );
                }
            }
            await run.ended;
            assert(kb > 0);
            return kb;
        };
        const small = await peak(20);
        const large = await peak(20000);
        assert(large < small + 300, `${small} KB, ${large} KB`);
    });
} else {
    skip('cli/large: memory', 'no /proc on this system');
}

await twin.stop();
process.exit(exitCode());
