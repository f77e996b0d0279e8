import { MASK } from '../../errors/redact.ts';
import type { EventData, EventMember } from './event-data.ts';

const TIME = '2026-02-03T10:11:12.345Z';

/** By exact name: what a flow is likely to read. */
const BY_NAME: Record<string, unknown> = {
  changedAttributes: 'department,title',
  privilegeGranted: 'Help Desk Administrator',
  privilegeRevoked: 'Help Desk Administrator',
  loginResult: 'INVALID_CREDENTIALS',
};

/** By the end of the name; the first that fits. */
const BY_END: readonly [RegExp, unknown][] = [
  [/ids?$/i, 'id1abcdefghijklmnop'],
  [/(url|uri)$/i, 'https://acme.test/page'],
  [/(ip|address)$/i, '203.0.113.9'],
  [/city$/i, 'Rome'],
  [/country$/i, 'Italy'],
  [/(time|date|at|on)$/, TIME],
  [/status$/i, 'ACTIVE'],
  [/decision$/i, 'APPROVE'],
  [/hash$/i, 'c29tZSBoYXNo'],
  [/(name|title)$/i, 'Example'],
  [/(reason|message|description|notes|comment)$/i, 'As requested'],
];

const BY_TYPE: Partial<Record<EventMember['type'], unknown>> = {
  boolean: 'true',
  integer: '1',
  number: '1.5',
  'date-time': TIME,
  list: '[EXAMPLE]',
  map: '{EXAMPLE=1}',
  json: '{"example":1}',
};

/** An invented value. What Okta flags as personal or sensitive is hidden, as it is in samples of real events. */
function exampleOf({ name, type, flags }: EventMember): unknown {
  if (flags.includes('sensitive') || flags.includes('personal')) return MASK;
  const end = BY_END.find(([pattern]) => pattern.test(name));
  return BY_NAME[name] ?? BY_TYPE[type] ?? end?.[1] ?? 'EXAMPLE';
}

const examples = (members: readonly EventMember[]) =>
  Object.fromEntries(members.map((one) => [one.name, exampleOf(one)]));

/** A change is seldom one of everything. */
const MOST_CHANGES = 3;

/** The parts of an event that depend on its type, with invented data; Okta writes nearly all values as text. */
export function exampleData(known: EventData | undefined): {
  debugContext: { debugData: Record<string, unknown> };
  target?: { detailEntry?: object; changeDetails?: object }[];
} {
  const { debugData = [], detailEntry = [] } = known ?? {};
  const changeDetails = known?.changeDetails.slice(0, MOST_CHANGES) ?? [];
  const target = {
    ...(detailEntry.length > 0 ? { detailEntry: examples(detailEntry) } : {}),
    ...(changeDetails.length > 0
      ? { changeDetails: { from: changedFrom(changeDetails), to: examples(changeDetails) } }
      : {}),
  };
  return {
    debugContext: {
      debugData: { requestId: 'abc', requestUri: '/api/v1/example', ...examples(debugData) },
    },
    ...(Object.keys(target).length > 0 ? { target: [target] } : {}),
  };
}

/** The values before; a change has others afterwards. */
const changedFrom = (members: readonly EventMember[]) =>
  Object.fromEntries(
    members.map((one) => [
      one.name,
      exampleOf(one) === MASK ? MASK : one.type === 'boolean' ? 'false' : null,
    ]),
  );
