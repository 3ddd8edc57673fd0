// SPDX-License-Identifier: MIT
// The library's calls on connections against the reference server, which has 10,000 connections.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post, startTwin } from '../twin/child.mjs';

const ROWS = 10000;
const work = mkdtempSync(join(tmpdir(), 'calls-'));
const store = join(work, 'store');
const options = ['--store', store, '--rate-limit', '100000'];

/** One connection as the server stores it, copied. */
async function fill() {
    const twin = await startTwin(...options);
    await post(twin, 'row-0');
    await twin.stop();
    const { row } = JSON.parse(readFileSync(store, 'utf8').trim().split('\n').at(-1));
    const copies = Array.from({ length: ROWS - 1 }, (none, i) =>
        JSON.stringify({ row: { ...row, id: row.id + i + 1, connection_id: `row-${i + 1}` } }));
    appendFileSync(store, `${copies.join('\n')}\n`);
}

let status = 1;
try {
    await fill();
    const twin = await startTwin(...options);
    const program = spawn(join(process.env.B ?? 'build', 'test/bin/calls'), [String(twin.port), twin.key, String(ROWS)],
        { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code, signal] = await once(program, 'close');
    if (signal) {
        console.log(`not ok - calls: ended by ${signal}`);
    }
    status = code ?? 1;
    await twin.stop();
} finally {
    rmSync(work, { recursive: true });
}
process.exitCode = status;
