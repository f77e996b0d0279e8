/**
 * Records what an org answers to the scenarios, as fixtures for the contract tests. Records the sandbox, or with --org
 * the org of the OKTA_CLIENT_… variables (it creates and deletes three users and a group there). Everything that could
 * be personal or secret is replaced before it is written.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, connect, connectionFromEnvironment } from '../src/index.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { FIXTURE_ORG, type Fixture, scrub } from '../test/support/fixture.ts';
import { scenarios, type World } from '../test/support/scenarios.ts';
import { recordWire } from './record-wire.ts';

const sandbox = process.argv.includes('--org') ? undefined : await startSandbox();
const connection = sandbox
  ? { orgUrl: sandbox.orgUrl, auth: { type: 'api_token' as const, token: sandbox.apiToken } }
  : (connectionFromEnvironment() as Connection);

const world: World = { run: Date.now().toString(36) };
const fixtures = new Map<string, Fixture[]>();
let orgUrl = '';
const wire = recordWire(() => orgUrl);
for (const scenario of scenarios) {
  // A client for each, so that a recording does not lean on what an earlier one had read.
  const client = connect(connection, { userAgent: 'record' });
  const input = scenario.input(world);
  orgUrl = client.orgUrl;
  wire.clear();
  const output = await client.run(scenario.action, input);
  scenario.check(output, world);
  client.close();
  const exchanges = wire.exchanges();
  const fixture = JSON.parse(
    scrub(JSON.stringify({ name: scenario.name, input, exchanges }), client.orgUrl),
  ) as Fixture;
  fixtures.set(scenario.action, [...(fixtures.get(scenario.action) ?? []), fixture]);
  console.log(`${scenario.action}: ${scenario.name} (${exchanges.length} exchanges)`);
}
await sandbox?.close();

const folder = join(import.meta.dirname, '../test/fixtures');
await mkdir(folder, { recursive: true });
for (const [action, recorded] of fixtures) {
  await writeFile(join(folder, `${action}.json`), `${JSON.stringify(recorded, undefined, 1)}\n`);
}
console.log(`${fixtures.size} fixtures written for ${FIXTURE_ORG}`);
