// SPDX-License-Identifier: MIT
// Certificates, good and bad, made with openssl while the tests run. A chain is described by words, NAME.WHAT=VALUE:
//     key       p256 p384 p521 k1 ed25519 rsa1024 rsa2048 (p256)
//     md        the hash of the signature upon it (sha256)
//     days      FROM..TO, counted from now (-1..3650)
//     cn        of the subject (localhost for a leaf, else NAME)
//     v1        a certificate of version 1: without extensions
//     broken    the signature is changed
//     else      an extension as openssl.cnf has it; `-`: none; a `_` is a blank
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const algorithms = {
    p256: ['EC', 'ec_paramgen_curve:P-256'],
    p384: ['EC', 'ec_paramgen_curve:P-384'],
    p521: ['EC', 'ec_paramgen_curve:P-521'],
    k1: ['EC', 'ec_paramgen_curve:secp256k1'],
    ed25519: ['ED25519'],
    rsa1024: ['RSA', 'rsa_keygen_bits:1024'],
    rsa2048: ['RSA', 'rsa_keygen_bits:2048']
};
const roles = {
    leaf: {
        basicConstraints: 'critical,CA:FALSE',
        keyUsage: 'critical,digitalSignature',
        extendedKeyUsage: 'serverAuth',
        subjectAltName: 'DNS:localhost,IP:127.0.0.1,IP:::1'
    },
    ca: { basicConstraints: 'critical,CA:TRUE', keyUsage: 'critical,keyCertSign,cRLSign' }
};
const ours = ['key', 'md', 'days', 'cn', 'v1', 'broken'];
const isLeaf = (name) => name.startsWith('leaf');

const date = (days) =>
    new Date(Date.now() + days * 86400_000)
        .toISOString()
        .replace(/\..*/, 'Z')
        .replace(/[-T:]/g, '');

/** One signature byte other than it was. */
function breakSignature(path) {
    const der = Buffer.from(readFileSync(path, 'latin1').replace(/-----.*-----|\s/g, ''), 'base64');
    der[der.length - 1] ^= 1;
    const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
    writeFileSync(path, `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
}

/** Makes certificates in a folder; what two chains have in common is made once. */
export class Maker {
    constructor(folder) {
        this.folder = folder;
        this.made = new Map();
        mkdirSync(folder, { recursive: true });
    }
    once(id, make) {
        if (!this.made.has(id)) {
            this.made.set(id, make());
        }
        return this.made.get(id);
    }
    /** The key of this name: a path. */
    key(name, kind) {
        return this.once(`key ${name} ${kind}`, async () => {
            const path = join(this.folder, `${name}-${kind}.key`);
            const [algorithm, option] = algorithms[kind];
            const options = option ? ['-pkeyopt', option] : [];
            await run('openssl', ['genpkey', '-quiet', '-algorithm', algorithm, ...options, '-out', path]);
            return path;
        });
    }
    /** A certificate: { cert, key }, paths. issuer: the same of another, or undefined: it signs itself. */
    certificate(name, spec, issuer) {
        const id = JSON.stringify([name, spec, issuer?.cert]);
        return this.once(id, async () => {
            const base = join(this.folder, `${name}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`);
            const key = await this.key(name, spec.key ?? 'p256');
            const extensions = { ...(isLeaf(name) ? roles.leaf : roles.ca), subjectKeyIdentifier: 'hash' };
            Object.assign(extensions, issuer && { authorityKeyIdentifier: 'keyid' }, spec);
            ours.forEach((word) => delete extensions[word]);
            const section = Object.entries(extensions)
                .filter(([, value]) => value !== '-')
                .map(([extension, value]) => `${extension} = ${value.replace(/_/g, ' ')}`);
            writeFileSync(`${base}.index`, '');
            writeFileSync(
                `${base}.cnf`,
                ['[ca]', 'default_ca = it', '[it]', `database = ${base}.index`, `new_certs_dir = ${this.folder}`]
                    .concat(['rand_serial = yes', 'policy = any', 'unique_subject = no'])
                    .concat(spec.v1 ? [] : ['x509_extensions = extensions'])
                    .concat(['[any]', 'organizationName = optional', 'commonName = supplied', '[extensions]'])
                    .concat(section, '')
                    .join('\n')
            );
            const subject = `/O=nango-c servers/CN=${spec.cn ?? (isLeaf(name) ? 'localhost' : name)}`;
            await run('openssl', ['req', '-new', '-key', key, '-subj', subject, '-out', `${base}.csr`]);
            const [from, to] = (spec.days ?? '-1..3650').split('..');
            const md = (spec.key === 'ed25519' && !issuer) || spec.md === undefined ? 'sha256' : spec.md;
            const signer = issuer ? ['-cert', issuer.cert, '-keyfile', issuer.key] : ['-selfsign', '-keyfile', key];
            const dates = ['-startdate', date(Number(from)), '-enddate', date(Number(to))];
            const files = ['-config', `${base}.cnf`, '-in', `${base}.csr`, '-out', `${base}.pem`];
            await run('openssl', ['ca', '-batch', '-notext', '-md', md, ...signer, ...dates, ...files]);
            if (spec.broken) {
                breakSignature(`${base}.pem`);
            }
            return { cert: `${base}.pem`, key };
        });
    }
    /**
     * A chain, leaf first; specs: of each name. { cert, key: PEM to serve, trust: a file }. send: the names that are sent; trust:
     * those that are trusted, `other`: a root that has signed nothing of it.
     */
    async chain(names, specs, send, trust) {
        const made = {};
        let issuer;
        for (const name of [...names].reverse()) {
            issuer = made[name] = await this.certificate(name, specs[name] ?? {}, issuer);
        }
        for (const name of trust.filter((one) => !made[one])) {
            made[name] = await this.certificate(name, specs[name] ?? {});
        }
        const text = (list) => list.map((name) => readFileSync(made[name].cert, 'utf8')).join('');
        const roots = text(trust);
        const file = await this.once(roots, async () => {
            const path = join(this.folder, `trust-${createHash('sha256').update(roots).digest('hex').slice(0, 12)}.pem`);
            writeFileSync(path, roots);
            return path;
        });
        return { cert: text(send), key: readFileSync(made[names[0]].key, 'utf8'), trust: file };
    }
}
