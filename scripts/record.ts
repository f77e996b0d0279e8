/**
 * Records what an org answers to the scenarios of an action, as fixtures for the contract tests: `npm run record -- KEY...`, all
 * actions without a key. Each scenario gets a sandbox of its own and a clock that stands still, so that the same code records
 * the same bytes. With --org it is the org of the OKTA_CLIENT_… variables: users and groups are made there and deleted again.
 * Everything that could be personal or secret is replaced before it is written.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { actionOf, connector } from '../src/connector.ts';
import { OktaError } from '../src/errors/errors.ts';
import { systemClock } from '../src/http/clock.ts';
import { type Connection, connect, connectionFromEnvironment } from '../src/index.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { NeedsSandbox } from '../test/support/arrange.ts';
import { type Fixture, scrub } from '../test/support/fixture.ts';
import { fixturesIfAny, instantClock } from '../test/support/replay.ts';
import { arranged, type Scenario, scenariosOf } from '../test/support/scenario.ts';
import { recordWire } from './record-wire.ts';

const folder = join(import.meta.dirname, '../test/fixtures');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { org: { type: 'boolean' } } });

let orgUrl = '';
const wire = recordWire(() => orgUrl);

/** The org of one scenario; it is gone after `close`. */
async function openOrg() {
  if (values.org) {
    const connection = connectionFromEnvironment() as Connection;
    return { connection, clock: systemClock, isSandbox: false, close: async () => {} };
  }
  const clock = instantClock();
  const sandbox = await startSandbox({ now: clock.now });
  const auth = { type: 'api_token' as const, token: sandbox.apiToken };
  const connection: Connection = { orgUrl: sandbox.orgUrl, auth };
  return { connection, clock, isSandbox: true, run: 'run1', close: sandbox.close };
}

async function record(scenario: Scenario): Promise<Fixture> {
  const { name, action } = scenario;
  const { close, ...org } = await openOrg();
  const client = connect(org.connection, { userAgent: 'record', clock: org.clock });
  try {
    return await arranged(scenario, org, async (input, check) => {
      orgUrl = client.orgUrl;
      wire.clear();
      const at = new Date(org.clock.now()).toISOString();
      const output = await client.run(action, input).catch((error) => fail(input, error));
      const exchanges = wire.exchanges();
      try {
        check(output);
      } catch (error) {
        fail(input, error);
      }
      return JSON.parse(scrub(JSON.stringify({ name, at, input, exchanges, output }), orgUrl)) as Fixture;
    });
  } finally {
    client.close();
    await close();
  }
}

function fail(input: unknown, cause: unknown): never {
  throw new Error(`with the input ${JSON.stringify(input)}`, { cause });
}

/** What happened, in words. */
function wordsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const more = error instanceof OktaError ? [...error.causes, error.hint ?? ''] : [];
  return [error.message, ...more, ...(error.cause instanceof Error ? wordsOf(error.cause) : [])];
}

/** The fixtures of an action; undefined where one of its scenarios failed. */
async function recordAction(key: string): Promise<Fixture[] | undefined> {
  const recorded: Fixture[] = [];
  let failed = false;
  const scenarios = await scenariosOf(key).catch((error: Error) => {
    throw new Error(`test/scenarios/${key.replaceAll('_', '-')}.ts: ${error.message}`);
  });
  for (const scenario of scenarios) {
    try {
      const fixture = await record(scenario);
      recorded.push(fixture);
      console.log(`${key}: ${scenario.name} (${fixture.exchanges.length} exchanges)`);
    } catch (error) {
      if (error instanceof NeedsSandbox) {
        console.log(`${key}: ${scenario.name}: skipped, only a sandbox has ${error.message}`);
        recorded.push(...fixturesIfAny(key).filter(({ name }) => name === scenario.name));
        continue;
      }
      failed = true;
      const words = wordsOf(error).filter(Boolean).join('\n  ');
      console.error(`${key}: ${scenario.name}: failed\n  ${words}`);
    }
  }
  return failed ? undefined : recorded;
}

try {
  const keys = positionals.length > 0 ? positionals : connector.actions.map(({ key }) => key);
  // An unknown key is told before anything is recorded.
  keys.forEach(actionOf);
  await mkdir(folder, { recursive: true });
  for (const key of keys) {
    const fixtures = await recordAction(key);
    if (fixtures) await writeFile(join(folder, `${key}.json`), `${JSON.stringify(fixtures, undefined, 1)}\n`);
    else process.exitCode = 1;
  }
} catch (error) {
  console.error(wordsOf(error).filter(Boolean).join('\n  '));
  process.exitCode = 1;
}
