import { randomBytes } from 'node:crypto';
import { isOktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import { tellScimState } from '../scim/about.ts';
import { deliverScimEvents } from '../scim/deliver.ts';
import { openScimStore } from '../scim/open.ts';
import { scimAskPost, scimEventPost, scimPasswordPost } from '../scim/post.ts';
import { type ScimToken, tokenHash } from '../scim/protocol/token.ts';
import { scimBaseUrl } from '../scim/protocol/urls.ts';
import { readScimSchemas } from '../scim/schema/declared.ts';
import { type ScimServerOptions, scimServer } from '../scim/server.ts';
import { consoleFields } from '../scim/set-up.ts';
import type { ScimEvent, ScimStore } from '../scim/store/store.ts';
import { serveHttp } from './http-server.ts';
import { logLinesTo } from './log-lines.ts';
import { note, printJson } from './output.ts';
import { onInterrupt } from './signals.ts';
import { holdHeapSmall } from './small-heap.ts';

interface ScimFlags {
  state: string;
  port: number;
  host: string;
  publicUrl?: string;
  schemas?: string;
  log?: string;
  post?: string;
  ask?: string;
  passwords?: string;
  json?: boolean;
}

const BASE_PATH = '/scim/v2';
/** Between two rounds of posting an event. */
const RETRY_MS = 15_000;

/**
 * Serves SCIM 2.0 until a signal arrives or stdout is closed; one line per event, acknowledged once stdout has it.
 * @throws InputError for a state, a port, a URL or schemas that cannot be used.
 */
export async function scimCommand(flags: ScimFlags): Promise<void> {
  const schemas = flags.schemas === undefined ? [] : await readScimSchemas(flags.schemas);
  const log = flags.log ? logLinesTo(flags.log) : undefined;
  const how = {
    secret: process.env.OKTA_CONNECTOR_WEBHOOK_SECRET,
    authorization: process.env.OKTA_CONNECTOR_WEBHOOK_AUTHORIZATION,
  };
  const post = flags.post === undefined ? undefined : scimEventPost({ url: flags.post, ...how });
  const asking = flags.ask === undefined ? undefined : scimAskPost({ url: flags.ask, ...how });
  const passing =
    flags.passwords === undefined ? undefined : scimPasswordPost({ url: flags.passwords, ...how });
  const signal = onInterrupt();
  holdHeapSmall();
  const store = await openScimStore(flags.state);
  try {
    const { token, made } = await tokenOf(store);
    const options: ScimServerOptions = {
      store,
      token,
      basePath: BASE_PATH,
      log,
      schemas,
      decide: asking?.decide,
      password: passing?.password,
    };
    const service = scimServer({ ...options, publicUrl: flags.publicUrl });
    const server = await serveHttp(service.fetch, flags);
    const baseUrl = scimBaseUrl(flags.publicUrl ?? server.url, BASE_PATH);
    await tellScimState(store, { baseUrl, schemas });
    await tell(baseUrl, made, flags);
    const over = new AbortController();
    signal.addEventListener('abort', () => void server.stop().then(() => over.abort()), { once: true });
    if (signal.aborted) over.abort();
    try {
      const deliver = post
        ? (event: ScimEvent) => posted(post, event, over.signal)
        : (event: ScimEvent) => printJson(event, { line: true, patience: signal });
      await deliverScimEvents(store, 'stdout', deliver, over.signal).catch((error: unknown) => {
        // An event that was on its way is posted by the next start.
        if (!post || !over.signal.aborted) throw error;
      });
    } finally {
      await server.stop();
      await service.close();
    }
  } finally {
    await store.close();
    post?.close();
    asking?.close();
    passing?.close();
  }
}

/** Posts an event until it is taken. Whatever the workflow answers must not end the server: Okta would find nobody. */
async function posted(
  post: ReturnType<typeof scimEventPost>,
  event: ScimEvent,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await post.deliver(event, signal);
    } catch (error) {
      if (signal.aborted || !isOktaError(error)) throw error;
      note(`${error.message}; the event is kept and tried again`);
      await systemClock.sleep(RETRY_MS, signal);
    }
  }
}

/** The token of the environment, or the one that an earlier run made, or a new one. */
async function tokenOf(store: ScimStore): Promise<{ token: ScimToken; made?: string }> {
  const given = process.env.OKTA_CONNECTOR_SCIM_TOKEN;
  if (given) return { token: given };
  const sha256 = await store.getValue('token');
  if (sha256 !== undefined) return { token: { sha256 } };
  const made = randomBytes(32).toString('base64url');
  await store.setValue('token', tokenHash(made));
  return { token: made, made };
}

/** Where to enter what in Okta. The token is shown this once. */
async function tell(
  baseUrl: string,
  made: string | undefined,
  { json, publicUrl }: ScimFlags,
): Promise<void> {
  if (json) {
    await printJson({ baseUrl, ...(made === undefined ? {} : { token: made }) }, { line: true });
    return;
  }
  const token = made ?? 'the token of this server';
  const lines = consoleFields(baseUrl, token).map(({ field, value }) => `  ${field.padEnd(35)}${value}`);
  note(`SCIM 2.0 at ${baseUrl}; Ctrl-C ends it.

In the Admin Console, in the app: General > Provisioning: SCIM. Then Provisioning > Integration:
${lines.join('\n')}`);
  if (made !== undefined) note('\nThe token is shown only now; the state has its hash.');
  if (publicUrl === undefined) note('\nOkta reaches only public https URLs: give yours as --public-url.');
  if (/_/.test(baseUrl)) note('\nOkta does not take a URL with "_" in it.');
}
