import type { Manifest } from '../../../manifest/manifest.ts';
import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import { type HostField, hostFields } from '../../fields.ts';
import { NEW_SUBSCRIPTION, SUBSCRIPTION } from './answers.ts';
import { remoteInput } from './offered.ts';
import { arrayOf, type GatewayOperation, type GatewayParameter, objectOf, stringOf } from './operation.ts';
import { operationId, shortened } from './words.ts';

type Trigger = Manifest['triggers'][number];

const CURSOR = stringOf({
  title: 'Cursor',
  description: 'From the previous answer; without one, it begins now.',
});
const LIMIT: RawSchema = {
  ...{ type: 'integer', minimum: 1, maximum: 1000, title: 'Limit', description: 'Most items of one answer.' },
};

/** What callers with a memory of their own use: everything since a cursor. */
export function pullOperations(trigger: Trigger, tag: string): GatewayOperation[] {
  const { key, title, description } = trigger;
  const input = { title: 'Input', ...remoteInput(trigger) };
  const at = { method: 'post' as const, tag, status: 200, writes: false, of: trigger };
  return [
    {
      ...at,
      id: `Pull${operationId(key)}`,
      path: `/v1/triggers/${key}/pull`,
      title: `${title}: pull`,
      description: shortened(`Everything since the cursor. ${description}`),
      parameters: [],
      body: objectOf({ 'input?': input, 'cursor?': CURSOR, 'limit?': LIMIT }),
      answer: objectOf({
        items: arrayOf(trigger.output, { title: 'Items' }),
        cursor: stringOf({ title: 'Cursor', description: 'For the next request.' }),
        more: { type: 'boolean', title: 'More', description: 'There are more items already.' },
      }),
    },
    {
      ...at,
      id: `Sample${operationId(key)}`,
      path: `/v1/triggers/${key}/sample`,
      title: `${title}: sample`,
      description: 'The latest items, newest first, for building a flow.',
      parameters: [],
      body: objectOf({ 'input?': input, 'limit?': { ...LIMIT, maximum: 25 } }),
      answer: objectOf({ items: arrayOf(trigger.output, { title: 'Items' }) }),
    },
  ];
}

/** What Power Automate uses: a poll that keeps the cursor in the `Location` header, and a subscription that it makes and removes. */
export function flowTriggers(trigger: Trigger, tag: string): GatewayOperation[] {
  const { key, title, description, output } = trigger;
  const at = { tag, parameters: [], writes: false, of: trigger };
  return [
    {
      ...at,
      id: operationId(key),
      method: 'get',
      path: `/v1/triggers/${key}/poll`,
      title,
      description: shortened(description),
      parameters: [
        ...queryFields(trigger).map(queryParameter),
        {
          ...{ in: 'query', name: 'cursor', title: 'Cursor', internal: true, schema: stringOf() },
          description: 'Set by the answers: where the next poll begins.',
        },
      ],
      status: 200,
      answer: arrayOf(output),
      trigger: { use: 'batch', item: output },
    },
    {
      ...at,
      id: `${operationId(key)}Pushed`,
      method: 'post',
      path: `/v1/triggers/${key}/subscribe`,
      title: `${title} (pushed)`,
      description: shortened(`The gateway watches, and posts each item. ${description}`),
      body: objectOf({
        url: stringOf({ title: 'URL', description: 'Where items are posted to.' }),
        'input?': { title: 'Input', ...remoteInput(trigger) },
      }),
      status: 201,
      answer: NEW_SUBSCRIPTION,
      trigger: { use: 'single', item: output },
    },
  ];
}

/** The inputs that a URL can carry, for a poll. */
export const queryFields = (trigger: Trigger): HostField[] =>
  hostFields({ ...trigger, input: remoteInput(trigger) }).filter(
    ({ kind, only }) => only !== 'instant' && !['json', 'rows', 'attributes'].includes(kind),
  );

function queryParameter(field: HostField): GatewayParameter {
  const { name, title, description, kind, required, options, choices } = field;
  const scalar = ['number', 'integer', 'boolean'].includes(kind) ? kind : 'string';
  const one: RawSchema = { type: scalar, ...(choices ? { enum: choices } : {}) };
  const isList = kind === 'list' || kind === 'multi_enum';
  return {
    ...{ in: 'query', name, title, description },
    ...(required ? { required: true as const } : {}),
    ...(options ? { options } : {}),
    schema: isList ? arrayOf(one) : { ...one, ...(kind === 'date_time' ? { format: 'date-time' } : {}) },
  };
}

const TAG = 'Subscriptions';
const at = { path: '/v1/subscriptions', tag: TAG, parameters: [], writes: false };
const ID: GatewayParameter = {
  ...{ in: 'path', name: 'id', title: 'ID', description: 'Id of the subscription.', required: true },
  schema: stringOf(),
};

/** Items of a trigger, posted to a URL until the subscription is removed. */
export const subscriptionOperations = (keys: string[]): GatewayOperation[] => [
  {
    ...{ ...at, id: 'Subscribe', method: 'post', title: 'Subscribe a URL to a trigger' },
    description:
      'Posts each item to the URL, signed by Standard Webhooks, at least once and with the same id.',
    body: objectOf({
      trigger: stringOf({ enum: keys, title: 'Trigger' }),
      url: stringOf({ title: 'URL', description: 'https; where items are posted to.' }),
      'input?': { type: 'object', additionalProperties: {}, title: 'Input', description: 'Of the trigger.' },
      'secret?': stringOf({
        title: 'Secret',
        description: 'To sign with: "whsec_" and 24 to 64 bytes as base64; one is made when left out.',
        format: 'password',
      }),
      'interval?': {
        ...{ type: 'integer', minimum: 5, maximum: 86_400, default: 30 },
        ...{ title: 'Interval', description: 'Seconds between two looks at Okta.' },
      },
    }),
    status: 201,
    answer: NEW_SUBSCRIPTION,
  },
  {
    ...{ ...at, id: 'ListSubscriptions', method: 'get', title: 'List subscriptions' },
    ...{ description: 'The subscriptions of this key.', status: 200 },
    answer: objectOf({ subscriptions: arrayOf(SUBSCRIPTION, { title: 'Subscriptions' }) }),
  },
  {
    ...{ ...at, path: `${at.path}/{id}`, id: 'GetSubscription', method: 'get', title: 'Get a subscription' },
    ...{
      description: 'Its trigger, its URL and how delivery goes.',
      parameters: [ID],
      status: 200,
      answer: SUBSCRIPTION,
    },
  },
  {
    ...{ ...at, path: `${at.path}/{id}/resume`, id: 'ResumeSubscription', method: 'post' },
    title: 'Resume a subscription',
    description: 'Goes on at once with one that is parked or waits for its next try; nothing is left out.',
    parameters: [ID],
    status: 200,
    answer: SUBSCRIPTION,
  },
  unsubscribeOperation(),
];

/** Power Automate removes what it subscribed. */
export function unsubscribeOperation(): GatewayOperation {
  return {
    ...{
      ...at,
      path: `${at.path}/{id}`,
      id: 'Unsubscribe',
      method: 'delete',
      title: 'Remove a subscription',
    },
    ...{
      description: 'Nothing is posted to its URL any more.',
      parameters: [ID],
      status: 204,
      internal: true,
    },
  };
}
