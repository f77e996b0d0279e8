import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import { arrayOf, objectOf, stringOf } from './operation.ts';

const LOOSE = { additionalProperties: {} };

/** Every answer that is no success. */
export const ERROR_ANSWER: RawSchema = objectOf({
  error: objectOf(
    {
      message: stringOf({ title: 'Message', description: 'What went wrong.' }),
      code: stringOf({
        title: 'Code',
        description: 'Stable: texts may change, codes do not.',
        examples: ['not_found'],
      }),
      actor: stringOf({ title: 'Actor', description: 'Who can fix it: caller, admin, okta or target.' }),
      retryable: { type: 'boolean', title: 'Retryable', description: 'The same request may succeed later.' },
      'hint?': stringOf({ title: 'Hint', description: 'What to do.' }),
      'retryAfterMs?': { type: 'number', title: 'Retry after', description: 'Milliseconds to wait.' },
      'causes?': arrayOf(stringOf(), { title: 'Causes', description: 'Single reasons.' }),
      'done?': arrayOf(stringOf(), {
        title: 'Done',
        description: 'Steps that were done before it went wrong.',
      }),
      'status?': { type: 'integer', title: 'Status', description: "HTTP status of Okta's answer." },
      'oktaCode?': stringOf({ title: 'Okta code', description: "Okta's code for it." }),
      'oktaErrorId?': stringOf({ title: 'Okta error id', description: 'What Okta support asks for.' }),
    },
    LOOSE,
  ),
});

/** One page of a drop-down. */
export const OPTIONS_ANSWER: RawSchema = objectOf({
  items: arrayOf(
    objectOf(
      { value: stringOf({ title: 'Value' }), label: stringOf({ title: 'Label' }) },
      { title: 'Option' },
    ),
    { title: 'Options' },
  ),
  'cursor?': stringOf({ title: 'Cursor', description: 'Of the next page; missing on the last one.' }),
});

/** What a subscription posts: one item, with where it comes from. */
export const notificationOf = (item: RawSchema): RawSchema =>
  objectOf({
    type: stringOf({ title: 'Trigger', description: 'Key of the trigger.' }),
    timestamp: stringOf({ title: 'Read at', description: 'When the gateway read it.', format: 'date-time' }),
    subscription: stringOf({ title: 'Subscription', description: 'Id of the subscription.' }),
    data: item,
  });

const SHOWN = {
  id: stringOf({ title: 'ID' }),
  trigger: stringOf({ title: 'Trigger', description: 'Key of the trigger.' }),
  input: { type: 'object', additionalProperties: {}, title: 'Input', description: 'Of the trigger.' },
  url: stringOf({ title: 'URL', description: 'Where items are posted to.' }),
  interval: { type: 'integer', title: 'Interval', description: 'Seconds between two looks at Okta.' },
  status: stringOf({
    enum: ['active', 'retrying', 'parked'],
    title: 'Status',
    description: 'Parked after three days of failures: nothing is read or posted until it is resumed.',
  }),
  created: stringOf({ title: 'Created', format: 'date-time' }),
  delivered: { type: 'integer', title: 'Delivered', description: 'Items that the URL has taken.' },
  waiting: { type: 'integer', title: 'Waiting', description: 'Items on their way.' },
  'lastDelivered?': stringOf({ title: 'Last delivered', format: 'date-time' }),
  'problem?': stringOf({ title: 'Problem', description: 'Why items do not arrive.' }),
  'nextTry?': stringOf({ title: 'Next try', format: 'date-time' }),
};

/** A subscription as the gateway shows it. */
export const SUBSCRIPTION: RawSchema = objectOf(SHOWN);

/** One that was just made. */
export const NEW_SUBSCRIPTION: RawSchema = objectOf({
  ...SHOWN,
  secret: stringOf({
    title: 'Secret',
    description: 'Checks the signatures of Standard Webhooks; it is shown only now.',
    format: 'password',
  }),
});

/** A schema without examples, which only forms need. */
export function withoutExamples(schema: RawSchema): RawSchema {
  const lighter = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(lighter);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(
      ([name, one]) => !(name === 'examples' && Array.isArray(one)),
    );
    return Object.fromEntries(entries.map(([name, one]) => [name, lighter(one)]));
  };
  return lighter(schema) as RawSchema;
}
