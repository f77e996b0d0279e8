import type { IDataObject, IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { Client } from '../../../client.ts';
import type { StateStore } from '../../../state/store.ts';
import { HOOK_NAME } from '../../../triggers/hook.ts';
import { CATCH_UP, noteCall, noteTest } from './catch-up.ts';
import { clientOf } from './client.ts';
import { triggerError } from './errors.ts';
import {
  adoptRecord,
  adoptSeen,
  claimingStore,
  dropHook,
  type HookPlace,
  heldHook,
  lastHook,
  lastHookStore,
  noteHook,
  recallHook,
  secretStore,
} from './hook-state.ts';
import { triggerFields } from './operations.ts';
import { staticDataStore } from './state.ts';
import { formOfTrigger, inputOf } from './values.ts';

type Context = IHookFunctions | IWebhookFunctions;

/** Name of the hook's record. */
const RECORD = 'webhook';

/** A test run has a hook of its own: the live one is left alone. */
const modeOf = (context: Context) => (context.getMode() === 'manual' ? 'test' : 'live');

const urlOf = (context: Context) => context.getNodeWebhookUrl('default') ?? '';

function placeOf(context: Context, client: Client, mode: 'test' | 'live' = modeOf(context)): HookPlace {
  // A workflow copied with its data (n8n's command line) must leave the hook of the original alone.
  const name = `${mode} of ${context.getWorkflow().id}`;
  // Each org has a hook of its own: after a change of org, the previous one no longer belongs to this node.
  const record = `${RECORD}@${new URL(client.orgUrl).host}`;
  const data = context.getWorkflowStaticData('node');
  const at = `${name} hook ${record}`;
  adoptRecord(data, at, `${name} ${record}`);
  return { data, url: urlOf(context), name, at, seenAt: `${mode} seen` };
}

const storeOf = (place: HookPlace) => claimingStore(place, staticDataStore(place.data, place.name));

/** The node's hook, as its form asks for it. */
function hookOf(context: Context, client: Client, state: StateStore, url = urlOf(context)) {
  const key = String(context.getNodeParameter('event'));
  const input = inputOf(triggerFields(key), formOfTrigger(context));
  const progress = (message: string) => context.logger.warn(`${context.getNode().name}: ${message}`);
  return client.hook(key, input, { url, state, name: RECORD, progress });
}

/** For calls that use neither the URL nor the form, and must work even if these have become invalid. */
const UNUSED_URL = 'https://n8n.invalid/';
const bareHook = (client: Client, state: StateStore) =>
  client.hook('user_created', {}, { url: UNUSED_URL, state, name: RECORD });

/** True when Okta has this node's hook, active and verified, with its URL and event types. */
export async function checkHook(this: IHookFunctions): Promise<boolean> {
  try {
    const client = await clientOf(this);
    const place = placeOf(this, client);
    const [own, made] = [heldHook(place), lastHook(place)];
    // Either can be the older one: see lastHook.
    if (await hookOf(this, client, storeOf(place)).isInOrder()) {
      noteCall(this, place);
      if (made && made.hookId !== own?.hookId) noteHook(place);
      return true;
    }
    if (made?.hookId === own?.hookId) return false;
    if (!(await hookOf(this, client, lastHookStore(place)).isInOrder())) return false;
    recallHook(place);
    noteCall(this, place);
    return true;
  } catch (error) {
    throw triggerError(this.getNode(), error);
  }
}

/** Creates the hook, or changes the existing one; Okta verifies the URL meanwhile. */
export async function createHook(this: IHookFunctions): Promise<boolean> {
  try {
    const client = await clientOf(this);
    const place = placeOf(this, client);
    const hook = hookOf(this, client, storeOf(place));
    recallHook(place);
    await removeForgotten(client, place).catch((error: unknown) => {
      const { message } = triggerError(this.getNode(), error);
      this.logger.warn(
        `${this.getNode().name}: event hooks that n8n forgot may still be in Okta. ${message}`,
      );
    });
    try {
      await hook.ensure();
    } catch (error) {
      // n8n does not save the data of a failed activation: this hook would never be found again.
      await hook.remove().catch(() => {});
      throw error;
    }
    noteHook(place);
    noteCall(this, place);
    return true;
  } catch (error) {
    throw triggerError(this.getNode(), error);
  }
}

interface FoundHook {
  id: string;
  name: string;
  status: string;
  channel?: { config?: { uri?: string } };
}

/**
 * n8n can lose track of a hook (see lastHook, and after a crash). The URL belongs to this node alone: another hook of ours that
 * leads there could never deliver, and would take one of the 25 places of the org.
 */
async function removeForgotten(client: Client, place: HookPlace) {
  const known = heldHook(place);
  const path = '/api/v1/eventHooks';
  const { body } = (await client.run('call_api', { path, allPages: true })) as { body: FoundHook[] };
  for (const { id, name, status, channel } of body) {
    const isOurs = String(name).startsWith(HOOK_NAME) && channel?.config?.uri === place.url;
    if (!isOurs || id === known?.hookId || name === known?.name) continue;
    if (status === 'ACTIVE')
      await client.run('call_api', { method: 'POST', path: `${path}/${id}/lifecycle/deactivate` });
    await client.run('call_api', { method: 'DELETE', path: `${path}/${id}` });
  }
}

/** Deactivates and deletes the hook; one that is gone already is fine. */
export async function deleteHook(this: IHookFunctions): Promise<boolean> {
  let isTest = false;
  try {
    const client = await clientOf(this);
    // n8n reports the same mode for both here, but a test run has data of its own.
    isTest = heldHook(placeOf(this, client, 'test')) !== undefined;
    const place = placeOf(this, client, isTest ? 'test' : 'live');
    const [own, made] = [heldHook(place), lastHook(place)];
    await bareHook(client, storeOf(place)).remove();
    if (made && made.hookId !== own?.hookId) {
      recallHook(place);
      await bareHook(client, storeOf(place)).remove();
    }
    dropHook(place);
    return true;
  } catch (error) {
    const shown = triggerError(this.getNode(), error);
    if (!isTest) throw shown;
    // After an error here n8n 1 could not test any workflow until its restart. The next test run deletes or reuses this hook.
    this.logger.warn(
      `${this.getNode().name}: the event hook of a test run may still be in Okta. ${shown.message}`,
    );
    return false;
  }
}

const PASSED_ON = ['authorization', 'content-type', 'x-okta-verification-challenge'];

/** Answers Okta: its challenge, and its deliveries. */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
  const sent = this.getHeaderData();
  const headers = new Headers();
  for (const name of PASSED_ON) {
    const value = sent[name];
    if (value !== undefined) headers.set(name, [value].flat().join(', '));
  }
  const client = await clientOf(this);
  const { response: answer, items } =
    this.getWebhookName() === 'setup'
      ? await challenged(client, headers)
      : await delivered(this, client, headers, sent[CATCH_UP] !== undefined);
  const response = this.getResponseObject();
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  response.end(await answer.text());
  const found = items.map((item) => ({ json: item as IDataObject }));
  if (this.getMode() === 'manual') noteTest(this, found);
  return { noWebhookResponse: true, ...(found.length > 0 ? { workflowData: [found] } : {}) };
}

