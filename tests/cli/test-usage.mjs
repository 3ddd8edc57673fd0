// SPDX-License-Identifier: MIT
// The command line: help on one screen, version, what is refused before anything is sent, and files that
// are not there.
import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync } from 'node:fs';
import { exitCode, test } from '../twin/wire.mjs';
import { file, folder, line, nangoc } from './cli.mjs';

const url = 'https://localhost:9'; // nothing of this may get that far

await test('cli/usage: --help fits 24 lines of 80 columns, and has three examples', async () => {
    for (const args of [
        ['--help'],
        ['-h'],
        ['help'],
        ['import', '--help'],
        ['import', 'x', '--id', 'y', '-h']
    ]) {
        const { code, out, err } = await nangoc(args);
        const lines = out.split('\n').slice(0, -1);
        assert.deepEqual([code, err], [0, '']);
        assert(lines.length <= 24 && lines.every((text) => text.length <= 80), `${lines.length} lines`);
        assert.equal(
            lines.slice(lines.indexOf('Examples') + 1).filter((text) => text.includes('nangoc import'))
                .length,
            3
        );
    }
    const none = await nangoc([]);
    assert.deepEqual([none.code, none.out], [2, '']);
    assert.match(none.err, /^nangoc import/);
});

await test('cli/usage: --version', async () => {
    for (const args of [['--version'], ['-V'], ['version']]) {
        const { code, out } = await nangoc(args);
        assert.equal(code, 0);
        assert.match(out, /^nangoc \d+\.\d+\.\d+\n$/);
    }
});

