import { describe, expect, it } from 'vitest';
import { useSandbox } from '../sandbox/support.ts';
import { NeedsSandbox, orgAt } from '../support/arrange.ts';
import { freshSandbox, record } from '../support/record.ts';
import { fixturesIfAny, fixturesOf, recordedActions, recordingsOf } from '../support/replay.ts';
import { allScenarios, scenariosOf } from '../support/scenario.ts';
import { isInShare } from '../support/share.ts';

const client = useSandbox();

it('F2.8 has scenarios for each action, in the file with its name', async () => {
  const scenarios = await allScenarios();
  expect([...new Set(scenarios.map(({ action }) => action))].sort()).toEqual(recordedActions.toSorted());
  const names = scenarios.map(({ action, name }) => `${action}: ${name}`);
  expect(new Set(names).size, 'no name twice').toBe(names.length);
});

it('F2.8 leaves nothing on a real org, and says what only a sandbox has', async () => {
  const { orgUrl, apiToken } = client.sandbox;
  const org = orgAt({ orgUrl, auth: { type: 'api_token', token: apiToken } }, { isSandbox: false });
  const user = await org.user('ana');
  await org.user('bo', { active: false });
  // Without waiting for the end of it, as an action may have left the user.
  const path = `/api/v1/users/${user.id}/lifecycle/deactivate`;
  await client.post(path, undefined, { Prefer: 'respond-async' });
  await org.member(await org.user('eve'), await org.group('Field sales'));
  org.login('never made');
  await expect(org.pagesOf(1)).rejects.toThrow(NeedsSandbox);
  await expect(org.app('Acme CRM', user)).rejects.toThrow(NeedsSandbox);
  await org.cleanUp();
  org.close();
  const { body: users } = await client.get(
    `/api/v1/users?search=${encodeURIComponent(`profile.login co "${org.run}"`)}`,
  );
  expect(users).toEqual([]);
  const { body: groups } = await client.get('/api/v1/groups?q=Field');
  expect(groups).toEqual([]);
});

it('F2.8 says what to type where a recording is missing, and takes no other tests away', () => {
  expect(() => fixturesOf('no_such_action')).toThrow('Type: npm run record -- no_such_action');
  expect(fixturesIfAny('no_such_action')).toEqual([]);
});

describe.each(recordedActions.filter((key) => isInShare(key, 5)))('%s', (key) => {
  it('F2.8 is recorded as it is now, to the byte', async () => {
    const fixtures = recordingsOf(key);
    const scenarios = await scenariosOf(key);
    expect(scenarios.filter(({ action }) => action !== key)).toEqual([]);
    const again = `npm run record -- ${key}`;
    expect(
      fixtures.map(({ name }) => name),
      again,
    ).toEqual(scenarios.map(({ name }) => name));
    for (const [at, scenario] of scenarios.entries()) {
      const recorded = await record(scenario, await freshSandbox());
      // Recordings of a real org differ each time.
      if (fixtures[at]?.at !== recorded.at) continue;
      expect(JSON.stringify(recorded), again).toBe(JSON.stringify(fixtures[at]));
    }
  });
});
