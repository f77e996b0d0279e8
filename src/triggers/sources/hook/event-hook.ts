import { z } from 'zod';
import type { ActionContext, HookFilter, TriggerDefinition } from '../../../define.ts';
import { InputError, isOktaError } from '../../../errors/errors.ts';
import type { HookMemory } from './hook-state.ts';

/** An event hook, as Okta shows it. */
const hookAnswer = z.object({
  id: z.string(),
  name: z.string(),
  /** ACTIVE or INACTIVE. */
  status: z.string(),
  /** VERIFIED or UNVERIFIED. */
  verificationStatus: z.string(),
  events: z.object({ items: z.array(z.string()) }),
  channel: z.object({ config: z.object({ uri: z.string() }) }),
});
type Hook = z.output<typeof hookAnswer>;

/** OAuth scopes for creating, changing and deleting a hook. */
export const HOOK_SCOPES = ['okta.eventHooks.manage', 'okta.eventHooks.read'] as const;

const HOOKS = '/api/v1/eventHooks';
const one = `${HOOKS}/{hookId}`;

/**
 * What a hook has to deliver for a trigger.
 * @throws InputError for a trigger, or an input, that no hook delivers.
 */
export function filterOf({ key, source }: TriggerDefinition, input: Record<string, unknown>): HookFilter {
  const filter = source.hook?.(input);
  if (filter) {
    assertOneHook(filter.eventTypes);
    return filter;
  }
  throw new InputError(`${key} cannot be instant: no event hook delivers it`, {
    hint: `Poll it ("okta-connector poll ${key}").`,
  });
}

/** What the log is polled for, if it is polled. */
export const typesInLog = ({ eventTypes, loggedTypes = eventTypes }: HookFilter): readonly string[] =>
  loggedTypes;

const MAX_EVENT_TYPES = 300;

/** @throws InputError for more event types than one hook takes. */
export function assertOneHook(eventTypes: readonly string[]): void {
  const { size } = new Set(eventTypes);
  if (size <= MAX_EVENT_TYPES) return;
  throw new InputError(`An event hook takes at most ${MAX_EVENT_TYPES} event types, not ${size}`, {
    hint: 'Split them over several triggers with a hook each, or poll the System Log with new_event.',
  });
}

/**
 * Makes sure that Okta has the hook, with these event types, at this URL, active and verified. An existing hook is changed, a
 * deleted one is created again, and one whose creation got no answer is found by its name. When several processes create it
 * at the same time, one hook remains.
 * @throws OktaError when Okta refuses it or cannot reach the URL.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/
 */
export async function ensureHook(
  context: ActionContext,
  memory: HookMemory,
  uri: string,
  eventTypes: readonly string[],
): Promise<void> {
  const { name, secret } = memory.state;
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
  let hook = (await findHook(context, memory)) ?? (await createHook(context, memory, body));
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

/** Whether Okta has the hook active and verified, at this URL, with these event types; false for one that is gone. */
export async function isHookInOrder(
  context: ActionContext,
  hookId: string,
  uri: string,
  eventTypes: readonly string[],
): Promise<boolean> {
  const hook = await readHook(context, hookId).catch(unlessGone);
  return hook?.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED' && isFor(hook, uri, eventTypes);
}

const isFor = ({ channel, events }: Hook, uri: string, eventTypes: readonly string[]): boolean =>
  channel.config.uri === uri && sorted(events.items).join() === sorted(eventTypes).join();

const readHook = async (context: ActionContext, hookId: string): Promise<Hook> =>
  (await context.call({ method: 'GET', path: one, params: { hookId }, answer: hookAnswer })).json;

/** Only what is read of other hooks, whose kind may be unknown. */
const listAnswer = z.array(z.object({ id: z.string(), name: z.string() }));

async function findHook(context: ActionContext, memory: HookMemory): Promise<Hook | undefined> {
  const { hookId, name } = memory.state;
  const known = hookId === undefined ? undefined : await readHook(context, hookId).catch(unlessGone);
  if (known) return known;
  const { json: hooks } = await context.call({ method: 'GET', path: HOOKS, answer: listAnswer });
  const [found, ...others] = hooks.filter((hook) => hook.name === name);
  if (!found) return undefined;
  const settled = await settle(context, memory, found.id);
  for (const { id } of others) await discard(context, id, settled);
  return readHook(context, settled);
}

/**
 * Remembers a hook of ours in place of the one known so far. When another process was faster, its hook counts and this one is
 * deleted.
 * @returns the id of the hook that counts.
 */
async function settle(context: ActionContext, memory: HookMemory, hookId: string): Promise<string> {
  const last = memory.state.hookId;
  await memory.update((state) => ([last, undefined].includes(state.hookId) ? { hookId } : undefined));
  const { hookId: settled = hookId } = memory.state;
  await discard(context, hookId, settled);
  return settled;
}

/** Deletes a hook of ours, unless it is the one that counts. */
async function discard(context: ActionContext, hookId: string, settled: string): Promise<void> {
  if (hookId === settled) return;
  await deleteHook(context, hookId).catch(({ message }: Error) =>
    context.notice(`The surplus event hook ${hookId} could not be deleted: ${message}`),
  );
}

async function createHook(context: ActionContext, memory: HookMemory, body: object): Promise<Hook> {
  const create = async () =>
    (await context.call({ method: 'POST', path: HOOKS, body, idempotent: false, answer: hookAnswer })).json;
  const hook = await create().catch(async (error: unknown) => {
    const made =
      isOktaError(error) && ['outcome_unknown', 'unexpected_response'].includes(error.code)
        ? await findHook(context, memory)
        : undefined;
    if (made) return made;
    throw error;
  });
  const hookId = await settle(context, memory, hook.id).catch(async (error) => {
    // A hook that is remembered nowhere would stay in Okta for ever.
    await deleteHook(context, hook.id).catch(() => {});
    throw error;
  });
  return hookId === hook.id ? hook : readHook(context, hookId);
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
export async function removeHook(context: ActionContext, memory: HookMemory): Promise<void> {
  const { hookId } = memory.state;
  if (hookId === undefined) return;
  await deleteHook(context, hookId);
  await memory.update((state) => (state.hookId === hookId ? { hookId: undefined } : undefined));
}

function unlessGone(error: unknown): undefined {
  if (!(isOktaError(error) && error.status === 404)) throw error;
}

async function deleteHook(context: ActionContext, hookId: string): Promise<void> {
  const params = { hookId };
  await context.call({ method: 'POST', path: `${one}/lifecycle/deactivate`, params }).catch(unlessGone);
  await context.call({ method: 'DELETE', path: one, params }).catch(unlessGone);
}
