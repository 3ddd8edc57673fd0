// SPDX-License-Identifier: MIT
// timeout: 1200
// node size.mjs [readme]: measures what `make size` built, prints tables, and holds it against tests/budget.txt and the
// promises: flash, RAM, heap symbols, stack (call graph and painted), instructions. `readme`: and writes the README's tables.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { figure, leastArena, runAgainstTwin } from './firmware.mjs';
import { inputsPage, requestsOf, values } from './page.mjs';
import { staleTables, writeTables } from './readme.mjs';
import { publicStacks } from './stack.mjs';

const B = process.env.B ?? 'build';
const IMAGES = ['own12', 'own12-steps', 'any12', 'any13'];
const HEAP = /^(malloc|free|calloc|realloc|_malloc_r|_free_r|_calloc_r|_realloc_r|_sbrk(_r)?|sbrk)$/;
const PRINTF = /printf/;
// What nango_connections.h and nango_connect.h declare: a program that does not call it does not have it.
const OTHER_CALLS = new RegExp(`^(${['nango_connections.h', 'nango_connect.h'].flatMap((one) =>
    [...readFileSync(`include/${one}`, 'utf8').matchAll(/^int (nango_\w+)\(/gm)].map((match) => match[1])).join('|')}|calls_put_encoded)$`);

const problems = [];
const measured = new Map();
const work = mkdtempSync(join(tmpdir(), 'size-'));

const tool = (name, ...args) => execFileSync(`arm-none-eabi-${name}`, args, { encoding: 'utf8' });

/** { flash, ram, static }: what a program takes of each memory. */
function sizes(file) {
    const [text, data, bss] = tool('size', file).split('\n')[1].trim().split(/\s+/).map(Number);
    return { flash: text + data, ram: data + bss, static: data + bss };
}

/** [{ name, type }] of the symbols that are defined. */
function symbols(file) {
    return tool('nm', '--defined-only', file).trim().split('\n').map((line) => {
        const [, type, name] = /^\S+ (\S) (\S+)/.exec(line) ?? [];
        return { name, type };
    });
}

function symbolSize(file, wanted) {
    return parseInt(tool('nm', '-S', file).split('\n').map((line) => line.split(' ')).find((one) => one[3] === wanted)[1], 16);
}

function checkHeap(name, file) {
    for (const { name: symbol } of symbols(file)) {
        if (HEAP.test(symbol) || PRINTF.test(symbol)) {
            problems.push(`${name}: ${symbol} is linked`);
        }
    }
}

function emulate(file, page, ...args) {
    const pageFile = join(work, 'page');
    writeFileSync(pageFile, page);
    const ran = spawnSync('qemu-system-arm', ['-M', 'mps2-an385', '-display', 'none', '-monitor', 'none', '-serial', 'stdio',
        '-semihosting-config', 'enable=on,target=native', '-kernel', file,
        '-device', `loader,file=${pageFile},addr=0x003f0000,force-raw=on`, ...args], { encoding: 'utf8', timeout: 60000 });
    return { status: ran.status ?? ran.signal, text: ran.stdout };
}

// ---- import-min and import-full: sizes, and that they work ----

const OAUTH2 = {
    type: 'OAUTH2', access_token: values.access_token, refresh_token: values.refresh_token, expires_at: values.expires_at,
};
const key = values.api_key;
const credentialsOf = [
    undefined,
    { type: 'OAUTH2_CC', token: key, client_id: key, client_secret: key },
    { type: 'OAUTH1', oauth_token: key, oauth_token_secret: key },
    { type: 'API_KEY', apiKey: key },
    { type: 'BASIC', username: key, password: key },
    { type: 'TBA', token_id: key, token_secret: key },
    { type: 'APP', app_id: key, installation_id: key },
    { type: 'CUSTOM', app_id: key, installation_id: key },
    { type: 'NONE' },
];
const named = { provider_config_key: values.provider_config_key, connection_id: values.connection_id };

const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
function sorted(value) {
    return value && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.keys(value).sort().map((k) => [k, sorted(value[k])])) : value;
}

function checkImport(name, type, want, given) {
    const { status, text } = emulate(join(B, 'size', `${name}.elf`), inputsPage(type, given));
    const bodies = status === 0 ? requestsOf(text).map((request) => request.body) : [];
    if (status !== 0) {
        problems.push(`${name}, credentials type ${type}: ended with ${status}: ${text.slice(-200)}`);
    } else if (!same(bodies, want)) {
        problems.push(`${name}, credentials type ${type}: sent ${JSON.stringify(bodies)}`);
    }
}

function measureImports() {
    for (const name of ['import-min', 'import-full']) {
        const file = join(B, 'size', `${name}.elf`);
        const { flash, static: bytes } = sizes(file);
        measured.set(`${name}.flash`, flash).set(`${name}.static`, bytes);
        checkHeap(name, file);
        for (const { name: symbol } of symbols(file).filter((one) => OTHER_CALLS.test(one.name))) {
            problems.push(`${name}: ${symbol} is linked, and nothing calls it`);
        }
        for (const symbol of ['nango_import', 'nango_poll']) {
            if (!symbols(file).some((one) => one.name === symbol && /[Tt]/.test(one.type))) {
                problems.push(`${name}: ${symbol} is no function of its own`);
            }
        }
    }
    checkImport('import-min', 3, [{ ...named, credentials: OAUTH2 }, { ...named, credentials: credentialsOf[3] }]);
    const more = { metadata: JSON.parse(values.metadata), connection_config: { accountId: '1' }, tags: { [values.tag_key]: values.tag_value } };
    for (let type = 1; type < credentialsOf.length; type++) {
        const all = [{ ...named, credentials: OAUTH2, ...more }, { ...named, credentials: credentialsOf[type], ...more },
            JSON.parse(values.body)];
        checkImport('import-full', type, all, { connection_config: '{"accountId":"1"}' });
    }
}