const k = `@${file('k', 'value-of-k')}`;
const api = ['import', '--integration', 'x', '--id', 'y', '--api-key', k];
const secret = 'sk_live_0123456789abcdef';
const cases = {
    'an unknown command': [['frobnicate'], /unknown command frobnicate/],
    'an unknown option': [['import', '--acces-token', secret], /unknown option --acces-token; see/],
    'an unknown option with a value': [
        ['import', `--acces-token=${secret}`],
        /unknown option --acces-token; see/
    ],
    'an unknown letter': [['import', '-qz'], /unknown option -z/],
    'an option without its value': [['import', '--id'], /--id needs a value/],
    'a switch with a value': [['import', '--json=1'], /--json takes no value/],
    'a secret on the command line': [
        ['import', '--integration', 'x', '--api-key', secret],
        /--api-key: a secret on the command line.*@FILE.*env:NAME/
    ],
    'a secret on the command line, with =': [
        ['import', `--refresh-token=${secret}`, '--access-token', k],
        /--refresh-token: a secret/
    ],
    "Nango's key on the command line": [['import', '--secret-key', secret, 'f'], /--secret-key: a secret/],
    'a password on the command line': [['import', '--basic', `ann:${secret}`], /--basic: a secret/],
    'a member of the key pair on the command line': [
        ['import', '--integration', 'x', '--token', k, '--client-secret', secret],
        /--client-secret: a secret/
    ],
    '--basic without a colon': [['import', '--basic', 'ann'], /--basic needs USER:@FILE/],
    '--basic @FILE without a colon': [['import', '--basic', k], /no colon/],
    'no credential': [['import', '--integration', 'x', '--id', 'y'], /which credential\?/],
    'credentials of two types': [
        [...api, '--oauth-token', k],
        /--api-key and --oauth-token are not of one credentials type/
    ],
    'credentials of several types': [['import', '--app-id', '1'], /add one of --type APP --type CUSTOM/],
    'a type that does not have it': [
        ['import', '--type', 'NONE', '--api-key', k],
        /--type and --api-key are not/
    ],
    'a type that is none': [
        ['import', '--type', 'oauth2', '--access-token', k],
        /--type oauth2: the types are OAUTH2/
    ],
    'an option twice': [[...api, '--id', 'z'], /--id is given twice/],
    'a tag without a value': [[...api, '--tag', 'plan'], /--tag plan: needs KEY=VALUE/],
    'more than eleven tags': [
        [...api, ...Array.from({ length: 12 }, (_, i) => `--tag=k${i}=v`)],
        /more than 10 --tag/
    ],
    'a time that is none': [['import', '--timeout', '1.5', 'f'], /--timeout 1\.5: needs a number/],
    'a time of no length': [['import', '--timeout=0', 'f'], /--timeout 0/],
    'files and a connection': [['import', 'f', '--id', 'y'], /f and --id: a file's lines bring/],
    'a variable that is not there': [
        ['import', '--api-key', 'env:NOWHERE'],
        /no environment variable NOWHERE/
    ],
    'standard input twice': [
        ['import', '--access-token', '@-', '--refresh-token', '@-'],
        /--refresh-token @-: standard input was read for --access-token/
    ],
    'no file with the secret': [
        ['import', '--api-key', '@/nowhere'],
        /--api-key: cannot open \/nowhere: No such file/,
        5
    ],
    'no file with metadata': [[...api, '--metadata', '@/nowhere'], /--metadata: cannot open \/nowhere/, 5],
    'no file with an id': [
        ['import', '--integration', '@nowhere', '--api-key', k],
        /begins with @ is written @@/,
        5
    ],
    'no file with lines': [['import', '/nowhere'], /cannot open \/nowhere: No such file/, 5],
    'a directory in the place of lines': [['import', folder], /cannot read .*: Is a directory/, 5],
    'a directory in the place of a secret': [
        ['import', '--api-key', `@${folder}`],
        /cannot read .*: Is a directory/,
        5
    ]
};
for (const [name, [args, err, code = 2]] of Object.entries(cases)) {
    await test(`cli/usage: ${name}`, async () => {
        const got = await nangoc(args, { url });
        assert.equal(got.code, code, got.out + got.err);
        assert.match(got.err, err);
        assert.equal(got.out, '');
        assert(!got.err.includes('sk_live') && !got.err.includes('value-of-k'), got.err);
    });
}

await test('cli/usage: a secret that every user can read: a warning; a pipe or a private file: none', async () => {
    const open = file('open', secret);
    chmodSync(open, 0o644);
    const warned = await nangoc([...api.slice(0, -1), `@${open}`, '--timeout', '1'], { url });
    assert.match(warned.err, /^nangoc: warning: every user of this machine can read .*open: chmod 600 it\n/);
    assert.equal(warned.code, 4);
    assert.equal((await nangoc([...api, '--timeout', '1'], { url })).err, '');
});

await test('cli/usage: rules of the library hold for flags too, with the name of the member', async () => {
    const refused = async (more, out) => {
        const got = await nangoc([...api, ...more], { url });
        assert.equal(got.code, 1, got.out + got.err);
        assert.match(got.out, out);
    };
    await refused(
        Array.from({ length: 11 }, (_, i) => `--tag=k${i}=v`),
        /tags: more than 10/
    );
    await refused(['--tag', '1a=b'], /tags\.1a: a tag's key/);
    await refused(['--webhook-url-override', 'x'], /webhook_url_override is no http\(s\) URL/);
    await refused(['--webhook-url-override', 'http://127.0.0.1/'], /webhook_url_override leads to/);
    await refused(['--end-user-id', 'u', '--end-user-email', 'x'], /end_user\.email is no e-mail/);
    await refused(['--end-user-email', 'a@example.com'], /end_user\.id is missing/);
    await refused(['--metadata', '[]'], /--metadata:1:1: .*metadata has the wrong kind/);
    await refused(['--metadata', '{"__proto__":1}'], /metadata\.__proto__ may not be there/);
    const long = await nangoc(
        ['import', '--integration', 'x', '--api-key', `@${file('long', 'k'.repeat(1025))}`],
        { url }
    );
    assert.match(long.out, /credentials\.apiKey is too long: it may have 1024 characters\n/);
    const seconds = await nangoc(
        ['import', '--integration', 'x', '--access-token', k, '--expires-at', '1700000000'],
        { url }
    );
    assert.match(seconds.out, /expires_at needs ISO 8601 .*seconds would be a day in January 1970/);
});

await test('cli/usage: files whose names begin with a dash', async () => {
    mkdirSync(`${folder}/d`);
    file('-f.jsonl', line('a'));
    const got = await nangoc(['import', '--if-exists', 'overwrite', '--timeout', '1', '--', '-f.jsonl'], { url });
    assert.match(got.out, /^NOT_SENT -f\.jsonl:1: github a: /);
});

process.exit(exitCode());
