import type { Manifest } from '../../../manifest/manifest.ts';
import { remoteInput } from './offered.ts';
import { type GatewayOperation, type GatewayParameter, objectOf, stringOf } from './operation.ts';
import { operationId, shortened } from './words.ts';

type Action = Manifest['actions'][number];

/** A write that arrives twice is done once. */
const IDEMPOTENCY_KEY: GatewayParameter = {
  in: 'header',
  name: 'Idempotency-Key',
  title: 'Idempotency key',
  description:
    'Any text that is new for each change: a request that is sent again with it is answered, not repeated.',
  schema: stringOf({ minLength: 1, maxLength: 255 }),
};

/** What cannot be undone is asked for twice. */
const CONFIRMATION: GatewayParameter = {
  in: 'header',
  name: 'X-Confirm',
  title: 'Confirm',
  description:
    'Says that what cannot be undone is meant. Keys made with --allow-destructive need no confirmation.',
  schema: stringOf({ enum: ['destructive'] }),
};

/** Beside the items of a list. */
const LIST_END = {
  more: { type: 'boolean', title: 'More', description: 'There are more items than these.' },
  'hint?': stringOf({ title: 'Hint', description: 'How to get the others.' }),
};

/** Runs an action: the body is its input. */
export function actionOperation(action: Action, tag: string): GatewayOperation {
  const { key, title, description, effect, output, list } = action;
  const writes = effect.kind === 'write';
  return {
    id: operationId(key),
    method: 'post',
    path: `/v1/actions/${key}`,
    title,
    description: shortened(description),
    tag,
    parameters: [...(writes ? [IDEMPOTENCY_KEY] : []), ...(effect.destructive ? [CONFIRMATION] : [])],
    body: remoteInput(action),
    status: 200,
    answer: objectOf({
      result: { title: 'Result', ...output },
      ...(list ? LIST_END : {}),
    }),
    writes,
    of: action,
  };
}
