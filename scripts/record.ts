/**
 * Records an org's answers to the scenarios of an action as fixtures for the contract tests: `npm run record -- KEY...`, or all
 * actions without a key. Each scenario gets its own sandbox and a frozen clock, so that the same code records the same bytes.
 * With --org, it records the org of the OKTA_CLIENT_… variables: users and groups are created there and deleted again.
 * Anything that could be personal or secret is replaced before it is written.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectionFromEnvironment } from '../src/auth/environment.ts';
import { actionOf } from '../src/connector.ts';
import { OktaError } from '../src/errors/errors.ts';
import { systemClock } from '../src/http/clock.ts';
import { NeedsSandbox } from '../test/support/arrange.ts';
import type { Fixture } from '../test/support/fixture.ts';
import { freshSandbox, type RecordedOrg, record } from '../test/support/record.ts';
import { fixturesIfAny, recordedActions, recordingsOf } from '../test/support/replay.ts';
import { type Scenario, scenariosOf } from '../test/support/scenario.ts';

const folder = join(import.meta.dirname, '../test/fixtures');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { org: { type: 'boolean' } } });

/** The org configured in the environment. @throws InputError if none is configured. */
const realOrg = (): RecordedOrg => ({
  connection: connectionFromEnvironment(),
  clock: systemClock,
  isSandbox: false,
  close: async () => {},
});

/** An error and its causes, one per line. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const more = error instanceof OktaError ? [...error.causes, error.hint ?? ''] : [];
  const cause = error.cause === undefined ? '' : wordsOf(error.cause);
  return [error.message, ...more, cause].filter(Boolean).join('\n  ');
}

function fail(what: string, error: unknown): void {
  console.error(`${what}: failed\n  ${wordsOf(error)}`);
  process.exitCode = 1;
}

/** Records a scenario. One that needs a sandbox keeps its earlier recording, if any, when a real org is recorded. */
async function recorded(scenario: Scenario): Promise<Fixture | undefined> {
  const { action, name } = scenario;
  try {
    const fixture = await record(scenario, values.org ? realOrg() : await freshSandbox());
    console.log(`${action}: ${name} (${fixture.exchanges.length} exchanges)`);
    return fixture;
  } catch (error) {
    if (!(error instanceof NeedsSandbox)) throw error;
    console.log(`${action}: ${name}: skipped, only a sandbox has ${error.message}`);
    return fixturesIfAny(action, recordingsOf).find((one) => one.name === name);
  }
}

/** Writes the recordings of an action, unless one of its scenarios fails. */
async function recordAction(key: string): Promise<void> {
  const fixtures: Fixture[] = [];
  let failed = false;
  for (const scenario of await scenariosOf(key)) {
    try {
      const fixture = await recorded(scenario);
      if (fixture) fixtures.push(fixture);
    } catch (error) {
      failed = true;
      fail(`${key}: ${scenario.name}`, error);
    }
  }
  if (!failed) await writeFile(join(folder, `${key}.json`), `${JSON.stringify(fixtures, undefined, 1)}\n`);
}

const keys = positionals.length > 0 ? positionals : recordedActions;
try {
  // Report an unknown key before anything is recorded.
  keys.forEach(actionOf);
  await mkdir(folder, { recursive: true });
  for (const key of keys) await recordAction(key).catch((error) => fail(key, error));
} catch (error) {
  fail('npm run record', error);
}
