import type { JWTVerifyGetKey } from 'jose';
import type { ActionContext } from '../../../define.ts';
import type { HookMemory } from '../hook/hook-state.ts';
import { type SetClaims, SetRefusal, verifySet } from './set.ts';
import { type SignedSignal, signalsOf } from './signal-item.ts';
import { isVerification } from './signal-kinds.ts';

/** Takes a signed event. @param isAuthentic whether the request has our secret. */
export type ReceiveSet = (token: string, isAuthentic: boolean) => Promise<Response>;

/** Keys are asked for again at most this often: one that is not known may be new. */
const COOLDOWN_MS = 1_000;

/**
 * What a receiver does with a signed event: verifies and stores it, before it answers as RFC 8935 says. One that arrives again
 * is answered again, and stored once.
 * @param memoryOf where the stream is remembered; undefined if nothing is.
 * @param take stores events.
 */
export function setReceiver(
  context: ActionContext,
  memoryOf: () => HookMemory | undefined,
  take: (events: SignedSignal[]) => Promise<void>,
): ReceiveSet {
  const { clock, notice } = context;
  const unknown = new Set<string>();

  async function receive(token: string, memory: HookMemory): Promise<void> {
    const { stream } = memory.state;
    // Created a moment ago, and not stored yet.
    if (!stream) throw new Error('There is no stream yet');
    const keys = await keysAt(context, stream.keysPath);
    const claims = await verifySet(token, stream, keys, clock.now());
    const signals = signalsOf(claims, clock.now());
    if (signals.some(({ eventType }) => isVerification(eventType))) return verified(memory, claims);
    await take(signals);
  }

  /** A verification is about the stream, never about a user. */
  async function verified(memory: HookMemory, { events }: SetClaims): Promise<void> {
    const [event] = Object.entries(events).flatMap(([type, one]) => (isVerification(type) ? [one] : []));
    const { state } = (event ?? {}) as { state?: unknown };
    const isOurs = state !== undefined && state === memory.state.stream?.verifying;
    if (!isOurs || memory.state.stream?.isVerified) return;
    await memory.update(({ stream }) =>
      stream ? { stream: { ...stream, isVerified: true, verifying: undefined } } : undefined,
    );
    notice('The stream of signed events is verified');
  }

  return async (token, isAuthentic) => {
    try {
      const memory = memoryOf();
      if (!isAuthentic || !memory)
        throw new SetRefusal('authentication_failed', 'The Authorization header is not that of the stream');
      await receive(token.trim(), memory);
      return new Response(null, { status: 202 });
    } catch (error) {
      if (!(error instanceof SetRefusal)) throw error;
      const { err, message: description } = error;
      // Anyone may call without the secret: told once.
      if (isAuthentic || !unknown.has(err)) notice(`A signed event was refused (${err}): ${description}`);
      unknown.add(err);
      return Response.json({ err, description }, { status: 400 });
    }
  };
}

/** The keys of the org, fetched as its API is, without a credential, and kept by the library. */
async function keysAt({ memory, orgUrl, unsigned }: ActionContext, path: string): Promise<JWTVerifyGetKey> {
  const name = `signal keys ${path}`;
  const known = memory.get(name) as JWTVerifyGetKey | undefined;
  if (known) return known;
  const { createRemoteJWKSet, customFetch } = await import('jose');
  const keys = createRemoteJWKSet(new URL(path, orgUrl), {
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: async () => {
      const { status, json } = await unsigned({ method: 'GET', path });
      return Response.json(json ?? null, { status });
    },
  });
  memory.set(name, keys);
  return keys;
}
