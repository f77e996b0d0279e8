import { z } from 'zod';
import type { ActionContext } from '../../../define.ts';
import { isOktaError, OktaError } from '../../../errors/errors.ts';
import { isRecord } from '../../../schema/record.ts';
import type { HookMemory, StreamState } from '../hook/hook-state.ts';

/** OAuth scopes for creating, reading and deleting a stream. */
export const STREAM_SCOPES = ['ssf.manage', 'ssf.read'] as const;

const STREAM = '/api/v1/ssf/stream';
const METADATA = '/.well-known/ssf-configuration';
const PUSH = 'urn:ietf:rfc:8935';

const texts = z.array(z.string());
const streamAnswer = z.object({
  stream_id: z.string(),
  iss: z.string(),
  aud: z.union([z.string(), texts.min(1)]),
  delivery: z.object({ method: z.string(), endpoint_url: z.string() }),
  events_requested: texts,
});
type Stream = z.output<typeof streamAnswer>;
/** With an id Okta answers with the stream, and without one with a list. */
const streamsAnswer = z.union([z.array(streamAnswer), streamAnswer]);

/** How long the event that verifies a new stream is waited for. Okta says nothing about it. */
const VERIFICATION_MS = 30_000;
const LOOK_MS = 200;

/**
 * Makes sure that Okta has the stream, with these types of events, pushed to this URL with our secret, and verifies it. A stream
 * that the client has already is changed: Okta has one for each client.
 * @throws OktaError when Okta refuses it.
 */
export async function ensureStream(
  context: ActionContext,
  memory: HookMemory,
  url: string,
  eventTypes: readonly string[],
): Promise<void> {
  const { issuer, keysPath, method } = await readMetadata(context);
  const known = memory.state.stream;
  let stream = known && (await readStream(context, known.streamId));
  const wanted = {
    delivery: { method, endpoint_url: url, authorization_header: memory.state.secret },
    events_requested: sorted(eventTypes),
  };
  if (!stream) stream = await createStream(context, wanted);
  else if (!isFor(stream, url, eventTypes)) stream = await changeStream(context, stream.stream_id, wanted);
  const { stream_id: streamId, iss, aud } = stream;
  const isNew = known?.streamId !== streamId || known.url !== url;
  const state: StreamState = {
    ...{ streamId, url, keysPath, audiences: [aud].flat(), issuers: [...new Set([iss, issuer])] },
    verifying: isNew ? Buffer.from(context.random(16)).toString('base64url') : known.verifying,
    isVerified: isNew ? false : known.isVerified,
  };
  await memory.update(() => ({ stream: state }));
  if (!state.isVerified) await verifyStream(context, memory, state);
}

const sorted = (types: readonly string[]): string[] => [...new Set(types)].sort();

const isFor = ({ delivery, events_requested: requested }: Stream, url: string, types: readonly string[]) =>
  delivery.endpoint_url === url && sorted(requested).join() === sorted(types).join();

/** Without a credential: it says who signs, which may be another host than the one that was asked. */
async function readMetadata(
  context: ActionContext,
): Promise<{ issuer: string; keysPath: string; method: string }> {
  const { status, json } = await context.unsigned({ method: 'GET', path: METADATA });
  const found = isRecord(json) ? json : {};
  const { issuer, jwks_uri: keys } = found;
  if (status !== 200 || typeof issuer !== 'string' || typeof keys !== 'string' || !URL.canParse(keys)) {
    throw new OktaError('This org sends no signed events', {
      code: 'feature_unavailable',
      actor: 'admin',
      status,
      hint: 'The Shared Signals transmitter comes with Identity Engine and a feature of the org, such as Identity Threat Protection; ask Okta to turn it on.',
      request: { method: 'GET', pathTemplate: METADATA },
    });
  }
  const methods = Array.isArray(found.delivery_methods_supported) ? found.delivery_methods_supported : [];
  const older = methods.find((one) => /^https:.*\/delivery-method\/push$/.test(String(one)));
  const method = methods.includes(PUSH) || older === undefined ? PUSH : String(older);
  return { issuer, keysPath: new URL(keys).pathname, method };
}

