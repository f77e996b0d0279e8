/**
 * Records what an org answers to the scenarios, as fixtures for the contract tests. Records the sandbox, or with --org
 * the org of the OKTA_CLIENT_… variables (it creates and deletes three users and a group there). Everything that could
 * be personal or secret is replaced before it is written.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import nock from 'nock';
import { type Connection, connect, connectionFromEnvironment } from '../src/index.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { type Exchange, FIXTURE_ORG, type Fixture, scrub } from '../test/support/fixture.ts';
import { scenarios, type World } from '../test/support/scenarios.ts';

const KEPT_HEADERS =
  /^(content-type|date|etag|link|x-okta-request-id|x-rate-limit-(limit|remaining|reset))$/i;

const sandbox = process.argv.includes('--org') ? undefined : await startSandbox();
const connection = sandbox
  ? { orgUrl: sandbox.orgUrl, auth: { type: 'api_token' as const, token: sandbox.apiToken } }
  : (connectionFromEnvironment() as Connection);

const world: World = { run: Date.now().toString(36) };
const fixtures = new Map<string, Fixture[]>();
nock.recorder.rec({ dont_print: true, output_objects: true });
for (const scenario of scenarios) {
  // A client for each, so that a recording does not lean on what an earlier one had read.
  const client = connect(connection, { userAgent: 'record' });
  const input = scenario.input(world);
  nock.recorder.clear();
  const output = await client.run(scenario.action, input);
  scenario.check(output, world);
  client.close();
  const exchanges = (nock.recorder.play() as nock.Definition[]).map(exchangeOf);
  const fixture = JSON.parse(
    scrub(JSON.stringify({ name: scenario.name, input, exchanges }), client.orgUrl),
  ) as Fixture;
  fixtures.set(scenario.action, [...(fixtures.get(scenario.action) ?? []), fixture]);
  console.log(`${scenario.action}: ${scenario.name} (${exchanges.length} exchanges)`);
}
nock.restore();
await sandbox?.close();

const folder = join(import.meta.dirname, '../test/fixtures');
await mkdir(folder, { recursive: true });
for (const [action, recorded] of fixtures) {
  await writeFile(join(folder, `${action}.json`), `${JSON.stringify(recorded, undefined, 1)}\n`);
}
console.log(`${fixtures.size} fixtures written for ${FIXTURE_ORG}`);

function exchangeOf({ method, path, body, status, response, rawHeaders }: nock.Definition): Exchange {
  const pairs = Array.isArray(rawHeaders) ? rawHeaders : Object.entries(rawHeaders ?? {}).flat();
  const headers: [string, string][] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    if (KEPT_HEADERS.test(String(pairs[at])))
      headers.push([String(pairs[at]).toLowerCase(), String(pairs[at + 1])]);
  }
  return {
    method: String(method),
    path: String(path),
    ...(body ? { body } : {}),
    status: status ?? 0,
    headers,
    ...(response === '' || response === undefined ? {} : { response: plain(response) }),
  };
}

/** nock keeps compressed bodies as hex. */
function plain(response: unknown): unknown {
  if (!Array.isArray(response) || typeof response[0] !== 'string') return response;
  return JSON.parse(gunzipSync(Buffer.from(response.join(''), 'hex')).toString('utf8'));
}
