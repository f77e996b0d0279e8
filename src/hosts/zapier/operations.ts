import type { Manifest } from '../../manifest/manifest.ts';
import { remoteOperations } from '../index.ts';

export type ZapierAction = Manifest['actions'][number];
export type ZapierTrigger = Manifest['triggers'][number];

/** What Zapier shows as a search: it changes nothing. */
export const searchesOf = (manifest: Manifest): ZapierAction[] =>
  remoteOperations(manifest).actions.filter(({ effect }) => effect.kind === 'read');

/** What Zapier shows as an action. */
export const createsOf = (manifest: Manifest): ZapierAction[] =>
  remoteOperations(manifest).actions.filter(({ effect }) => effect.kind === 'write');

/**
 * What Zapier can poll. It cannot answer the challenge of an event hook, so nothing is instant. It forgets the position of a
 * poll after an hour, so a poll must be able to begin in the past, or need no position.
 */
export const pollsOf = (manifest: Manifest): ZapierTrigger[] =>
  remoteOperations(manifest).triggers.filter(
    (one) => one.kind === 'schedule' || (one.kind === 'polling' && startsInThePast(one)),
  );

/** Whether a poll can begin at a time: it then has the input `since`. */
export const startsInThePast = ({ input }: ZapierTrigger): boolean =>
  Object.hasOwn((input.properties ?? {}) as object, 'since');
