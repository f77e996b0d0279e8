import type { Action } from '@activepieces/pieces-framework';
import { expect } from 'vitest';
import { actionForm } from '../../../src/hosts/activepieces/actions.ts';
import { isLocal, remoteOperations } from '../../../src/hosts/index.ts';
import type { Clock } from '../../../src/http/types.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { clientOf } from '../../sandbox/support.ts';
import { allScenarios, arranged, type Scenario } from '../../support/scenario.ts';
import { filledIn, stepContext } from './form.ts';

const { actions } = remoteOperations(manifest());
const byKey = new Map(actions.map((one) => [one.key, one]));

/** A connection with the API token, as Activepieces stores it. */
export const tokenAuth = ({ orgUrl, apiToken }: Sandbox) => ({
  type: 'CUSTOM_AUTH',
  props: { orgUrl, token: apiToken },
});

/** Runs scenarios in a piece. @returns the actions that ran. */
export async function runScenarios(
  piece: { getAction(name: string): Action | undefined },
  sandbox: Sandbox,
  clock: Clock,
  isWanted: (scenario: Scenario, ran: ReadonlySet<string>) => boolean,
): Promise<Set<string>> {
  const connection = {
    orgUrl: sandbox.orgUrl,
    auth: { type: 'api_token' as const, token: sandbox.apiToken },
  };
  const ran = new Set<string>();
  for (const scenario of await allScenarios()) {
    const { action: key, name } = scenario;
    const action = byKey.get(key);
    if (!action || !isWanted(scenario, ran)) continue;
    await clientOf(sandbox).control('POST', '/reset');
    await arranged(scenario, { connection, clock }, async (input, check) => {
      const local = Object.keys(input).some((one) => isLocal(action, one));
      if (local) return;
      ran.add(key);
      const props = filledIn(actionForm(action), input);
      const output = await piece
        .getAction(key)
        ?.run(stepContext(tokenAuth(sandbox), props))
        .catch((error: Error) => expect.fail(`${key}, ${name}: ${error.message}`));
      check(output);
    });
  }
  return ran;
}
