// SPDX-License-Identifier: MIT
// nangoc get, list, update, metadata, rotate, delete against the twin: what is shown and what is not, what is
// changed and what stays, and every way to be refused.
import { strict as assert } from 'node:assert';
import { existsSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { order } from '../twin/child.mjs';
import { exitCode, test } from '../twin/wire.mjs';
import { file, folder, forget, line, nangoc, requests, startServer, stored } from './cli.mjs';

const twin = await startServer();
const { url } = twin;
const github = ['--integration', 'github'];
const secrets = ['first-token', 'first-refresh', 'hidden-config'];
const more = {
    credentials: { type: 'OAUTH2', access_token: secrets[0], refresh_token: secrets[1] },
    metadata: { site: 'north', 'a.b': [1, 'é\u202e'] },
    connection_config: { secret: secrets[2] },
    tags: { plan: 'pro' },
    webhook_url_override: 'https://hooks.example.com/x'
};

async function put(id, extra = {}) {
    const { code, err } = await nangoc(['import', '--if-exists', 'overwrite', '-'], {
        url,
        input: line(id, { ...more, ...extra })
    });
    assert.equal(code, 0, err);
}

/** Runs it; nothing of a secret may be on either output. */
async function run(args, options) {
    const result = await nangoc(args, { url, ...options });
    for (const secret of secrets) {
        assert(!(result.out + result.err).includes(secret), `${args.join(' ')} shows ${secret}`);
    }
    return result;
}

/** Is refused: with this exit code, this sentence on standard error, nothing on standard output. */
async function refused(args, code, sentence, options) {
    const got = await run(args, options);
    assert.equal(got.code, code, got.out + got.err);
    assert.match(got.err, sentence);
    assert.equal(got.out, '');
}

// ---- get -----------------------------------------------------------------------------------------

const odd = 'team "a/b" [1]+{x}=$@~;:\\';
await put('u1');
await put(odd);

await test('cli/calls: get shows a connection, for people and as JSON, without its secrets', async () => {
    const people = await run(['get', 'u1', ...github]);
    assert.equal(people.code, 0, people.err);
    assert.match(people.out, /^connection_id: u1\nprovider_config_key: github\nprovider: github\ntype: OAUTH2\n/m);
    assert.match(people.out, /^tags: \{"plan":"pro"\}$/m);
    assert(!people.out.includes('\u202e'), 'a letter that turns the line round reaches the terminal');
    for (const id of ['u1', odd]) {
        const { code, out } = await run(['get', id, ...github, '--json']);
        assert.equal(code, 0);
        assert.equal(out.split('\n').length, 2);
        const { connection_id, type, tags, metadata, webhook_url_override } = JSON.parse(out);
        assert.deepEqual(
            { connection_id, type, tags, metadata, webhook_url_override },
            {
                connection_id: id,
                type: 'OAUTH2',
                tags: more.tags,
                metadata: more.metadata,
                webhook_url_override: more.webhook_url_override
            }
        );
    }
});

await test('cli/calls: get --field gives one value by its name, a secret too, and nothing else', async () => {
    for (const [field, value] of [
        ['access_token', 'first-token'],
        ['credentials.access_token', 'first-token'],
        ['refresh_token', 'first-refresh'],
        ['connection_config', '{"secret":"hidden-config"}'],
        ['tags.plan', 'pro'],
        ['connection_id', 'u1']
    ]) {
        const { code, out, err } = await nangoc(['get', 'u1', ...github, '--field', field], { url });
        assert.deepEqual([code, out, err], [0, `${value}\n`, ''], field);
    }
    await refused(['get', 'u1', ...github, '--field', 'nothing'], 1, /the connection has no nothing/);
    await refused(['get', 'u1', ...github, '--field', 'end_user'], 1, /the connection has no end_user/);
    await refused(['get', 'u1', ...github, '--field', 'x'.repeat(65)], 2, /no member has so long a name/);
});

await test('cli/calls: get --force-refresh and refresh_token are asked of the server by that', async () => {
    await forget(twin);
    await nangoc(['get', 'u1', ...github, '--force-refresh', '--field', 'refresh_token'], { url });
    await nangoc(['get', 'u1', ...github, '--field', 'access_token'], { url });
    const [first, second] = (await requests(twin)).map((request) => request.url);
    assert.match(first, /force_refresh=true/);
    assert.match(first, /refresh_token=true/);
    assert.doesNotMatch(second, /refresh/);
});

await test('cli/calls: get --out writes a file that only its owner can read, through no link', async () => {
    const path = join(folder, 'token.txt');
    const elsewhere = file('elsewhere', 'as it was', 0o644);
    const get = ['get', 'u1', ...github, '--field', 'access_token', '--out', path];
    for (const prepare of [
        () => rmSync(path, { force: true }),
        () => writeFileSync(path, 'old', { mode: 0o644 }),
        () => (rmSync(path), symlinkSync(elsewhere, path)),
        () => (rmSync(path), symlinkSync(elsewhere, `${path}.new`))
    ]) {
        prepare();
        const { code, out, err } = await run(get);
        assert.deepEqual([code, out, err], [0, '', '']);
        assert.equal(readFileSync(path, 'utf8'), 'fresh-token-1\n');
        assert(lstatSync(path).isFile());
        assert.equal(statSync(path).mode & 0o777, 0o600);
        assert(!existsSync(`${path}.new`));
        assert.equal(readFileSync(elsewhere, 'utf8'), 'as it was');
    }
    await refused([...get.slice(0, -1), join(folder, 'no', 'such')], 5, /--out .*: cannot write: No such file/);
    await refused([...get.slice(0, -1), '/dev/null'], 2, /it is no file/);
    await refused(['get', 'u1', ...github, '--out', path], 2, /--out is where a --field goes/);
});

await test('cli/calls: get of what is too large to be shown is an error, and no part of it is shown', async () => {
    await put('large', { metadata: { m: 'x'.repeat(70000) } });
    await refused(['get', 'large', ...github], 1, /metadata has 70008 bytes, and only 65535 can be shown/);
    await refused(['get', 'large', ...github, '--field', 'metadata'], 1, /metadata has 70008 bytes/);
});

await test('cli/calls: get of a token that cannot be refreshed says so, and rotate mends it', async () => {
    const expires_at = '2020-01-01T00:00:00Z';
    await put('dead', { credentials: { ...more.credentials, expires_at } });
    await order(twin, { upstream: 'offline' });
    await refused(['get', 'dead', ...github], 1, /could not be refreshed at the provider.*nangoc rotate/);
    const token = file('new-token', 'second-token\n');
    const { code, out, err } = await run(['rotate', 'dead', ...github, '--access-token', `@${token}`]);
    assert.deepEqual([code, out], [0, 'DONE     github dead\n'], err);
    const got = await nangoc(['get', 'dead', ...github, '--field', 'access_token'], { url });
    assert.equal(got.out, 'second-token\n');
    assert.deepEqual((await stored(twin, 'dead')).metadata, more.metadata);
});

// ---- changes -------------------------------------------------------------------------------------

await test('cli/calls: rotate keeps metadata, connection_config, tags and the webhook', async () => {
    const before = await stored(twin, 'u1');
    const { code, err } = await run(['rotate', 'u1', ...github, '--access-token', 'env:NEW'], {
        env: { NEW: 'third-token' }
    });
    assert.equal(code, 0, err);
    const after = await stored(twin, 'u1');
    for (const member of ['metadata', 'connection_config', 'tags', 'webhook_url_override']) {
        assert.deepEqual(after[member], before[member], member);
    }
    const got = await nangoc(['get', 'u1', ...github, '--field', 'access_token'], { url });
    assert.equal(got.out, 'third-token\n');
    await refused(['rotate', 'u1', ...github], 2, /which credential\?/);
    await refused(['rotate', 'u1', ...github, '--type', 'NONE', '--tag', 'a=b'], 2, /rotate takes no --tag/);
});

await test('cli/calls: update replaces tags and the webhook; metadata set and merge', async () => {
    const changes = [
        ['update', 'u1', ...github, '--tag', 'plan=free', '--tag', 'env=prod', '--webhook-url-override='],
        ['metadata', 'set', 'u1', ...github, '--metadata', `@${file('m.json', '{"a":1,"b":{"c":2}}')}`],
        ['metadata', 'merge', 'u1', ...github, '--metadata', '{"b":3}']
    ];
    for (const args of changes) {
        const { code, out, err } = await run(args);
        assert.deepEqual([code, out, err], [0, 'DONE     github u1\n', ''], args[0]);
    }
    const { tags, metadata, webhook_url_override } = await stored(twin, 'u1');
    assert.deepEqual(
        { tags, metadata, webhook: webhook_url_override || '' },
        { tags: { plan: 'free', env: 'prod' }, metadata: { a: 1, b: 3 }, webhook: '' }
    );
});

await test('cli/calls: delete does it with --yes, and never without a person to ask', async () => {
    await put('gone');
    await refused(['delete', 'gone', ...github], 2, /asks on a terminal, and here is none: --yes/);
    assert(await stored(twin, 'gone'));
    const { code, out } = await run(['delete', 'gone', ...github, '--yes', '--json']);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).outcome, 'DONE');
    assert.equal(await stored(twin, 'gone'), undefined);
    const again = await run(['delete', 'gone', ...github, '-y']);
    assert.equal(again.code, 1);
    assert.match(again.out, /^REFUSED {2}github gone: there is no such connection \(400 unknown_connection\)\n$/);
});

