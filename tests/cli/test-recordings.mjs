// SPDX-License-Identifier: MIT
// For each recorded POST /connections that the real server answered with 201: the same body through nangoc
// import makes a request whose JSON equals the recorded one as a value, apart from a connection_id that was
// made. Bodies that a careful client refuses are listed by name.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { fixtures, load, names, present } from '../twin/recorded.mjs';
import { exitCode, skip, test } from '../twin/wire.mjs';
import { events, file, forget, requests, startServer } from './cli.mjs';

// name: the error. The server took these, and stored something else than was meant, or what its other calls
// refuse.
const refused = {
    'ok-expires-null': 'KIND', // becomes 1970
    'ok-expires-bool': 'KIND', // becomes 1970
    'ok-expires-date-only': 'TIME', // whose midnight?
    'ok-connection-id-newline': 'CONTROL',
    'ok-invalid-utf8': 'JSON_UTF8'
};

const note = /\.\.\.\[the letter m repeated \d+ times\]\.\.\./;
const isWhole = (name) =>
    !note.test(
        readFileSync(
            fileURLToPath(new URL(`../../../shared/recordings/${name}.request`, import.meta.url)),
            'latin1'
        )
    );

function dechunk(bytes, from) {
    const parts = [];
    for (let at = from; ;) {
        const end = bytes.indexOf('\r\n', at);
        const size = parseInt(bytes.toString('latin1', at, end), 16);
        if (!(size > 0)) {
            // the last one; or none, in a recording of a broken request
            return {
                body: Buffer.concat(parts),
                end: size === 0 ? bytes.indexOf('\r\n\r\n', end) + 4 : bytes.length
            };
        }
        parts.push(bytes.subarray(end + 2, end + 2 + size));
        at = end + 2 + size + 2;
    }
}

/** The requests of a file: { line, body }. */
function requestsIn(bytes) {
    const found = [];
    for (let at = 0; at < bytes.length;) {
        const split = bytes.indexOf('\r\n\r\n', at);
        if (split < 0) {
            break;
        }
        const head = bytes.toString('latin1', at, split + 2);
        const start = split + 4;
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] || 0);
        const { body, end } = /^transfer-encoding: chunked/im.test(head)
            ? dechunk(bytes, start)
            : { body: bytes.subarray(start, start + length), end: start + length };
        found.push({
            line: head.slice(0, head.indexOf('\r\n')),
            body: /^content-encoding: gzip/im.test(head) ? gunzipSync(body) : body
        });
        at = end;
    }
    return found;
}

const twin = await startServer();
let bodies = 0;
const left = new Set(Object.keys(refused));

async function play(name, body) {
    await forget(twin);
    const { events: list, summary, err } = await events(refused[name] ? [] : [file('recorded.jsonl', body)], {
        url: twin.url,
        ...(refused[name] && { input: body })
    });
    if (refused[name]) {
        assert.deepEqual(
            list.map(({ outcome, error }) => [outcome, error]),
            [['REFUSED', refused[name]]]
        );
        assert.equal((await requests(twin)).length, 0);
        left.delete(name);
        return;
    }
    assert.deepEqual(
        summary,
        { event: 'summary', done: 1, refused: 0, not_sent: 0, in_doubt: 0, exit: 0 },
        JSON.stringify(list) + err
    );
    const sent = JSON.parse((await requests(twin))[0].body);
    const recorded = JSON.parse(body.toString().replace(/^\ufeff/, ''));
    if (recorded.connection_id === undefined) {
        assert.match(sent.connection_id, /^[0-9a-f-]{36}$/);
        delete sent.connection_id;
    }
    assert.deepEqual(sent, recorded);
    bodies++;
}

const imports = ({ line }) => /^POST \/connections[/?]* /i.test(line);

async function playAll(name, from) {
    const { request, answers } = load(name, from === undefined ? '' : '.http', from);
    const finals = answers.filter(({ status }) => status >= 200);
    const pairs = requestsIn(request).map((one, i) => [one, finals[i]]);
    const taken = pairs.filter(([one, answer]) => imports(one) && answer?.status === 201);
    if (taken.length > 0) {
        await test(`cli/recordings: ${name}`, async () => {
            for (const [{ body }] of taken) {
                await play(name, body);
            }
        });
    }
}

if (present) {
    for (const name of names().filter(isWhole)) {
        await playAll(name);
    }
    await test('cli/recordings: those that are refused were all there, and more than 60 that are not', () => {
        assert.deepEqual([...left], []);
        assert(bodies > 60, `${bodies}`);
    });
} else {
    skip('cli/recordings', 'no recordings beside the project');
}
for (const name of [
    '201-api-key',
    '201-app',
    '201-basic',
    '201-custom',
    '201-no-id',
    '201-none',
    '201-oauth1',
    '201-oauth2',
    '201-oauth2-cc',
    '201-tba'
]) {
    await playAll(name, fixtures);
}

await twin.stop();
process.exit(exitCode());
