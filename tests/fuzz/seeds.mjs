// SPDX-License-Identifier: MIT
// seeds.mjs FOLDER: seeds for each target, FOLDER/NAME/*: what clients and the real server said (tests/fixtures, and
// ../shared/recordings where it is there), and the peers of tests/hostile.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { compile } from '../hostile/script.mjs';

const folder = process.argv[2];
const top = new URL('../../', import.meta.url);

function seed(target, bytes) {
    mkdirSync(`${folder}/${target}`, { recursive: true });
    const name = createHash('sha1').update(bytes).digest('hex').slice(0, 16);
    writeFileSync(`${folder}/${target}/${name}`, bytes);
}

/** A message's body: what is behind the first empty line. */
function bodyOf(bytes) {
    const end = bytes.indexOf('\r\n\r\n');
    return bytes.subarray(end < 0 ? bytes.length : end + 4);
}

function messages(path, request, response) {
    const at = new URL(path, top);
    for (const name of existsSync(at) ? readdirSync(at) : []) {
        const bytes = readFileSync(new URL(`${path}${name}`, top)).subarray(0, 16384);
        if (name.endsWith(response)) {
            ['http_read', 'call'].forEach((target) => seed(target, bytes));
            // Each call, of which the first byte is; see fuzz_calls.c.
            const call = [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 12;
            seed('calls', Buffer.concat([Buffer.from([call]), bytes, Buffer.from([0xf8]), bytes]));
            ['json_read', 'result'].forEach((target) => seed(target, bodyOf(bytes)));
        } else if (name.endsWith(request)) {
            ['json_read', 'check_body', 'input'].forEach((target) => seed(target, bodyOf(bytes)));
        }
    }
}
messages('tests/fixtures/', '.request.http', '.response.http');
messages('../shared/recordings/', '.request', '.response');

for (const line of readFileSync(new URL('tests/hostile/cases.txt', top), 'utf8').split('\n')) {
    const script = /^[^#]\S+ +\S+ +\S+ +\S+ +(\S.*)$/.exec(line)?.[1];
    if (script !== undefined) {
        const steps = compile(script.replaceAll(/\{(\d{4,})\*/g, '{300*').replaceAll('{next}', '\\xf8'), ['fuzz', 'fuzz']);
        // What makes a connection do something: see fuzz_call.c.
        const verbs = { fin: '\xf8', rst: '\xf9', wait: '\xfa', again: '\xfe', drip: '\xfd' };
        const text = steps.map((step) => step.write ?? step.endless?.repeat(20) ?? verbs[step.verb] ?? '').join('');
        seed('http_read', Buffer.from(text, 'latin1'));
        seed('call', Buffer.from(text, 'latin1'));
    }
}

// JSON at its edges; what is not UTF-8 as bytes.
const edges = [
    '"\\ud83d\\ude00\\u00e9\\ud83d\\u0041\\ude00\\ud83d\\ud83d\\ude00\\u0000\\uFFFF"',
    '["\\b\\f\\n\\r\\t\\"\\\\\\/",{"\\u0061":1,"a":2},"\x7f"]',
    '[-0,0.5e-7,1E+2,123456789012345678901234567890,-1.25e00]',
    '[01]',
    '[1.]',
    '[nul]',
    '"\xe0\x80\xaf"',
    '"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"',
    '"\xed\xa0\x80"',
    '"\xf0\x8f\xbf\xbf"',
    '"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"',
    '"\xf4\x90\x80\x80"',
    '"\xc1\xbf\xc2\x80"',
    `{"${'k'.repeat(63)}":1,"${'k'.repeat(64)}":2,"${'k'.repeat(65)}":3,"${'k'.repeat(66)}\\u0041":4}`,
    ...[511, 512, 513].map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
    `${'{"a":['.repeat(256)}1${']}'.repeat(256)}`
];
for (const edge of edges) {
    seed('json_read', Buffer.from(edge, 'latin1'));
    seed('result', Buffer.from(`{"connection_id":"a","end_user":{"email":${edge}}}`, 'latin1'));
    seed('check_body', Buffer.from(`{"connection_id":"a","metadata":{"a":${edge}},"x":1}`, 'latin1'));
    seed('input', Buffer.from(`${edge}\n\n {\n"a":${edge}\n}\n`, 'latin1'));
}

// Command lines.
const lines = [
    'import --integration github --id device-1 --access-token @a --refresh-token env:S --expires-at 2031-02-03T04:05:06Z',
    'import --integration=a --api-key @a --tag a=b --tag end_user_email=a@b.cd --metadata @c --connection-config @-',
    'import --integration a --basic @b --end-user-id x --end-user-email a@b.cd --end-user-tag k=v --timeout 3 -qv',
    'import --type TBA --token-id @a --token-secret @a --connection-config {"accountId":"1"} --insecure-http --json',
    'import --type APP --app-id 1 --installation-id 2 --webhook-url-override https://a.example/ --secret-key @a --ca c',
    'import --type OAUTH2_CC --token @a --client-id a --client-secret @a --client-certificate @a --client-private-key @a',
    'import --oauth-token @a --oauth-token-secret @a --config-override-client-id a --config-override-client-secret @a',
    '-- a b -h --help -V --version --username a --password env:S --basic u:@a --basic u: --id @@x'
];
lines.forEach((line) => seed('flags', Buffer.from(line.split(' ').join('\0'))));

// Structs: a number of a type, then texts by their length.
const texts = (...list) => list.map((t) => (t === null ? '\xff' : String.fromCharCode(t.length) + t)).join('');
const structs = [
    '\0' + texts('github', 'id-1', 'access', 'refresh', '2031-02-03T04:05:06Z', 'id', 'secret', '{"a":[1,"\\u00e9"]}', '{}'),
    '\x03' + texts('github', null, 'key', '{"a":1}', null) + '\x02' + texts('k', 'v', 'K2', 'v', 'id', 'a@b.cd', 'name'),
    '\x04' + texts('g', 'i', 'user', '', null, null) + '\x01' + texts('end_user_email', 'a@b.cd'),
    '\x05' + texts('g', 'i', 'token', 'secret', null, null, null, '{"accountId":"1"}'),
    '\x01' + texts('g', 'i', 'token', 'id', 'secret', 'cert', 'key', '2031-02-03T04:05:06.5+01:00', null, null),
    '\x02' + texts('g', 'i', 'a', 'b'),
    '\x06' + texts('g', 'i', '1', '2'),
    '\x07' + texts('g', 'i', '1', '2'),
    '\x08' + texts('g', 'i', '{"oauth_scopes_override":["a"]}') + '\xff' + texts('u', 'a@b.cd', 'n', '') + 'https://a.b/'
];
structs.forEach((struct) => seed('check_struct', Buffer.from(struct, 'latin1')));
