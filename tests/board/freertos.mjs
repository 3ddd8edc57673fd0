// SPDX-License-Identifier: MIT
// node freertos.mjs IMAGE.elf: the image under FreeRTOS in QEMU, against the reference server: both of its tasks register their
// credential. Prints the console.
import { runAgainstTwin } from './firmware.mjs';

const { status, console: text, rows, requests } = await runAgainstTwin(process.argv[2], { timeout_ms: 120000 });
console.log(text.trim());
const ids = rows.map((row) => row.connection_id).sort();
const right = status === 0 && requests.length === 2
    && String(ids) === 'device-5254001234560385-1,device-5254001234560385-2';
console.log(right ? 'ok - two tasks, two connections' : `not ok - exit status ${status}, ${requests.length} requests, stored: ${ids}`);
process.exitCode = right ? 0 : 1;