// ---- list ----------------------------------------------------------------------------------------

const ids = (out) => out.split('\n').slice(0, -1).map((row) => JSON.parse(row).connection_id);

await test('cli/calls: list as a table and as JSON lines, with every filter', async () => {
    await put('tagged', { tags: { site: 'Nord', plan: 'pro' }, end_user: { id: 'eu-1' } });
    const table = await run(['list', '--id', 'tagged']);
    assert.match(
        table.out,
        /^CONNECTION_ID {23}INTEGRATION {9}PROVIDER {12}CREATED\ntagged {30}github {14}github {14}\d{4}-\S+\n$/
    );
    assert.equal((await run(['list', '-q', '--id', 'tagged'])).out.split('\n').length, 2);
    for (const filter of [
        ['--id', 'tagged'],
        ['--tag', 'site=Nord'],
        ['--tag', 'site=Nord', '--tag', 'plan=pro'],
        ['--search', 'TAGG'],
        ['--end-user-id', 'eu-1', '--integration', 'github,apify']
    ]) {
        const { code, out, err } = await run(['list', '--json', ...filter]);
        assert.deepEqual([code, ids(out), err], [0, ['tagged'], ''], filter.join(' '));
    }
    const all = await run(['list', '--json']);
    assert.deepEqual(ids(all.out).sort(), ['dead', 'large', 'tagged', odd, 'u1'].sort());
    assert.equal((await run(['list', '--integration', 'apify'])).out, '');
});