async function readStream(context: ActionContext, streamId: string): Promise<Stream | undefined> {
  const query = { stream_id: streamId };
  const found = await context
    .call({ method: 'GET', path: STREAM, query, answer: streamsAnswer })
    .catch(unlessGone);
  return found && [found.json].flat().find((stream) => stream.stream_id === streamId);
}

async function createStream(context: ActionContext, body: object): Promise<Stream> {
  try {
    return (
      await context.call({ method: 'POST', path: STREAM, body, idempotent: false, answer: streamAnswer })
    ).json;
  } catch (error) {
    // Okta has one stream for each client: ours, of another state or of a creation whose answer was lost.
    const isThere = isOktaError(error) && (error.status === 409 || error.code === 'outcome_unknown');
    const own = isThere ? await ownStream(context) : undefined;
    if (own) {
      context.notice(
        `The client had a stream already, to ${new URL(own.delivery.endpoint_url).origin}: it is used from now on`,
      );
      return changeStream(context, own.stream_id, body);
    }
    if (!(isOktaError(error) && error.status === 409)) throw error;
    throw error.with({ hint: 'An org has at most 10 streams: delete one that is not used.' });
  }
}

async function ownStream(context: ActionContext): Promise<Stream | undefined> {
  const { json } = await context.call({ method: 'GET', path: STREAM, answer: streamsAnswer });
  return [json].flat()[0];
}

/** What the transmitter sets itself is left out: it may only be repeated to the letter. */
async function changeStream(context: ActionContext, streamId: string, wanted: object): Promise<Stream> {
  const body = { stream_id: streamId, ...wanted };
  return (await context.call({ method: 'PATCH', path: STREAM, body, answer: streamAnswer })).json;
}

/** Asks Okta to send the event that verifies the stream, and waits for it; a late one is told when it comes. */
async function verifyStream(
  context: ActionContext,
  memory: HookMemory,
  { streamId, verifying, url }: StreamState,
): Promise<void> {
  const { clock, notice, signal } = context;
  const body = { stream_id: streamId, state: verifying };
  await context.call({ method: 'POST', path: `${STREAM}/verification`, body });
  for (const end = clock.now() + VERIFICATION_MS; clock.now() < end; ) {
    // Another process may have received it.
    await memory.update(() => undefined);
    if (memory.state.stream?.isVerified) return;
    await clock.sleep(LOOK_MS, signal);
  }
  notice(
    `Okta has not delivered the event that verifies the stream to ${url} within ${VERIFICATION_MS / 1000} s: check that Okta reaches this address, and that it leads here`,
  );
}

/** How Okta has the stream; `gone` if it has not. */
export async function streamStatus(
  context: ActionContext,
  streamId: string,
): Promise<'enabled' | 'disabled' | 'gone'> {
  const answer = z.object({ status: z.string() });
  const call = { method: 'GET', path: `${STREAM}/status`, query: { stream_id: streamId }, answer } as const;
  const found = await context.call(call).catch(unlessGone);
  if (!found) return 'gone';
  return found.json.status === 'enabled' ? 'enabled' : 'disabled';
}

/** Whether Okta has the stream as {@link ensureStream} would leave it. */
export async function isStreamInOrder(
  context: ActionContext,
  { state: { stream: known } }: HookMemory,
  url: string,
  eventTypes: readonly string[],
): Promise<boolean> {
  if (!known?.isVerified || known.url !== url) return false;
  const stream = await readStream(context, known.streamId);
  return (
    stream !== undefined &&
    isFor(stream, url, eventTypes) &&
    (await streamStatus(context, known.streamId)) === 'enabled'
  );
}

/** Deletes the stream; one that is gone already is fine. Named by its id: without one Okta deletes whatever the client has. */
export async function removeStream(context: ActionContext, memory: HookMemory): Promise<void> {
  const { stream } = memory.state;
  if (!stream) return;
  const query = { stream_id: stream.streamId };
  await context.call({ method: 'DELETE', path: STREAM, query, idempotent: true }).catch(unlessGone);
  await memory.update((state) =>
    state.stream?.streamId === stream.streamId ? { stream: undefined } : undefined,
  );
}

function unlessGone(error: unknown): undefined {
  if (!(isOktaError(error) && error.status === 404)) throw error;
}
