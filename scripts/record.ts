/**
 * Records what an org answers to the scenarios of an action, as fixtures for the contract tests: `npm run record -- KEY...`, all
 * actions without a key. Each scenario gets a sandbox of its own and a clock that stands still, so that the same code records
 * the same bytes. With --org it is the org of the OKTA_CLIENT_… variables: users and groups are made there and deleted again.
 * Everything that could be personal or secret is replaced before it is written.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Connection } from '../src/auth/connection.ts';
import { connectionFromEnvironment } from '../src/auth/environment.ts';
import { actionOf, connector } from '../src/connector.ts';
import { OktaError } from '../src/errors/errors.ts';
import { systemClock } from '../src/http/clock.ts';
import { NeedsSandbox } from '../test/support/arrange.ts';
import type { Fixture } from '../test/support/fixture.ts';
import { freshSandbox, type RecordedOrg, record } from '../test/support/record.ts';
import { fixturesIfAny } from '../test/support/replay.ts';
import { scenariosOf } from '../test/support/scenario.ts';

const folder = join(import.meta.dirname, '../test/fixtures');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { org: { type: 'boolean' } } });

/** The org of the environment. */
const realOrg = (): RecordedOrg => ({
  connection: connectionFromEnvironment() as Connection,
  clock: systemClock,
  isSandbox: false,
  close: async () => {},
});

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
      const fixture = await record(scenario, values.org ? realOrg() : await freshSandbox());
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