/**
 * The challenge arrives during the activation, before n8n has saved the secret. Any caller's secret will do: the answer only
 * repeats what the caller sent.
 */
const challenged = (client: Client, headers: Headers) =>
  bareHook(client, secretStore(headers.get('authorization') ?? '')).answer(
    new Request(UNUSED_URL, { headers }),
  );

/** A delivery must hold the secret of the hook in the node's data, or of the one that this process created last. */
async function delivered(context: IWebhookFunctions, client: Client, headers: Headers, catchesUp: boolean) {
  // n8n has read the body already.
  const sent = { headers, method: 'POST', body: JSON.stringify(context.getBodyData()) };
  const place = placeOf(context, client);
  adoptSeen(place);
  const answerOne = async () => {
    const hook = hookOf(context, client, storeOf(place), UNUSED_URL);
    if (!catchesUp) return hook.answer(new Request(UNUSED_URL, sent));
    // The same secret as a delivery: without a challenge, 400 means that it fits.
    const { response } = await hook.answer(new Request(UNUSED_URL, { headers }));
    if (response.status !== 400) return { response, items: [] };
    try {
      return { response: Response.json({}), items: await hook.catchUp() };
    } catch (error) {
      const { message } = triggerError(context.getNode(), error);
      return { response: Response.json({ message }, { status: 503 }), items: [] };
    }
  };
  const answered = await answerOne();
  if (answered.response.status !== 401) return answered;
  // Without a challenge, 400 means that the secret fits.
  const probe = new Request(UNUSED_URL, { headers });
  const { response } = await bareHook(client, lastHookStore(place)).answer(probe);
  if (response.status === 401) return answered;
  recallHook(place);
  return answerOne();
}
