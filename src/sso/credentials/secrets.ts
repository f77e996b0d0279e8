import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { change, GONE } from '../../resources/changes.ts';
import { collect } from '../../resources/collect.ts';

/** Path of the secrets of an OAuth client; it has at most two. */
export const SECRETS = '/api/v1/apps/{appId}/credentials/secrets';

const clientSecret = z.looseObject({
  id: z.string(),
  created: z.string().nullish(),
  status: z.string(),
  client_secret: z.string().nullish(),
});

type ClientSecret = z.output<typeof clientSecret>;

/** The secrets of an OAuth client, oldest first. They come in clear: never hand them on as they are. */
export async function clientSecretsOf(context: ActionContext, appId: string): Promise<ClientSecret[]> {
  const all = await collect(
    context.list({ method: 'GET', path: SECRETS, params: { appId }, answer: clientSecret }),
  );
  return all.sort((a, b) => String(a.created ?? '').localeCompare(String(b.created ?? '')));
}

interface Rotated {
  changed: boolean;
  /** The new one. */
  clientSecret?: string;
  secrets: ClientSecret[];
}

/**
 * Adds a second secret, unless there are two already.
 * @throws OktaError `wrong_state` if the second one is switched off, or the client has none.
 */
export async function addSecret(context: ActionContext, appId: string): Promise<Rotated> {
  const before = await clientSecretsOf(context, appId);
  if (before.length === 0) {
    throw wrongState('The client has no secret', 'It signs in with a key: replace its keys (update_app).');
  }
  const active = before.filter(({ status }) => status === 'ACTIVE');
  if (active.length > 1) return { changed: false, secrets: before };
  if (before.length > 1) {
    throw wrongState(
      'The client has a second secret that is switched off, and two are the most',
      'Run the phase finish first, which deletes it.',
    );
  }
  const call = { method: 'POST', path: SECRETS, params: { appId }, body: {}, answer: clientSecret } as const;
  try {
    const { json } = await context.call(call);
    return addedTo(before, json);
  } catch (error) {
    // An attempt whose answer was lost may have added it; a third one is refused.
    if (!isOktaError(error) || !error.mayHaveHappened || error.status !== 400) throw error;
    const after = await clientSecretsOf(context, appId);
    const added = after.find(({ id }) => before.every((one) => one.id !== id));
    if (!added) throw error;
    return addedTo(before, added);
  }
}

const addedTo = (before: ClientSecret[], added: ClientSecret): Rotated => ({
  changed: true,
  ...(added.client_secret ? { clientSecret: added.client_secret } : {}),
  secrets: [...before, added],
});

/** Switches off and deletes all secrets but the newest that is active. */
export async function dropOldSecrets(context: ActionContext, appId: string): Promise<Rotated> {
  const before = await clientSecretsOf(context, appId);
  const kept = before.findLast(({ status }) => status === 'ACTIVE');
  for (const { id: secretId, status } of before) {
    if (secretId === kept?.id) continue;
    const one = { path: `${SECRETS}/{secretId}`, params: { appId, secretId } };
    const off = { method: 'POST', path: `${one.path}/lifecycle/deactivate`, params: one.params } as const;
    if (status === 'ACTIVE') await context.step('deactivated', () => change(context, off, [GONE]));
    await context.step('deleted', () => change(context, { method: 'DELETE', ...one }, [GONE]));
  }
  return { changed: context.steps.length > 0, secrets: kept ? [kept] : [] };
}

function wrongState(message: string, hint: string): OktaError {
  return new OktaError(message, { code: 'wrong_state', actor: 'caller', hint });
}
