import { getRequestListener } from '@hono/node-server';
import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { tellScimState } from '../../../scim/about.ts';
import { ScimError } from '../../../scim/error.ts';
import { responseOf } from '../../../scim/protocol/answer.ts';
import { scimBaseUrl } from '../../../scim/protocol/urls.ts';
import { type ScimService, scimServer } from '../../../scim/server.ts';
import { memoryScimStore } from '../../../scim/store/memory.ts';
import type { ScimStore } from '../../../scim/store/store.ts';
import { triggerError } from '../runtime/errors.ts';
import { sampleItem, scimItem } from './sample.ts';
import { BASE_PATH, PROVISIONS_CREDENTIAL, type ProvisionsSettings, provisionsSettings } from './settings.ts';
import { type HeldStore, storeToAnswer } from './stores.ts';

type Fetch = ScimService['fetch'];

/** Answers one request. The events of what it changes are in the store, from which the trigger delivers them. */
export async function answer(this: IWebhookFunctions): Promise<IWebhookResponseData> {
  if (this.getMode() === 'manual') return tested(this);
  const { fetch, release } = await serving(this);
  try {
    await respond(this, fetch);
  } finally {
    await release();
  }
  return { noWebhookResponse: true };
}

/** The server, or what says 503 in its place: n8n would start the workflow with the error. */
async function serving(context: IWebhookFunctions): Promise<{ fetch: Fetch } & Pick<HeldStore, 'release'>> {
  try {
    const settings = provisionsSettings(await context.getCredentials(PROVISIONS_CREDENTIAL));
    const { store, release } = await storeToAnswer(settings.place);
    try {
      return { ...(await serviceOf(context, store, settings)), release };
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    context.logger.error(`${context.getNode().name}: ${triggerError(context.getNode(), error).message}`);
    const away = new ScimError(
      503,
      'The workflow cannot use its credential or its storage now; see the log of n8n',
    );
    const headers = { 'Retry-After': '30' };
    return { fetch: async () => responseOf({ status: 503, body: away, headers }), release: async () => {} };
  }
}

/** A test run has a directory of its own, which it forgets, and ends with its first request. */
async function tested(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const store = memoryScimStore();
  const settings = provisionsSettings(await context.getCredentials(PROVISIONS_CREDENTIAL));
  const { fetch } = await serviceOf(context, store, settings);
  let items: INodeExecutionData[] = [];
  await respond(context, async (request) => {
    const response = await fetch(request);
    const events = await store.events(0, 100);
    if (response.ok) items = events.length > 0 ? events.map(scimItem) : [sampleItem()];
    return response;
  });
  return { noWebhookResponse: true, ...(items.length > 0 ? { workflowData: [items] } : {}) };
}

/** Servers of a store, by URL and token: requests of one user take turns within one. */
const services = new WeakMap<ScimStore, Map<string, ScimService>>();

async function serviceOf(
  context: IWebhookFunctions,
  store: ScimStore,
  { token }: ProvisionsSettings,
): Promise<ScimService> {
  const publicUrl = context.getNodeWebhookUrl('default') ?? '';
  const known = services.get(store) ?? new Map<string, ScimService>();
  services.set(store, known);
  const key = JSON.stringify([publicUrl, token]);
  const found = known.get(key);
  if (found) return found;
  const { logger } = context;
  const log = (entry: object) => logger.debug(JSON.stringify(entry));
  const made = scimServer({ store, token, publicUrl, basePath: BASE_PATH, log });
  known.set(key, made);
  await tellScimState(store, { baseUrl: scimBaseUrl(publicUrl, BASE_PATH), schemas: [] });
  return made;
}

/** Answers with what the server says to the request, whose path is the one below the node's URL. */
async function respond(context: IWebhookFunctions, fetch: Fetch): Promise<void> {
  const request = context.getRequestObject();
  const { originalUrl } = request;
  const path = originalUrl.slice(originalUrl.indexOf(BASE_PATH));
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  await listener(Object.assign(request, { url: path }), context.getResponseObject());
}
