import { createTrigger, type Trigger, TriggerStrategy } from '@activepieces/pieces-framework';
import { type TriggerPayload, WebhookHandshakeStrategy } from '@activepieces/shared';
import type { Manifest } from '../../manifest/manifest.ts';
import type { EventHook } from '../../triggers/hook.ts';
import { remoteOperations } from '../remote.ts';
import { tellingErrors } from '../words.ts';
import { type FormOf, piecePropertiesOf } from './properties.ts';
import { pieceStore } from './store.ts';
import {
  type HookSituation,
  keyed,
  opened,
  type PieceTriggerSource,
  recentItems,
  triggerForm,
} from './triggers.ts';

/** Name of the hook's record in the store of the flow: the address of the flow may change. */
const HOOK = 'hook';

/** Every trigger that an event hook of Okta can deliver. */
export function instantTriggers(manifest: Manifest, form: FormOf): Trigger[] {
  const { triggers } = remoteOperations(manifest);
  const keys = new Set(triggers.map(({ key }) => key));
  return (
    triggers
      // Activepieces answers by itself, before anything is verified, and nothing looks into the log meanwhile.
      .filter(({ signed, logOnly }) => !signed && !logOnly)
      .filter(({ instant, kind, key }) => instant && (kind === 'webhook' || !keys.has(instantName(key))))
      .map((trigger) => instantTrigger(trigger, form))
  );
}

const instantName = (key: string) => `${key}_instant`;

function instantTrigger(trigger: PieceTriggerSource, form: FormOf): Trigger {
  const { key, title, description, kind, sample } = trigger;
  const isInstantOnly = kind === 'webhook';
  return createTrigger({
    ...{ auth: form.auth, name: isInstantOnly ? key : instantName(key), type: TriggerStrategy.WEBHOOK },
    ...{ displayName: isInstantOnly ? title : `${title} (instant)`, description },
    props: piecePropertiesOf(form, triggerForm(trigger, 'instant')),
    aiMetadata: { description },
    sampleData: sample.output,
    handshakeConfiguration: {
      strategy: WebhookHandshakeStrategy.HEADER_PRESENT,
      paramName: 'x-okta-verification-challenge',
    },
    onHandshake: (context) =>
      tellingErrors(async () => {
        const { response } = await hookOf(trigger, context).answer(requestOf(context, 'GET'));
        const { status, headers } = response;
        const text = await response.text();
        const isJson = headers.get('content-type')?.includes('json');
        return { status, headers: Object.fromEntries(headers), body: isJson ? JSON.parse(text) : text };
      }),
    onEnable: (context) =>
      tellingErrors(async () => {
        const hook = hookOf(trigger, context);
        try {
          await hook.ensure();
        } catch (error) {
          // A flow that is not switched on must leave nothing in the org.
          await hook.remove().catch(() => {});
          throw error;
        }
      }),
    onDisable: (context) => tellingErrors(() => hookOf(trigger, context).remove()),
    run: (context) =>
      tellingErrors(async () => {
        const told: string[] = [];
        const hook = hookOf(trigger, context, (message) => told.push(message));
        const { response, items } = await hook.answer(requestOf(context, 'POST'));
        // Activepieces has answered Okta already: only a failed run tells that something is missing.
        if (response.status >= 500) throw new Error(told.at(-1) ?? 'The delivery could not be read');
        return keyed(items);
      }),
    test: (context) => tellingErrors(() => recentItems(trigger, 'instant', context)),
  });
}

interface WebhookSituation extends HookSituation {
  webhookUrl: string;
  payload: TriggerPayload;
  store: Parameters<typeof pieceStore>[0];
}

function hookOf(
  trigger: PieceTriggerSource,
  context: WebhookSituation,
  progress: (message: string) => void = () => {},
): EventHook {
  const { client, input } = opened(trigger, 'instant', context);
  const { webhookUrl: url, store } = context;
  return client.hook(trigger.key, input, { url, state: pieceStore(store), name: HOOK, progress });
}

const PASSED_ON = ['authorization', 'content-type', 'x-okta-verification-challenge'];

/** What Okta sent: Activepieces has read the body already. */
function requestOf({ webhookUrl, payload }: WebhookSituation, method: 'GET' | 'POST'): Request {
  const { headers = {}, body, rawBody } = payload ?? {};
  const sent = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    PASSED_ON.includes(name.toLowerCase()) && typeof value === 'string' ? [[name, value]] : [],
  );
  const text = typeof rawBody === 'string' ? rawBody : JSON.stringify(body ?? {});
  return new Request(webhookUrl, { method, headers: sent, ...(method === 'POST' ? { body: text } : {}) });
}
