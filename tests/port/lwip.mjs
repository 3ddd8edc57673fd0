// SPDX-License-Identifier: MIT
// timeout: 600
// The acceptance test of a port, on port/lwip, on the boards in QEMU.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImage } from '../../boards/firmware/qemu.mjs';
import { startPeer } from './peer.mjs';

let failed = false;
for (const board of ['mps2-an385', 'virt-riscv32']) {
    const server = await startPeer();
    const dir = mkdtempSync(join(tmpdir(), 'port-'));
    const { status, console: text } = await runImage({
        board, image: join(process.env.B ?? 'build', 'port', `${board}.elf`), page_file: join(dir, 'page'), timeout_ms: 120000,
        settings: { host: 'peer.test', tcp_port: server.address().port },
    });
    rmSync(dir, { recursive: true });
    server.close();
    console.log(text.replace(/^1\.\..*$/m, '').replace(/^((?:not )?ok - )/gm, `$1${board}: `).trim());
    if (status !== 0 && !/^not ok/m.test(text)) {
        console.log(`not ok - ${board}: ended with ${status}`);
    }
    failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
