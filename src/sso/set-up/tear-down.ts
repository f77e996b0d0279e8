import type { ActionContext } from '../../define.ts';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { change, GONE, setLifecycle, unlessGone } from '../../resources/changes.ts';
import { markIn, ssoApp } from './own-app.ts';
import { deletePolicy, POLICIES, policiesFor } from './tokens.ts';

const path = '/api/v1/apps/{appId}';

/** Requests that a tear-down may send. */
export const TEAR_DOWN_CALLS = [
  `GET ${path}`,
  `POST ${path}/lifecycle/deactivate`,
  `DELETE ${path}`,
  `GET ${POLICIES}`,
  `DELETE ${POLICIES}/{policyId}`,
] as const;

/** Deletes an app that was set up, and what was made for it alone. @throws OktaError `wrong_state` for any other app. */
export async function tearDown(context: ActionContext, appId: string): Promise<void> {
  const one = { path, params: { appId } };
  const found = await context.call({ method: 'GET', ...one, answer: ssoApp }).catch(unlessGone);
  if (!found) return;
  const mark = markIn(found.json);
  if (mark === undefined) {
    throw new OktaError(`The app ${appId} was not made by a set-up of single sign-on`, {
      ...{ code: 'wrong_state', actor: 'caller' },
      hint: 'Delete it with delete_app, if nobody needs it.',
    });
  }
  const server = found.json.profile?.connectorServer;
  if (typeof server === 'string') {
    for (const { id, description, conditions } of await ownPolicies(context, server, appId)) {
      if (description !== mark || conditions?.clients?.include?.length !== 1) continue;
      await context.step('policy_deleted', () => deletePolicy(context, server, id));
    }
  }
  await context.step('deactivated', () => setLifecycle(context, one, 'deactivate', 'INACTIVE'));
  await context.step('deleted', () => change(context, { method: 'DELETE', ...one }, [GONE]));
}

/** None, if the server is gone or the org has no such servers any more. */
const ownPolicies = (context: ActionContext, server: string, appId: string) =>
  policiesFor(context, server, [appId]).catch((error: unknown) => {
    const isOver = isOktaError(error) && ['not_found', 'feature_unavailable'].includes(error.code);
    if (!isOver) throw error;
    return [];
  });
