// SPDX-License-Identifier: MIT
// ask.mjs PORT PATH [JSON]: asks the control interface of a twin, for scripts: GET, or POST with the JSON.
import http from 'node:http';

const [port, path, body] = process.argv.slice(2);
const req = http.request(
    { host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST' },
    (res) => {
        process.exitCode = res.statusCode === 200 ? 0 : 1;
        res.pipe(process.stdout);
    }
);
req.on('error', (error) => {
    process.stderr.write(`ask.mjs: ${error.message}\n`);
    process.exitCode = 1;
});
req.end(body);
