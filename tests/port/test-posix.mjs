// SPDX-License-Identifier: MIT
// The acceptance test of a port, on port/posix: over the loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPeer } from './peer.mjs';

const server = await startPeer();
const program = spawn(join(process.env.B ?? 'build', 'test/bin/port-posix'), ['localhost', String(server.address().port)],
    { stdio: ['ignore', 'inherit', 'inherit'] });
const [status, signal] = await once(program, 'close');
if (signal) {
    console.log(`not ok - port-posix: ended by ${signal}`);
}
process.exit(status ?? 1);
