import type { Manifest } from '../../../manifest/manifest.ts';
import { actionOperation } from './action-operations.ts';
import { lookupOperations, schemaOperation } from './lookup-operations.ts';
import type { Described } from './offered.ts';
import type { GatewayOperation } from './operation.ts';
import { type DescriptionScope, inScope } from './scope.ts';
import {
  flowTriggers,
  pullOperations,
  subscriptionOperations,
  unsubscribeOperation,
} from './trigger-operations.ts';

/**
 * The routes of the gateway for a scope: lookups of their forms first, then actions, then triggers.
 * @param triggers how triggers are used: `pull` by callers that keep a cursor, `flow` by Power Automate.
 * @returns the routes, and a sentence on what the limit left out.
 * @throws InputError for an operation or a category that there is not.
 */
export function gatewayOperations(
  manifest: Manifest,
  scope: DescriptionScope,
  triggers: 'pull' | 'flow',
): { operations: GatewayOperation[]; note: string } {
  const described = inScope(manifest, scope);
  const titles = new Map(manifest.categories.map(({ key, title }) => [key, title]));
  const tagOf = ({ category = '' }: { category?: string }) => titles.get(category as never) ?? 'Other';
  const all = [
    ...lookupOperations(manifest, described),
    ...described.actions.map((action) => actionOperation(action, tagOf(action))),
    ...described.triggers.flatMap((trigger) =>
      (triggers === 'pull' ? pullOperations : flowTriggers)(trigger, tagOf(trigger)),
    ),
    ...(triggers === 'pull'
      ? pullers(described)
      : described.triggers.length > 0
        ? [unsubscribeOperation()]
        : []),
  ];
  const operations = all.slice(0, scope.limit);
  const left = all.length - operations.length;
  return {
    operations,
    note: left > 0 ? `Limited to ${operations.length} operations; ${left} are left out.` : '',
  };
}

/** What is for callers that are programs of their own. */
function pullers({ actions, triggers }: Described): GatewayOperation[] {
  const keys = triggers.map(({ key }) => key);
  return [
    ...(keys.length > 0 ? subscriptionOperations(keys) : []),
    schemaOperation([...actions.map(({ key }) => key), ...keys]),
  ];
}
