import { randomUUID } from 'node:crypto';
import type {
  IDataObject,
  IHookFunctions,
  INodeExecutionData,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { parseInput } from '../../../actions/run.ts';
import type { Client } from '../../../client.ts';
import { triggerOf } from '../../../connector.ts';
import { isOktaError } from '../../../errors/errors.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { filterOf, HOOK_NAME, HOOKS, hookAnswer, isFor } from '../../../triggers/sources/hook/event-hook.ts';
import type { HookState } from '../../../triggers/sources/hook/hook-inbox.ts';
import { isSame, receiverApp } from '../../../triggers/sources/hook/receiver-app.ts';
import { itemOf } from '../../../triggers/sources/log/event-item.ts';
import { Seen } from '../../../triggers/sources/log/seen.ts';
import { clientOf } from './client.ts';
import { triggerError } from './errors.ts';
import { triggerFields } from './operations.ts';
import { dropHeld, heldValue, lastHeldValue, noteHeld, recallHeld, staticDataStore } from './state.ts';
import { formOfTrigger, inputOf } from './values.ts';

type Context = IHookFunctions | IWebhookFunctions;

type Mode = 'test' | 'live';

/** A test run has a hook of its own: the live one stays as it is. */
const modeOf = (context: Context): Mode => (context.getMode() === 'manual' ? 'test' : 'live');

/** A copy of a workflow that was made with its data (n8n's command line) must leave the hook of the first one alone. */
const nameOf = (context: Context, mode: Mode = modeOf(context)) => `${mode} of ${context.getWorkflow().id}`;

/** Each org has a hook of its own: after a change of org, that of the one before is not this node's any more. */
const keyOf = ({ orgUrl }: Client) => `webhook@${new URL(orgUrl).host}`;

/** That of a test run is another one: what is known of the live hook does not come up there. */
const urlOf = (context: Context) => context.getNodeWebhookUrl('default') ?? '';

/** The hook as the node's data have it, and the one that this process made last: mostly the same. */
function knownHooks(context: Context, client: Client, name = nameOf(context)) {
  const data = context.getWorkflowStaticData('node');
  const own = heldValue<HookState>(data, name, keyOf(client));
  const made = lastHeldValue<HookState>(urlOf(context), name, keyOf(client));
  return { data, own, made };
}

function inputFor(context: Context): { key: string; input: Record<string, unknown> } {
  const key = String(context.getNodeParameter('event'));
  return { key, input: inputOf(triggerFields(key), formOfTrigger(context)) };
}

const filterFor = (key: string, input: Record<string, unknown>) =>
  filterOf(triggerOf(key), parseInput(triggerOf(key), input) as Record<string, unknown>);

const receiverOf = (context: IHookFunctions, client: Client, name = nameOf(context)) =>
  client.webhook({
    publicUrl: urlOf(context),
    state: staticDataStore(context.getWorkflowStaticData('node'), name),
  });

/** True when Okta has this node's hook, active and verified, with its URL and event types. */
export async function checkHook(this: IHookFunctions): Promise<boolean> {
  try {
    const client = await clientOf(this);
    const { data, own, made } = knownHooks(this, client);
    const at = [urlOf(this), nameOf(this), keyOf(client)] as const;
    // Either can be the older one: see lastHeldValue.
    if (await isInOrder(this, client, own)) {
      if (made && made.hookId !== own?.hookId) noteHeld(data, ...at);
      return true;
    }
    if (made?.hookId === own?.hookId || !(await isInOrder(this, client, made))) return false;
    recallHeld(data, ...at);
    return true;
  } catch (error) {
    throw triggerError(this.getNode(), error);
  }
}

async function isInOrder(context: IHookFunctions, client: Client, known: HookState | undefined) {
  if (known?.hookId === undefined) return false;
  const { key, input } = inputFor(context);
  const { eventTypes } = filterFor(key, input);
  try {
    const answer = (await client.run('call_api', { path: `${HOOKS}/${known.hookId}` })) as { body: unknown };
    const { data: hook } = hookAnswer.safeParse(answer.body);
    return (
      hook?.status === 'ACTIVE' &&
      hook.verificationStatus === 'VERIFIED' &&
      isFor(hook, urlOf(context), eventTypes)
    );
  } catch (error) {
    if (isOktaError(error) && error.status === 404) return false;
    throw error;
  }
}

/** Makes the hook, or changes the one there is; Okta verifies the URL meanwhile. */
export async function createHook(this: IHookFunctions): Promise<boolean> {
  try {
    const client = await clientOf(this);
    const at = [urlOf(this), nameOf(this), keyOf(client)] as const;
    const { data, own, made } = knownHooks(this, client);
    recallHeld(data, ...at);
    await removeForgotten(client, urlOf(this), made ?? own).catch((error: unknown) => {
      const { message } = triggerError(this.getNode(), error);
      this.logger.warn(
        `${this.getNode().name}: event hooks that n8n forgot may still be in Okta. ${message}`,
      );
    });
    const receiver = await receiverOf(this, client);
    try {
      await receiver.subscribe({ ...inputFor(this), deliver: () => {} });
    } catch (error) {
      // n8n does not save what a failed activation knows: nobody would find this hook again.
      await receiver.stop().catch(() => {});
      throw error;
    }
    await receiver.stop({ keepHook: true });
    noteHeld(data, ...at);
    return true;
  } catch (error) {
    throw triggerError(this.getNode(), error);
  }
}

/**
 * n8n can have lost what it knew of a hook (see lastHeldValue, and after a crash). When it makes one, the URL is this node's
 * alone: what else leads there could never be delivered, and would take one of the org's 25.
 */
async function removeForgotten(client: Client, url: string, known: HookState | undefined) {
  const { body } = (await client.run('call_api', { path: HOOKS, allPages: true })) as { body: unknown[] };
  const hooks = body.map((one) => hookAnswer.safeParse(one).data).filter((hook) => hook !== undefined);
  for (const { id, name, status, channel } of hooks) {
    const isOurs = name.startsWith(HOOK_NAME) && channel.config.uri === url;
    if (!isOurs || id === known?.hookId || name === known?.name) continue;
    if (status === 'ACTIVE')
      await client.run('call_api', { method: 'POST', path: `${HOOKS}/${id}/lifecycle/deactivate` });
    await client.run('call_api', { method: 'DELETE', path: `${HOOKS}/${id}` });
  }
}

/** Deactivates and deletes the hook; one that is gone already is fine. */
export async function deleteHook(this: IHookFunctions): Promise<boolean> {
  let isTest = false;
  try {
    const client = await clientOf(this);
    // n8n's mode is the same for both then, but it gives a test run data of its own.
    isTest = knownHooks(this, client, nameOf(this, 'test')).own !== undefined;
    const name = nameOf(this, isTest ? 'test' : 'live');
    const at = [urlOf(this), name, keyOf(client)] as const;
    const { data, own, made } = knownHooks(this, client, name);
    await (await receiverOf(this, client, name)).stop();
    if (made && made.hookId !== own?.hookId) {
      recallHeld(data, ...at);
      await (await receiverOf(this, client, name)).stop();
    }
    dropHeld(data, name, keyOf(client));
    noteHeld(data, ...at);
    return true;
  } catch (error) {
    const shown = triggerError(this.getNode(), error);
    if (!isTest) throw shown;
    // After an error n8n 1 could not test any workflow until it is restarted. The next test run deletes this hook, or takes it.
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
  // The challenge comes while the hook is being made, when n8n has not saved the secret yet. Answering it gives nothing
  // away: who asks gets back what he sent. Without a secret no delivery is taken.
  const isChallenge = this.getWebhookName() === 'setup';
  const given = headers.get('authorization') ?? '';
  const secret = isChallenge ? given : secretFor(this, await clientOf(this), given);
  let events: LogEvent[] = [];
  const app = receiverApp(
    () => secret ?? (isChallenge ? '' : randomUUID()),
    async (taken) => {
      events = taken;
    },
    (message) => this.logger.warn(`${this.getNode().name}: ${message}`),
  );
  // n8n has read the body already.
  const request = isChallenge
    ? { headers }
    : { headers, method: 'POST', body: JSON.stringify(this.getBodyData()) };
  const answer = await app.fetch(new Request('http://n8n.invalid/', request));
  const items = answer.ok ? fresh(this, events) : [];
  const response = this.getResponseObject();
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  response.end(await answer.text());
  return { noWebhookResponse: true, ...(items.length > 0 ? { workflowData: [items] } : {}) };
}

/**
 * The secret that a delivery must hold: that of the hook in the node's data, or of the one that this process made last.
 * Each was given to Okta only.
 */
function secretFor(context: IWebhookFunctions, client: Client, given: string): string | undefined {
  const { data, own, made } = knownHooks(context, client);
  if (made === undefined || !isSame(given, made.secret)) return own?.secret;
  recallHeld(data, urlOf(context), nameOf(context), keyOf(client));
  return made.secret;
}

/** Those that the node asks for and has not had yet. */
function fresh(context: IWebhookFunctions, events: LogEvent[]): INodeExecutionData[] {
  const { key, input } = inputFor(context);
  const filter = filterFor(key, input);
  const data = context.getWorkflowStaticData('node');
  const seenAt = `${modeOf(context)} seen`;
  const seen = new Seen((data[seenAt] as string[] | undefined) ?? []);
  const items: INodeExecutionData[] = [];
  for (const event of events) {
    const item = itemOf(event);
    if (seen.has(item.id) || !filter.matches(event)) continue;
    seen.add(item.id);
    items.push({ json: item as unknown as IDataObject });
  }
  // The latest thousand are enough: Okta repeats a delivery once, at once.
  if (items.length > 0) data[seenAt] = seen.list().slice(-1_000);
  return items;
}
