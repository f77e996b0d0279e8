import { z } from 'zod';
import type { ActionContext, HookFilter, TriggerDefinition } from '../../../define.ts';
import { InputError, isOktaError } from '../../../errors/errors.ts';
import type { HookInbox } from './hook-inbox.ts';

/** An event hook, as Okta shows it. */
export const hookAnswer = z.object({
  id: z.string(),
  name: z.string(),
  /** ACTIVE or INACTIVE. */
  status: z.string(),
  /** VERIFIED or UNVERIFIED. */
  verificationStatus: z.string(),
  events: z.object({ items: z.array(z.string()) }),
  channel: z.object({ config: z.object({ uri: z.string() }) }),
});
export type Hook = z.output<typeof hookAnswer>;

/** How the name of each hook begins that a receiver makes. */
export const HOOK_NAME = 'okta-connector ';

/** OAuth scopes that making, changing and deleting a hook takes. */
export const HOOK_SCOPES = ['okta.eventHooks.manage', 'okta.eventHooks.read'] as const;

export const HOOKS = '/api/v1/eventHooks';
const one = `${HOOKS}/{hookId}`;

/**
 * What a hook has to deliver for a trigger.
 * @throws InputError for a trigger, or an input of it, that no hook delivers.
 */
export function filterOf({ key, source }: TriggerDefinition, input: Record<string, unknown>): HookFilter {
  const filter = source.hook?.(input);
  if (filter) return filter;
  throw new InputError(`${key} cannot be instant: no event hook delivers it`, {
    hint: `Poll it ("okta-connector poll ${key}").`,
  });
}

/**
 * Makes the hook be there, with these event types, at this URL, active and verified. A hook that exists is changed, one
 * that somebody deleted is made anew; a creation whose answer was lost is found again by its name.
 * @throws OktaError when Okta refuses it or cannot reach the URL.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/
 */
export async function ensureHook(
  context: ActionContext,
  inbox: HookInbox,
  uri: string,
  eventTypes: readonly string[],
): Promise<void> {
  const { name, secret } = inbox.state;
  const items = sorted(eventTypes);
  const body = {
    name,
    events: { type: 'EVENT_TYPE', items },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: { uri, authScheme: { type: 'HEADER', key: 'Authorization', value: secret } },
    },
  };
  let hook = (await findHook(context, inbox)) ?? (await createHook(context, inbox, body));
  const params = { hookId: hook.id };
  if (!isFor(hook, uri, eventTypes)) {
    hook = (await context.call({ method: 'PUT', path: one, params, body, answer: hookAnswer })).json;
  }
  if (hook.status !== 'ACTIVE')
    await context.call({ method: 'POST', path: `${one}/lifecycle/activate`, params });
  if (hook.verificationStatus !== 'VERIFIED') await verify(context, hook.id, uri);
}

/** Okta may give the types back in another order. */
const sorted = (types: readonly string[]): string[] => [...new Set(types)].sort();

/** True when the hook leads to this URL, with these event types. */
export const isFor = ({ channel, events }: Hook, uri: string, eventTypes: readonly string[]): boolean =>
  channel.config.uri === uri && sorted(events.items).join() === sorted(eventTypes).join();

const readHook = async (context: ActionContext, hookId: string): Promise<Hook> =>
  (await context.call({ method: 'GET', path: one, params: { hookId }, answer: hookAnswer })).json;

/** The hooks of others may be of another kind one day. */
const listAnswer = z.array(z.object({ id: z.string(), name: z.string() }));

async function findHook(context: ActionContext, inbox: HookInbox): Promise<Hook | undefined> {
  const { hookId, name } = inbox.state;
  if (hookId !== undefined) {
    try {
      return await readHook(context, hookId);
    } catch (error) {
      if (!(isOktaError(error) && error.status === 404)) throw error;
    }
  }
  const { json: hooks } = await context.call({ method: 'GET', path: HOOKS, answer: listAnswer });
  const found = hooks.find((hook) => hook.name === name);
  if (!found) return undefined;
  await inbox.update(() => ({ hookId: found.id }));
  return readHook(context, found.id);
}

async function createHook(context: ActionContext, inbox: HookInbox, body: object): Promise<Hook> {
  const create = async () =>
    (await context.call({ method: 'POST', path: HOOKS, body, idempotent: false, answer: hookAnswer })).json;
  const hook = await create().catch(async (error: unknown) => {
    const made =
      isOktaError(error) && ['outcome_unknown', 'unexpected_response'].includes(error.code)
        ? await findHook(context, inbox)
        : undefined;
    if (made) return made;
    throw error;
  });
  await inbox
    .update(() => ({ hookId: hook.id }))
    .catch(async (error) => {
      // Nobody would know of it.
      await deleteHook(context, hook.id).catch(() => {});
      throw error;
    });
  return hook;
}

async function verify(context: ActionContext, hookId: string, uri: string): Promise<void> {
  try {
    await context.call({ method: 'POST', path: `${one}/lifecycle/verify`, params: { hookId } });
  } catch (error) {
    if (!(isOktaError(error) && error.status === 400)) throw error;
    throw error.with({
      message: `Okta could not verify the event hook at ${new URL(uri).origin}: ${error.message}`,
      hint: 'Okta must reach the public URL over https within three seconds: check the address, the tunnel or proxy, and that it leads here.',
    });
  }
}

/** Deactivates and deletes the hook; one that is gone already is fine. */
export async function removeHook(context: ActionContext, inbox: HookInbox): Promise<void> {
  const { hookId } = inbox.state;
  if (hookId === undefined) return;
  await deleteHook(context, hookId);
  await inbox.update(() => ({ hookId: undefined }));
}

async function deleteHook(context: ActionContext, hookId: string): Promise<void> {
  const params = { hookId };
  const unlessGone = (error: unknown) => {
    if (!(isOktaError(error) && error.status === 404)) throw error;
  };
  await context.call({ method: 'POST', path: `${one}/lifecycle/deactivate`, params }).catch(unlessGone);
  await context.call({ method: 'DELETE', path: one, params }).catch(unlessGone);
}
