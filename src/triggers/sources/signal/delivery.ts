import type { ActionContext, HookFilter } from '../../../define.ts';
import { InputError } from '../../../errors/errors.ts';
import type { Session } from '../../../session/session.ts';
import { assertOneHook, ensureHook, isHookInOrder, removeHook } from '../hook/event-hook.ts';
import type { HookMemory } from '../hook/hook-state.ts';
import { ensureStream, isStreamInOrder, removeStream } from './signal-stream.ts';

/** How Okta reaches one URL: by an event hook, by a stream of signed events, or by both, with one secret. */
export interface Channels {
  /** For the hook. */
  hooks: ActionContext;
  /** For the stream. */
  streams: ActionContext;
  memory: HookMemory;
  url: string;
}

/** The event types that each of them has to deliver. @throws InputError for more than a hook takes. */
function typesOf(filters: readonly HookFilter[]): { hooked: string[]; signed: string[] } {
  const of = (which: boolean) =>
    filters.flatMap(({ signed, eventTypes }) => (Boolean(signed) === which ? eventTypes : []));
  const hooked = of(false);
  assertOneHook(hooked);
  return { hooked, signed: of(true) };
}

/** @throws InputError for event types that Okta cannot deliver together, or not over this connection. */
export function assertDeliverable({ connection }: Session, filters: readonly HookFilter[]): void {
  const { signed } = typesOf(filters);
  if (signed.length === 0 || connection.auth.type === 'client_credentials') return;
  throw new InputError('Signed events need a service app: Okta takes no other connection for its streams', {
    hint: 'Connect with a private key and the scopes ssf.manage and ssf.read. If Okta does not offer these scopes, the feature (Shared Signals transmitter) is off.',
  });
}

/** Makes sure that Okta has the hook and the stream that these filters need. */
export async function ensureDelivery(
  { hooks, streams, memory, url }: Channels,
  filters: readonly HookFilter[],
): Promise<void> {
  const { hooked, signed } = typesOf(filters);
  if (hooked.length > 0) await ensureHook(hooks, memory, url, hooked);
  if (signed.length > 0) await ensureStream(streams, memory, url, signed);
}

/** Whether Okta has them as {@link ensureDelivery} would leave them. */
export async function isInOrder(
  { hooks, streams, memory, url }: Channels,
  filters: readonly HookFilter[],
): Promise<boolean> {
  const { hooked, signed } = typesOf(filters);
  const { hookId } = memory.state;
  const hook =
    hooked.length === 0 || (hookId !== undefined && (await isHookInOrder(hooks, hookId, url, hooked)));
  return hook && (signed.length === 0 || (await isStreamInOrder(streams, memory, url, signed)));
}

/** Removes both from Okta. */
export async function removeDelivery({
  hooks,
  streams,
  memory,
}: Pick<Channels, 'hooks' | 'streams' | 'memory'>): Promise<void> {
  try {
    await removeHook(hooks, memory);
  } finally {
    await removeStream(streams, memory);
  }
}
