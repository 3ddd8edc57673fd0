// SPDX-License-Identifier: MIT
// What is compiled into Mbed TLS: the options of each variant, as its compiler sees them (B/options/VARIANT.h), are those of
// options.txt; and a few are never there, whatever a table says. `--write` writes the table anew.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, test } from '../twin/wire.mjs';

const build = process.env.B ?? 'build';
const mbedtls = process.env.MBEDTLS_DIR ?? 'build/deps/mbedtls';
const table = new URL('options.txt', import.meta.url);
const variants = readdirSync(join(build, 'options'))
    .map((name) => name.replace(/\.h$/, ''))
    .sort();

const always = ['HAVE_TIME_DATE', 'SSL_CLI_C', 'SSL_SERVER_NAME_INDICATION', 'X509_TRUSTED_CERTIFICATE_CALLBACK'];
const never = [
    'SSL_RENEGOTIATION SSL_SRV_C SSL_PROTO_DTLS SSL_EARLY_DATA SSL_KEYING_MATERIAL_EXPORT SSL_CONTEXT_SERIALIZATION',
    'SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_ENABLED KEY_EXCHANGE_PSK_ENABLED KEY_EXCHANGE_DHE_PSK_ENABLED',
    'KEY_EXCHANGE_ECDHE_PSK_ENABLED KEY_EXCHANGE_RSA_PSK_ENABLED KEY_EXCHANGE_ECJPAKE_ENABLED ECJPAKE_C',
    'KEY_EXCHANGE_RSA_ENABLED KEY_EXCHANGE_DHE_RSA_ENABLED KEY_EXCHANGE_ECDH_ECDSA_ENABLED KEY_EXCHANGE_ECDH_RSA_ENABLED DHM_C',
    'CIPHER_MODE_CBC CIPHER_NULL_CIPHER SSL_ENCRYPT_THEN_MAC DES_C CAMELLIA_C ARIA_C MD5_C SHA1_C RIPEMD160_C',
    'ECP_DP_SECP192R1_ENABLED ECP_DP_SECP224R1_ENABLED ECP_DP_SECP192K1_ENABLED ECP_DP_SECP224K1_ENABLED',
    'TEST_NULL_ENTROPY DEBUG_C PSA_CRYPTO_STORAGE_C FS_IO NET_C'
].flatMap((line) => line.split(' '));
// With them from their file, and the suites, one by one.
const known = new Set(
    [...readFileSync(join(mbedtls, 'include/mbedtls/mbedtls_config.h'), 'utf8').matchAll(/#define MBEDTLS_(\w+)/g)]
        .map(([, name]) => name)
        .filter((name) => !/^AES(NI|CE)_C$|CONFIG_(FILE|VERSION)$|^SSL_CIPHERSUITES$/.test(name)) // of the machine, or no option
);

/** The options of a variant by name: 1, or their value. */
function read(variant) {
    const all = new Map();
    for (const [, name, value] of readFileSync(join(build, 'options', `${variant}.h`), 'utf8').matchAll(
        /^#define (?:MBEDTLS_)?(\w+) ?(.*)$/gm
    )) {
        all.set(name, value.trim() || '1');
    }
    const options = new Map([...all].filter(([name]) => known.has(name)));
    for (const [, suite] of (all.get('SSL_CIPHERSUITES') ?? '').matchAll(/MBEDTLS_(\w+)/g)) {
        options.set(suite, '1');
    }
    options.forEach((value, name) => options.set(name, all.get(value) ?? value));
    return new Map([...options].filter(([, value]) => /^\w+$/.test(value)));
}

const options = new Map(variants.map((variant) => [variant, read(variant)]));
const names = [...new Set([...options.values()].flatMap((one) => [...one.keys()]).concat(never))].sort();
const value = (variant, name) => options.get(variant).get(name) ?? '-';
const head = `# SPDX-License-Identifier: MIT
#
# The options of Mbed TLS (MBEDTLS_...) in each variant; \`-\`: it is not there. Written by tests/config/test-config.mjs --write.
`;
const rows = [['option', ...variants], ...names.map((name) => [name, ...variants.map((variant) => value(variant, name))])];
const line = ([name, ...values]) => `${[name.padEnd(50), ...values.map((one) => one.padEnd(11))].join(' ').trimEnd()}\n`;
const text = head + rows.map(line).join('');
if (process.argv.includes('--write')) {
    writeFileSync(table, text);
}

for (const variant of variants) {
    await test(`config: ${variant}: what must be there, and what never is`, () => {
        assert.deepEqual(always.filter((name) => value(variant, name) === '-'), []);
        assert.deepEqual(never.filter((name) => value(variant, name) !== '-'), []);
        const versions = [value(variant, 'SSL_PROTO_TLS1_2'), value(variant, 'SSL_PROTO_TLS1_3')];
        assert(versions.includes('1'));
        assert.equal(value(variant, 'SSL_EXTENDED_MASTER_SECRET'), versions[0]);
        const suites = names.filter((name) => /^TLS(1_3)?_/.test(name) && value(variant, name) === '1');
        assert(suites.length > 0);
        suites.forEach((suite) => assert.match(suite, /^TLS(1_3|_ECDHE_(ECDSA|RSA)_WITH)_(AES_\d+_GCM|CHACHA20_POLY1305)_SHA/));
    });
}
await test('config: no option has drifted from tests/config/options.txt', () => {
    const before = readFileSync(table, 'utf8').split('\n');
    const changed = text.split('\n').filter((line) => !before.includes(line));
    const gone = before.filter((line) => !text.split('\n').includes(line));
    assert.equal(changed.length + gone.length, 0, `now: ${changed}; before: ${gone}; if it is meant, --write it`);
});

await test('config: the program has nothing of what is off', () => {
    const symbols = execFileSync('nm', [join(build, 'host/nangoc')], { encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.match(symbols, / mbedtls_gcm_/);
    const found = symbols.match(/ mbedtls_(sha1|md5|des|dhm|ecjpake|aria|camellia|ssl_renegotiate|ripemd160|debug)_?\w*/g);
    assert.equal(found, null);
});
process.exit(exitCode());