// ---- the library alone: stack, instructions, its files ----

function measureLibrary() {
    const objects = readdirSync(join(B, 'plain', 'src'));
    try {
        const stacks = publicStacks(objects.filter((one) => one.endsWith('.ci')).map((one) => join(B, 'plain', 'src', one)));
        measured.set('stack.graph', stacks[0].bytes);
        console.log('stack by the call graph, in bytes');
        for (const { name, bytes, path } of stacks.slice(0, 12)) {
            console.log(`  ${String(bytes).padStart(5)}  ${name}: ${path.join(' > ')}`);
        }
    } catch (error) {
        problems.push(`call graph: ${error.message}`);
    }
    const answer = readFileSync('tests/bench/answer.http', 'utf8');
    const { status, text } = emulate(join(B, 'size', 'measure.elf'), inputsPage(0, { answer }), '-icount', 'shift=6');
    if (status !== 0) {
        problems.push(`measure.elf ended with ${status}: ${text}`);
        return;
    }
    const numbers = new Map(text.trim().split('\n').map((line) => line.split(' ')).map(([name, number]) => [name, Number(number)]));
    console.log('measured on the board');
    for (const [name, number] of numbers) {
        console.log(`  ${String(number).padStart(7)}  ${name}`);
    }
    const painted = [...numbers].filter(([name]) => name.startsWith('stack.')).map(([, number]) => number);
    measured.set('stack.painted', Math.max(...painted));
    for (const name of ['instructions.build', 'instructions.read', 'sizeof.nango_client']) {
        measured.set(name, numbers.get(name));
    }
    measured.set('instructions.read-128', Math.round(100 * numbers.get('instructions.read-128') / numbers.get('instructions.read')));
    console.log('files of the library, each on its own (no LTO), in bytes');
    for (const object of objects.filter((one) => one.endsWith('.o'))) {
        const { flash, static: bytes } = sizes(join(B, 'plain', 'src', object));
        console.log(`  ${String(flash).padStart(5)}  ${basename(object, '.o')}.c${bytes > 0 ? ` and ${bytes} static` : ''}`);
        if (bytes > 0) {
            problems.push(`${basename(object, '.o')}.c has ${bytes} bytes of static data`);
        }
    }
}

// ---- images ----

/** The longest nango_poll of an import, in millions of instructions: QEMU counts 32 ns for each. */
async function longestStep(file, chain) {
    const { console: text } = await runAgainstTwin(file, { chain, args: ['-icount', 'shift=5'], settings: { sleep_ms: 1 } });
    return figure(text, 'longest step') / 32e-3 / 1e6;
}

async function measureImages() {
    console.log('images                 flash     RAM  stack used          least arena  longest nango_poll');
    for (const name of IMAGES) {
        const file = join(B, 'firmware', `${name}.elf`);
        const { flash, ram } = sizes(file);
        measured.set(`${name}.flash`, flash).set(`${name}.ram`, ram);
        checkHeap(name, file);
        const { status, console: text } = await runAgainstTwin(file);
        if (status !== 0) {
            problems.push(`${name} ended with ${status}:\n${text}`);
            continue;
        }
        const chains = name.startsWith('any') ? ['ec', 'rsa'] : ['ec'];
        const arenas = [];
        for (const chain of chains) {
            arenas.push(`${await leastArena(file, symbolSize(file, 'arena'), chain)} ${chain}`);
        }
        const steps = [];
        for (const chain of name.startsWith('any') ? [...chains, 'p384'] : chains) {
            steps.push({ chain, step: await longestStep(file, chain) });
        }
        const step = Math.max(...steps.map((one) => one.step));
        const all = steps.map((one) => `${one.step.toFixed(one.step < 10 ? 1 : 0)} M ${one.chain}`).join(', ');
        const ms = (mhz) => `${Math.round(1000 * step / mhz)} ms at ${mhz} MHz`;
        console.log(`  ${name.padEnd(16)} ${String(flash).padStart(9)} ${String(ram).padStart(7)} ${String(figure(text, 'stack')).padStart(11)}`
            + ` ${arenas.join(', ').padStart(20)}  ${all} (${ms(72)}, ${ms(168)})`);
        measured.set(`${name}.stack`, figure(text, 'stack')).set(`${name}.arenas`, arenas.join(', '))
            .set(`${name}.step`, `${all}: ${ms(72)}, ${ms(168)}`);
    }
}

function readBudget() {
    const lines = readFileSync('tests/budget.txt', 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
    return new Map(lines.map((line) => line.split(/\s+/)).map(([name, limit]) => [name, Number(limit)]));
}

let failed = false;
function report(isRight, name, why) {
    failed ||= !isRight;
    console.log(isRight ? `ok - ${name}` : `not ok - ${name}: ${why}`);
}

const budget = readBudget();
try {
    measureImports();
    measureLibrary();
    await measureImages();
} finally {
    rmSync(work, { recursive: true });
}
for (const [name, limit] of budget) {
    const number = measured.get(name);
    report(number <= limit, `${name}: ${number} of ${limit}`, 'over the budget');
}
report(problems.length === 0, 'no heap, no static data, no recursion; what is measured does its work', problems.join('\n# '));
if (process.argv[2] === 'readme') {
    writeTables(measured, budget);
}
const { sentences, other } = staleTables(measured, budget);
if (other) {
    console.log(`ok - the README says what was measured # SKIP ${other}`);
} else {
    report(sentences.length === 0, 'the README says what was measured', sentences.join('\n# '));
}
process.exitCode = failed ? 1 : 0;
