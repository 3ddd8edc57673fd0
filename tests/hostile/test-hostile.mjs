// SPDX-License-Identifier: MIT
// timeout: 600
// Hostile peers: every case of cases.txt. The program must end as the table says, within its deadline, and claim nothing that
// the peer knows better. `--curl` measures curl's verdicts too and shows where they differ from the table; `--write` puts them
// there. Another argument is a word that a case's name has to have.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { exitCode, notOk, ok } from '../twin/wire.mjs';
import { lie, play, playCurl, readCases, table } from './run.mjs';

const AT_ONCE = 8;
const TIMEOUT_S = 2;
const words = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const [asked, write] = ['--curl', '--write'].map((flag) => process.argv.includes(flag));
const curl = (asked || write) && spawnSync('curl', ['--version']).error === undefined;
const cases = readCases().filter(({ name }) => words.every((word) => name.includes(word)));

const shown = ({ outcomes, errors }) => `${outcomes} ${errors.map((error) => error ?? '-')}`;

async function judge(one) {
    let got;
    // On a busy machine the deadline may come before the answer has.
    for (const timeout_s of [TIMEOUT_S, 10, 30]) {
        got = await play(one, timeout_s);
        const untrue = lie(got, timeout_s);
        if (untrue) {
            throw new Error(untrue);
        }
        if (shown(got) === shown(one) || !got.errors.includes('DEADLINE')) {
            break;
        }
    }
    if (shown(got) !== shown(one)) {
        throw new Error(`${shown(got)}, not ${shown(one)}: exit ${got.code}, ${got.text}`);
    }
}

const verdicts = new Map();
async function work(queue) {
    for (let one; (one = queue.shift()); ) {
        try {
            await judge(one);
            ok(`hostile: ${one.name}`);
        } catch (error) {
            notOk(`hostile: ${one.name}`, error.message.slice(0, 2000));
        }
        if (curl) {
            verdicts.set(one.index, await playCurl(one));
        }
    }
}

const queue = [...cases];
await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));

if (curl) {
    const fooled = cases.filter(({ index }) => verdicts.get(index).includes('!')).length;
    for (const { name, index, curl: before } of cases) {
        if (verdicts.get(index) !== before) {
            console.log(`# curl: ${name}: ${verdicts.get(index)}, in the table ${before}`);
        }
    }
    console.log(`# ${cases.length} cases; in ${fooled} of them curl reported success and nangoc did not`);
}
if (curl && write) {
    const lines = readFileSync(table, 'utf8').split('\n');
    for (const [index, verdict] of verdicts) {
        const fields = /^(\S+ +\S+ +\S+ +)(\S+ *)(\s\S.*)$/.exec(lines[index]);
        lines[index] = `${fields[1]}${verdict.padEnd(7)}${fields[3].replace(/^\s+/, ' ')}`;
    }
    writeFileSync(table, lines.join('\n'));
}
console.log(`1..${cases.length}`);
process.exit(exitCode());