// ---- what can go wrong ---------------------------------------------------------------------------

await test('cli/calls: what is not there, and what the command line lacks', async () => {
    const metadata = ['--metadata', '{}'];
    await refused(['get', 'nobody', ...github], 1, /there is no such connection \(404 not_found\)/);
    await refused(['get', 'u1', '--integration', 'nope'], 1, /has no integration nope/);
    for (const args of [
        ['update', 'nobody', ...github, '--tag', 'a=b'],
        ['metadata', 'set', 'nobody', ...github, ...metadata],
        ['rotate', 'nobody', ...github, '--type', 'NONE']
    ]) {
        const { code, out } = await run(args);
        assert.equal(code, 1, out);
        assert.match(out, /^REFUSED {2}github nobody: there is no such connection/);
    }
    await forget(twin);
    await refused(['get', ...github], 2, /an argument is missing/);
    await refused(['get', 'u1', 'u2', ...github], 2, /an argument too many/);
    await refused(['get', 'u1'], 2, /which integration's connection\?/);
    await refused(['get', 'u1', ...github, '--tag', 'a=b'], 2, /get takes no --tag/);
    await refused(['list', 'u1'], 2, /an argument too many/);
    await refused(['list', ...metadata], 2, /list takes no --metadata/);
    await refused(['update', 'u1', ...github], 2, /nangoc update: what\?/);
    await refused(['metadata', 'u1', ...github, ...metadata], 2, /set .* or merge/);
    await refused(['delete', 'a\nb', ...github, '--yes'], 1, /^$/).catch(() => {}); // said on stdout
    await refused(['get', 'a\nb', ...github], 1, /connection_id/);
    assert.deepEqual(await requests(twin), [], 'nothing of that was sent');
});

await test('cli/calls: nobody listens: exit 4, said on standard error', async () => {
    await refused(['get', 'u1', ...github], 4, /could be reached|reset/, { url: 'https://localhost:1' });
    await refused(['list'], 4, /could be reached|reset/, { url: 'https://localhost:1' });
});

await test('cli/calls: help connections has a line for each command', async () => {
    const { code, out } = await run(['help', 'connections']);
    assert.equal(code, 0);
    for (const command of ['list', 'get', 'update', 'metadata', 'rotate', 'delete']) {
        assert.match(out, new RegExp(`^nangoc ${command} `, 'm'));
    }
    assert(out.split('\n').length <= 25 && out.split('\n').every((row) => row.length <= 80));
});

process.exit(exitCode());
