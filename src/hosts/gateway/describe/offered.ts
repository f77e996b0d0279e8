import { itemSchema, type Manifest } from '../../../manifest/manifest.ts';
import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import { isLocal, remoteOperations } from '../../remote.ts';

/** The actions and triggers that the gateway has, in the order of the manifest. */
export interface Described {
  actions: Manifest['actions'];
  triggers: Manifest['triggers'];
}

/** What callers elsewhere can use. An event hook needs a server that Okta calls: others are pulled instead. */
export function offered(manifest: Manifest): Described {
  const { actions, triggers } = remoteOperations(manifest);
  // What the events of each carry is in /v1/schema: for all triggers it would be too much for some platforms.
  const light = triggers.map((one) => ({ ...one, output: itemSchema(one) }));
  return { actions, triggers: light.filter(({ kind }) => kind !== 'webhook') };
}

/** The input without what names a file of the machine. */
export function remoteInput(
  operation: Manifest['actions'][number] | Manifest['triggers'][number],
): RawSchema {
  const { properties = {}, ...rest } = operation.input;
  const kept = Object.entries(properties as Record<string, RawSchema>).filter(
    ([name]) => !isLocal(operation, name),
  );
  return { ...rest, properties: Object.fromEntries(kept) };
}
