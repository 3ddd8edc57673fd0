// SPDX-License-Identifier: MIT
// The README's tables of what `make size` measured, between two comments each:
//     <!-- make readme: NAME --> ... <!-- end -->
// `make readme` writes them; `make size` fails where one is stale: a number is off by more than the noise of a measurement
// and of a few bytes of code (2 %; 5 % where time or a search is in it), or a row is missing. With another compiler, Mbed TLS
// or lwIP than the README names, they are not compared.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const README = 'README.md';
const commas = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const LIBRARY = {
    'import-min.flash': 'OAUTH2 and API_KEY, the whole program, without TLS',
    'import-full.flash': 'everything, the whole program, without TLS',
    'sizeof.nango_client': '`struct nango_client`',
    'stack.graph': 'deepest stack outside of TLS, by the call graph',
    'stack.painted': 'deepest stack outside of TLS, painted',
    'instructions.build': 'instructions to build a request of 594 bytes',
    'instructions.read': 'instructions to read an answer of 1,568 bytes',
    'instructions.read-128': 'the same in pieces of 128 bytes, per cent',
};
const IMAGE = {
    own12: 'own server that grants small records, TLS 1.2, P-256',
    'own12-steps': 'the same, no step of it long (ECP_RESTARTABLE)',
    any12: 'any public server, TLS 1.2, records of 16 KB',
    any13: 'any public server, TLS 1.3, records of 16 KB',
};

function libraryTable(measured, budget) {
    const rows = Object.entries(LIBRARY).map(([name, text]) => `| ${text} | ${commas(measured.get(name) ?? '-')} | ${commas(budget.get(name))} |`);
    return ['| bytes on a Cortex-M3, if not said otherwise | | budget |', '|---|---|---|', ...rows].join('\n');
}

function imageTable(measured, budget) {
    const cell = (name) => commas(measured.get(name) ?? '-');
    const limit = (name) => (budget.has(name) ? commas(budget.get(name)) : '-');
    const rows = Object.entries(IMAGE).map(([name, text]) => `| ${[`${text} (${name}.elf)`, cell(`${name}.flash`), limit(`${name}.flash`),
        cell(`${name}.ram`), limit(`${name}.ram`), cell(`${name}.stack`), measured.get(`${name}.arenas`) ?? '-',
        measured.get(`${name}.step`) ?? '-'].join(' | ')} |`);
    return ['| image | flash | budget | RAM | budget | of it stack used | least arena | longest nango_poll |',
        '|---|---|---|---|---|---|---|---|', ...rows].join('\n');
}

function versions() {
    const read = (folder, file) => readFileSync(join(folder, file), 'utf8');
    const mbedtls = /MBEDTLS_VERSION_STRING +"(.*)"/.exec(read(process.env.MBEDTLS_DIR ?? 'build/deps/mbedtls', 'include/mbedtls/build_info.h'))[1];
    const init = read(process.env.LWIP_DIR ?? 'build/deps/lwip', 'src/include/lwip/init.h');
    const lwip = ['MAJOR', 'MINOR', 'REVISION'].map((part) => new RegExp(`LWIP_VERSION_${part} +(\\d+)`).exec(init)[1]).join('.');
    const gcc = execFileSync('arm-none-eabi-gcc', ['-dumpfullversion'], { encoding: 'utf8' }).trim();
    return `Measured with GCC ${gcc}, Mbed TLS ${mbedtls} and lwIP ${lwip}.`;
}

const tables = { library: libraryTable, images: imageTable, versions };
const place = (name) => new RegExp(`(<!-- make readme: ${name} -->\n)([^]*?)(<!-- end -->)`);

export function writeTables(measured, budget) {
    let text = readFileSync(README, 'utf8');
    for (const [name, table] of Object.entries(tables)) {
        text = text.replace(place(name), (all, from, old, to) => `${from}${table(measured, budget)}\n${to}`);
    }
    writeFileSync(README, text);
}

const numbers = (row) => [...row.matchAll(/\d[\d,]*(\.\d+)?/g)].map((one) => Number(one[0].replaceAll(',', '')));
const words = (row) => row.replace(/\d[\d,]*(\.\d+)?/g, '#');

/** What is stale: { sentences }; or { other }: it was measured with something else. */
export function staleTables(measured, budget) {
    const text = readFileSync(README, 'utf8');
    const old = place('versions').exec(text)?.[2].trim();
    if (old !== undefined && old !== versions()) {
        return { other: `${old} Here: ${versions().slice('Measured with '.length)}` };
    }
    const sentences = Object.entries(tables).flatMap(([name, table]) => {
        const old = (place(name).exec(text)?.[2] ?? '').split('\n');
        const now = table(measured, budget).split('\n');
        return now.flatMap((row, i) => {
            const [a, b] = [numbers(old[i] ?? ''), numbers(row)];
            const noise = (k) => (k < b.length - 4 || name === 'library' ? 0.02 : 0.05);
            const same = words(old[i] ?? '') === words(row) && b.every((number, k) => Math.abs(number - a[k]) <= noise(k) * number);
            return same ? [] : [`README, ${name}: "${old[i] ?? ''}" is now "${row}" (make readme)`];
        });
    });
    return { sentences };
}
