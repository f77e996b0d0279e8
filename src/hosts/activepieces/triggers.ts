import { DEDUPE_KEY_PROPERTY } from '@activepieces/pieces-framework';
import type { Client } from '../../client.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { HostField } from '../fields.ts';
import { flatInput } from '../flat-form.ts';
import { remoteFields } from '../remote.ts';
import { BRIEF_WAIT_MS, pieceClient } from './connection.ts';

export type PieceTriggerSource = Manifest['triggers'][number];

/** The fields that count for one use of a trigger. */
export const triggerForm = (trigger: PieceTriggerSource, use: 'instant' | 'polling'): HostField[] =>
  remoteFields(trigger).filter(
    // No process stays to look into the log.
    ({ name, only }) => (!only || only === use) && !(use === 'instant' && name === 'reconcile'),
  );

/** What a hook of a trigger gets from Activepieces. */
export interface HookSituation {
  auth: unknown;
  propsValue: Record<string, unknown>;
}

/** The client and the input of a trigger. @throws InputError for a connection or a value that cannot work. */
export const opened = (
  trigger: PieceTriggerSource,
  use: 'instant' | 'polling',
  { auth, propsValue }: HookSituation,
): { client: Client; input: Record<string, unknown> } => ({
  client: pieceClient(auth, BRIEF_WAIT_MS),
  input: flatInput(trigger, triggerForm(trigger, use), propsValue, use),
});

/** Items with the key by which Activepieces drops what it had already. */
export const keyed = (items: readonly unknown[]): unknown[] =>
  items.map((item) => {
    const { id } = item as { id?: string };
    return { ...(item as object), ...(id === undefined ? {} : { [DEDUPE_KEY_PROPERTY]: id }) };
  });

/** A few recent items, for setting up a flow. */
export async function recentItems(
  trigger: PieceTriggerSource,
  use: 'instant' | 'polling',
  situation: HookSituation,
): Promise<unknown[]> {
  const { client, input } = opened(trigger, use, situation);
  return client.sample(trigger.key, input, { limit: 5 });
}
