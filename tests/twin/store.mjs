// SPDX-License-Identifier: MIT
// What the twin keeps: rows of connections and of connect sessions, in memory and, with --store FILE, as JSON
// Lines that are only appended to. A line is written (write(2), no buffer of ours) before the answer leaves,
// so kill -9 loses nothing acknowledged. A torn last line was never acknowledged: it is cut off at the start.
import { openSync, writeSync, readFileSync, existsSync, truncateSync } from 'node:fs';

const key = (environment, integration, connectionId) =>
    JSON.stringify([environment, integration, connectionId]);

export class Store {
    constructor(file) {
        this.rows = new Map(); // id -> row
        this.index = new Map(); // environment, integration, connection_id -> id
        this.sessions = new Map(); // token -> session
        this.lastId = 0;
        if (file) {
            this.load(file);
            this.fd = openSync(file, 'a', 0o600);
        }
    }

    load(file) {
        if (!existsSync(file)) {
            return;
        }
        const bytes = readFileSync(file);
        const whole = bytes.lastIndexOf(0x0a) + 1;
        if (whole < bytes.length) {
            truncateSync(file, whole);
        }
        for (let at = 0; at < whole;) {
            const end = bytes.indexOf(0x0a, at);
            this.apply(JSON.parse(bytes.toString('utf8', at, end)));
            at = end + 1;
        }
    }

    apply({ row, deleted, session, ended }) {
        if (row) {
            this.rows.set(row.id, row);
            this.index.set(key(row.environment, row.provider_config_key, row.connection_id), row.id);
            this.lastId = Math.max(this.lastId, row.id);
        } else if (deleted) {
            const old = this.rows.get(deleted);
            this.rows.delete(deleted);
            this.index.delete(key(old.environment, old.provider_config_key, old.connection_id));
        } else if (session) {
            this.sessions.set(session.token, session);
        } else if (ended) {
            this.sessions.delete(ended);
        }
    }

    /** Writes the record, then applies it: what a later reader sees is what a restart would see. */
    record(entry) {
        const line = JSON.stringify(entry);
        if (this.fd !== undefined) {
            const bytes = Buffer.from(line + '\n');
            for (let at = 0; at < bytes.length;) {
                at += writeSync(this.fd, bytes, at);
            }
        }
        this.apply(JSON.parse(line));
    }

    nextId() {
        return ++this.lastId;
    }

    find(environment, integration, connectionId) {
        return this.rows.get(this.index.get(key(environment, integration, connectionId)));
    }

    get(id) {
        return this.rows.get(id);
    }

    put(row) {
        this.record({ row });
        return this.rows.get(row.id);
    }

    delete(id) {
        this.record({ deleted: id });
    }

    /** Newest first, as the list shows them. */
    list(environment) {
        return [...this.rows.values()]
            .filter((row) => row.environment === environment)
            .sort((a, b) => b.id - a.id);
    }

    /** Does not count as a write of the row's owner: nothing but last_fetched_at changes. */
    fetched(row) {
        return this.put({ ...row, last_fetched_at: now() });
    }
}

let last = 0n;

/** A timestamptz of PostgreSQL: microseconds, never the same twice. */
export function now() {
    let us = BigInt(Date.now()) * 1000n;
    if (us <= last) {
        us = last + 1n;
    }
    last = us;
    return (
        new Date(Number(us / 1000n)).toISOString().slice(0, -1) + String(us % 1000n).padStart(3, '0') + 'Z'
    );
}
