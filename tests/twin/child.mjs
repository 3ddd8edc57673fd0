// SPDX-License-Identifier: MIT
// A twin as a child process, and what its tests do with it again and again.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ask, request } from './wire.mjs';

/**
 * A twin as a child process: { port, control, key, url, stop() }. It ends with this process, whatever
 * happens.
 */
export async function startTwin(...args) {
    const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('server.mjs', import.meta.url)), '--until-eof', ...args],
        { stdio: ['pipe', 'pipe', 'inherit'] }
    );
    const exited = once(child, 'exit');
    const lines = readline.createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
    if (first === undefined) {
        throw new Error('the twin ended before it was ready');
    }
    const stop = async (signal = 'SIGTERM') => {
        child.kill(signal);
        await exited;
    };
    return { ...JSON.parse(first[0]), child, exited, stop };
}

/** Runs with a twin of its own. */
export async function withTwin(args, run) {
    const twin = await startTwin(...args);
    try {
        await run(twin);
    } finally {
        await twin.stop();
    }
}

/** A small import. */
export const importOf = (connection_id, access_token = 'token') => ({
    provider_config_key: 'github',
    connection_id,
    credentials: { type: 'OAUTH2', access_token }
});

export const post = (twin, id, token) =>
    ask(twin.port, 'POST', '/connections', twin.key, importOf(id, token));

/** An order for the control interface. */
export async function order(twin, what) {
    const { status, json } = await ask(twin.control, 'POST', '/_twin/control', undefined, what);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
}

/** What is stored. */
export const rows = async (twin) => (await ask(twin.control, 'GET', '/_twin/connections')).json;

export const stored = async (twin, id) => (await rows(twin)).find((row) => row.connection_id === id);

/** These faults, and no others. */
export const fault = (twin, ...faults) => order(twin, { clear: true, faults });

/** An import over a connection: the bytes that came, and how it ended (undefined: still open after wait_ms). */
export async function rawPost(wire, twin, id, wait_ms = 50) {
    wire.write(request('POST', '/connections', twin.key, importOf(id)));
    await wire.answers(1, { limit_ms: 3000 });
    const ended = await wire.end(wait_ms);
    wire.close();
    return { bytes: wire.bytes, ended };
}
