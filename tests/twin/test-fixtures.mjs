// SPDX-License-Identifier: MIT
// Holds the twin against the project's own fixtures, as test-recordings.mjs does against the real server's
// answers.
import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { bytesOf, cases, drain, twinOptions } from './fixtures.mjs';
import { compare, fixtures, load, Ties } from './recorded.mjs';
import { startTwin } from './child.mjs';
import { exitCode, test, Wire } from './wire.mjs';

const twin = await startTwin(...twinOptions);
const ties = new Ties();

for (const [name, what] of cases) {
    await test(`twin/fixtures/${name}`, async () => {
        const fixture = load(name, '.http', fixtures);
        assert.equal(
            fixture.request.toString(),
            bytesOf(what).toString(),
            'the request is not that of fixtures.mjs'
        );
        assert.ok(name.startsWith(`${fixture.answers[0].status}`), 'the name does not begin with the status');
        if (name === '429') {
            await drain(twin.port);
        }
        const wire = await Wire.open(twin.port);
        wire.write(fixture.request);
        const { answers } = await wire.answers(1);
        wire.close();
        compare(fixture.answers[0], answers[0], ties, { instance: 'fixtures' });
    });
}
await test('twin/fixtures/each file is of a case', () => {
    const names = new Set(
        readdirSync(fixtures)
            .filter((file) => file.endsWith('.http'))
            .map((file) => file.replace(/\.(request|response)\.http$/, ''))
    );
    assert.deepEqual([...names].sort(), cases.map(([name]) => name).sort());
});
await twin.stop();
process.exitCode = exitCode();
