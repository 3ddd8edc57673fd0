// SPDX-License-Identifier: MIT
// timeout: 300
// Bad servers: every case of cases.txt. The call must end in the error that the table names, say what to do, and not a byte of
// the request may have left. `--curl` measures curl's verdicts too and shows where they differ from the table; `--write` puts
// them there. Another argument is a word that a case's name has to have.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { events, file, folder, key } from '../cli/cli.mjs';
import { exitCode, notOk, ok } from '../twin/wire.mjs';
import { Maker } from './certs.mjs';
import { startPeer } from './peers.mjs';

const AT_ONCE = 8;
const table = new URL('cases.txt', import.meta.url);
const words = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const [asked, write, show] = ['--curl', '--write', '--show'].map((flag) => process.argv.includes(flag));
const curl = (asked || write) && spawnSync('curl', ['--version']).error === undefined;
const token = 'gho_Kp3vT9xWq2LmZ8sD';
const tokenFile = file('token', token);
const maker = new Maker(join(folder, 'servers'));

/** The lines of the table. */
function readCases() {
    const cases = [];
    readFileSync(table, 'utf8')
        .split('\n')
        .forEach((line, index) => {
            const fields = /^(\S+) +(\S+) +(\S+) +(|\S.*\S) *\|(| (\S.*))$/.exec(line);
            if (fields && !line.startsWith('#')) {
                const [, name, error, verdict, server, , says] = fields;
                cases.push({ name, error, verdict, server: server.split(' '), says, index });
            } else if (line !== '' && !line.startsWith('#')) {
                throw new Error(`cases.txt:${index + 1}: not a case: ${line}`);
            }
        });
    return cases;
}

/** What a case's words mean: { host, trust, peer(): started }. */
async function prepare({ server }) {
    const set = { chain: 'leaf,ca,root', trust: 'root', host: 'localhost', tls: '{}', peer: 'tls' };
    const specs = {};
    for (const word of server.filter((one) => one !== '')) {
        const [, what, value] = /^([^=]*)=(.*)$/.exec(word);
        const [, name, member] = /^(\w+)\.(.*)$/.exec(what) ?? [];
        if (name) {
            (specs[name] ??= {})[member] = value;
        } else {
            set[what] = value;
        }
    }
    const names = set.chain.split(',');
    const times = (name) => Array(parseInt(name) || 1).fill(name.replace(/.*\*/, '')); // 45*ca
    const send = set.send?.split(',').flatMap(times) ?? names.slice(0, -1);
    const { trust, ...chain } = await maker.chain(names, specs, send, set.trust.split(','));
    return { host: set.host, trust, start: () => startPeer(set.peer, chain, JSON.parse(set.tls)) };
}

/** On a busy machine the deadline may come before the verdict has. */
async function play(one) {
    for (const timeout_s of [2, 10, 30]) {
        const error = await playFor(one, timeout_s);
        if (error === undefined) {
            return;
        }
        if (timeout_s === 30 || !error.includes('DEADLINE')) {
            throw new Error(error);
        }
    }
}

/** What is not as the table has it, or undefined. */
async function playFor(one, timeout_s) {
    const { host, trust, start } = await prepare(one);
    const peer = await start();
    const args = [...(show ? ['-v'] : []), '--ca', trust, '--timeout', String(timeout_s)];
    args.push('--integration', 'github', '--id', one.name, '--api-key', `@${tokenFile}`);
    const got = await events(args, { url: `https://${host}:${peer.port}` });
    peer.stop();
    const [event] = got.events;
    const outcome = one.error === '-' ? 'DONE' : 'NOT_SENT';
    const found = `${event?.outcome} ${event?.error ?? '-'} (${event?.explanation ?? got.err}), server: ${peer.error}`;
    if (show) {
        console.log(`# ${one.name}: ${found} ${/cause -?\d+/.exec(got.err)}`);
    }
    if (event?.outcome !== outcome || (event.error ?? '-') !== one.error) {
        return `${found}, not ${outcome} ${one.error}`;
    }
    if (peer.error === 'renegotiated') {
        return 'the server got its renegotiation';
    }
    if (outcome === 'NOT_SENT' && peer.bytes > 0) {
        return `${peer.bytes} bytes of the request have left`;
    }
    if (one.error !== '-' && !event.explanation.includes(one.says)) {
        return `it does not say "${one.says}", but: ${event.explanation}`;
    }
}

/** What curl makes of it, as the table has it. */
async function playCurl(one) {
    const { host, trust, start } = await prepare(one);
    const peer = await start();
    const body = { provider_config_key: 'github', connection_id: one.name, credentials: { type: 'API_KEY', apiKey: token } };
    const data = file(`${one.name}.json`, JSON.stringify(body));
    const args = ['--silent', '--max-time', '3', '--cacert', trust, '--output', '/dev/null', '--data-binary', `@${data}`];
    args.push('--header', `Authorization: Bearer ${key}`, '--write-out', '%{exitcode} %{ssl_verify_result} %{http_code}');
    const out = await new Promise((resolve) =>
        execFile('curl', [...args, `https://${host}:${peer.port}/connections`], (error, stdout) => resolve(stdout))
    );
    peer.stop();
    const [code, verified, status] = out.split(' ');
    const sent = peer.bytes > 0 && one.error !== '-' ? '!' : '';
    return sent + (code === '0' ? status : `e${code}${code === '60' && verified !== '1' ? `:${verified}` : ''}`);
}

const cases = readCases().filter(({ name }) => words.every((word) => name.includes(word)));
const verdicts = new Map();
async function work(queue) {
    for (let one; (one = queue.shift()); ) {
        try {
            await play(one);
            ok(`servers: ${one.name}`);
        } catch (error) {
            notOk(`servers: ${one.name}`, error.stderr ?? error.message.slice(0, 2000));
        }
        if (curl) {
            verdicts.set(one.index, await playCurl(one).catch((error) => error.message.slice(0, 20)));
        }
    }
}

const queue = [...cases];
await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));

if (curl) {
    for (const { name, index, verdict } of cases) {
        if (verdicts.get(index) !== verdict) {
            console.log(`# curl: ${name}: ${verdicts.get(index)}, in the table ${verdict}`);
        }
    }
    const fooled = [...verdicts.values()].filter((verdict) => verdict.startsWith('!')).length;
    console.log(`# ${cases.length} cases; to ${fooled} of the bad servers curl sent the request`);
}
if (curl && write) {
    const lines = readFileSync(table, 'utf8').split('\n');
    for (const [index, verdict] of verdicts) {
        const [, front, rest] = /^(\S+ +\S+ +)\S+ *(.*)$/.exec(lines[index]);
        lines[index] = `${front}${verdict.padEnd(6)} ${rest}`;
    }
    writeFileSync(table, lines.join('\n'));
}
console.log(`1..${cases.length}`);
process.exit(exitCode());
