import { createTrigger, type Trigger, TriggerStrategy } from '@activepieces/pieces-framework';
import type { Manifest } from '../../manifest/manifest.ts';
import { remoteOperations } from '../remote.ts';
import { tellingErrors } from '../words.ts';
import { type FormOf, piecePropertiesOf } from './properties.ts';
import { keyed, opened, type PieceTriggerSource, recentItems, triggerForm } from './triggers.ts';

/** Where the flow keeps its position. */
const CURSOR = 'okta-cursor';

/** One run of a flow's trigger takes no more; the next one goes on from there. */
const MOST_ITEMS = 5_000;

/** Every trigger that asks Okta, by events or at scheduled times. */
export const pollingTriggers = (manifest: Manifest, form: FormOf): Trigger[] =>
  remoteOperations(manifest)
    .triggers.filter(({ kind }) => kind !== 'webhook')
    .map((trigger) => pollingTrigger(trigger, form));

function pollingTrigger(trigger: PieceTriggerSource, form: FormOf): Trigger {
  const { key, title, description, sample } = trigger;
  return createTrigger({
    ...{ auth: form.auth, name: key, displayName: title, description, type: TriggerStrategy.POLLING },
    props: piecePropertiesOf(form, triggerForm(trigger, 'polling')),
    aiMetadata: { description, idempotent: true },
    sampleData: sample.output,
    onEnable: (context) =>
      tellingErrors(async () => {
        const { client, input } = opened(trigger, 'polling', context);
        await context.store.put(CURSOR, (await client.pull(key, input)).cursor);
      }),
    onDisable: ({ store }) => store.delete(CURSOR),
    run: (context) =>
      tellingErrors(async () => {
        const { client, input } = opened(trigger, 'polling', context);
        let cursor = (await context.store.get<string>(CURSOR)) ?? undefined;
        const items: unknown[] = [];
        let more = true;
        while (more && items.length < MOST_ITEMS) {
          const pulled = await client.pull(key, input, { cursor });
          items.push(...pulled.items);
          ({ cursor, more } = pulled);
        }
        await context.store.put(CURSOR, cursor);
        return keyed(items);
      }),
    test: (context) => tellingErrors(() => recentItems(trigger, 'polling', context)),
  });
}
