// SPDX-License-Identifier: MIT
// One case: nangoc, or curl, against a peer that plays the script.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { events, file, folder, key, roots } from '../cli/cli.mjs';
import { compile } from './script.mjs';
import { startPeer } from './peer.mjs';

export const table = new URL('cases.txt', import.meta.url);
const chain = { cert: readFileSync(`${folder}/certs/ec-chain.pem`), key: readFileSync(`${folder}/certs/ec-key.pem`) };
const token = 'gho_Kp3vT9xWq2LmZ8sD';
const tokenFile = file('token', token);
const large = { a: 'a'.repeat(16 * 1024 * 1024) };
const largeFile = file('large', JSON.stringify(large));

/** The lines of the table. */
export function readCases() {
    const cases = [];
    readFileSync(table, 'utf8')
        .split('\n')
        .forEach((line, index) => {
            const fields = /^(\S+) +(\S+) +(\S+) +(\S+) +(\S.*)$/.exec(line);
            if (fields && !line.startsWith('#')) {
                const [, name, outcomes, errors, curl, script] = fields;
                const split = [outcomes.split(','), errors.split(',').map((e) => (e === '-' ? undefined : e))];
                cases.push({ name, index, outcomes: split[0], errors: split[1], curl, script });
            } else if (line !== '' && !line.startsWith('#')) {
                throw new Error(`cases.txt:${index + 1}: not a case: ${line}`);
            }
        });
    return cases;
}

function prepare({ name, script }) {
    const ids = name.startsWith('two-') ? [name, `${name}-2`] : [name];
    const secure = /^(\w+-)?tls-/.test(name);
    const scripts = script.split('{next}').map((part) => compile(part, ids));
    return { ids, secure, scripts, big: name.startsWith('big-') };
}

const connection = (connection_id) => ({
    provider_config_key: 'github',
    connection_id,
    credentials: { type: 'API_KEY', apiKey: token }
});

/** What nangoc says: { outcomes, errors, statuses, peer, ms, out }; throws if it does not end in an orderly way. */
export async function play(one, timeout_s) {
    const { ids, secure, scripts, big } = prepare(one);
    const peer = await startPeer(scripts, secure, chain);
    const url = `${secure ? 'https' : 'http'}://127.0.0.1:${peer.port}`;
    const args = ['--timeout', String(timeout_s)];
    if (ids.length > 1) {
        args.push(file(`${one.name}.jsonl`, ids.map((id) => `${JSON.stringify(connection(id))}\n`).join('')));
    } else {
        args.push('--integration', 'github', '--id', one.name, '--api-key', `@${tokenFile}`);
        args.push(...(big ? ['--metadata', `@${largeFile}`] : []));
    }
    const begun = performance.now();
    const stuck = setTimeout(() => peer.stop(), (timeout_s + 20) * 1000); // then it fails, and is told so
    const got = await events(args, { url });
    clearTimeout(stuck);
    peer.stop();
    return {
        outcomes: got.events.map(({ outcome }) => outcome),
        errors: got.events.map(({ error }) => error),
        text: JSON.stringify(got.events) + got.err,
        ms: performance.now() - begun,
        code: got.code,
        ids,
        peer
    };
}

/** Of what the program claims, what the peer knows better; undefined: nothing. */
export function lie({ outcomes, errors, text, ids, peer, ms }, timeout_s) {
    const bodies = peer.requests.map((request) => request.slice(request.indexOf('\r\n\r\n') + 4));
    const sent = ids.map((id) => bodies.filter((body) => JSON.parse(body).connection_id === id));
    for (const [i, outcome] of outcomes.entries()) {
        const answered = ['LIMITED', 'REDIRECT'].includes(errors[i]);
        if (outcome === 'DONE' && sent[i].length === 0) {
            return `DONE, but no whole request for ${ids[i]} has come`;
        }
        if (outcome === 'NOT_SENT' && sent[i].length > 0 && !answered) {
            return `NOT_SENT, but ${sent[i].length} requests for ${ids[i]} have come`;
        }
        if (new Set(sent[i]).size > 1) {
            return `different requests for ${ids[i]}: ${[...new Set(sent[i])]}`;
        }
    }
    if (text.includes(token) || text.includes(key)) {
        return `a secret is shown: ${text}`;
    }
    if (peer.error) {
        return `the peer itself failed: ${peer.error.stack}`;
    }
    return ms > (timeout_s + 15) * 1000 ? `it took ${ms} ms, with a deadline of ${timeout_s} s` : undefined;
}

/** What curl makes of it, as the table has it. */
export async function playCurl(one) {
    const { ids, secure, scripts, big } = prepare(one);
    const peer = await startPeer(scripts, secure, chain);
    const url = `${secure ? 'https' : 'http'}://127.0.0.1:${peer.port}/connections`;
    const args = ids.flatMap((id, i) => {
        const body = { ...connection(id), ...(big && { metadata: large }) };
        const data = file(`${id}.json`, JSON.stringify(body));
        return [
            ...(i > 0 ? ['--next'] : []),
            ...['--silent', '--max-time', '2', '--cacert', roots, '--output', '/dev/null', '--header', 'Expect:'],
            ...['--header', 'Content-Type: application/json', '--header', `Authorization: Bearer ${key}`],
            ...['--write-out', '%{http_code} %{exitcode},', '--data-binary', `@${data}`, url]
        ];
    });
    const child = spawn('curl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.on('data', (bytes) => (out += bytes));
    await once(child, 'close');
    peer.stop();
    const verdicts = out.split(',').slice(0, -1);
    return verdicts
        .map((verdict, i) => {
            const [status, code] = verdict.split(' ');
            const wrong = code === '0' && status[0] === '2' && one.outcomes[i] !== 'DONE';
            return code !== '0' ? `e${code}` : `${wrong ? '!' : ''}${status}`;
        })
        .join(',');
}
