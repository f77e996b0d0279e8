import { isObject, type Json } from '../json.ts';

/** Whether a condition is met; `UNDEFINED` if the circumstances do not say enough. */
export type Met = 'MATCH' | 'NOT_MATCH' | 'UNDEFINED';

/** What a simulated sign-in is like. */
export interface Circumstances {
  userId?: string;
  groupIds?: string[];
  zones?: { ids?: string[] };
  risk?: { level?: string };
  device?: { platform?: string; registered?: boolean; managed?: boolean };
}

type Test = (given: unknown, context: Circumstances) => Met;

const met = (is: boolean): Met => (is ? 'MATCH' : 'NOT_MATCH');

/** Whether one of the known values is among the wanted ones. */
const among = (known: string[] | undefined, wanted: unknown): Met =>
  known === undefined ? 'UNDEFINED' : met(known.some((one) => (wanted as string[]).includes(one)));

const notAmong = (known: string[] | undefined, wanted: unknown): Met => {
  const found = among(known, wanted);
  return found === 'UNDEFINED' ? found : met(found === 'NOT_MATCH');
};

const only = (value: string | undefined) => (value === undefined ? undefined : [value]);

/** The conditions that a simulation evaluates, by their path. An empty list is no condition. */
const tests: Readonly<Record<string, Test>> = {
  'people.users.include': (ids, { userId }) => among(only(userId), ids),
  'people.users.exclude': (ids, { userId }) => notAmong(only(userId), ids),
  'people.groups.include': (ids, { groupIds }) => among(groupIds, ids),
  'people.groups.exclude': (ids, { groupIds }) => notAmong(groupIds, ids),
  'network.connection': (connection) =>
    connection === 'ANYWHERE' || connection === 'ZONE' ? 'MATCH' : 'UNDEFINED',
  'network.include': (ids, { zones }) => among(zones?.ids, ids),
  'network.exclude': (ids, { zones }) => notAmong(zones?.ids, ids),
  'riskScore.level': (level, { risk }) => (level === 'ANY' ? 'MATCH' : among(only(risk?.level), [level])),
  'device.registered': (wanted, { device }) => sameFlag(wanted, device?.registered),
  'device.managed': (wanted, { device }) => sameFlag(wanted, device?.managed),
  'platform.include': (platforms, { device }) =>
    among(
      only(device?.platform),
      (platforms as Json[]).map(({ os }) => (isObject(os) ? os.type : undefined)),
    ),
  'authContext.authType': (type) => (type === 'ANY' ? 'MATCH' : 'UNDEFINED'),
  'authProvider.provider': () => 'MATCH',
  'identityProvider.provider': (provider) => (provider === 'ANY' ? 'MATCH' : 'UNDEFINED'),
};

function sameFlag(wanted: unknown, value: boolean | undefined): Met {
  return value === undefined ? 'UNDEFINED' : met(wanted === value);
}

/** The conditions of a policy or rule, each with whether it is met. */
export function conditionsMet(conditions: Json, context: Circumstances): { type: string; status: Met }[] {
  return leaves(conditions).map(([type, value]) => ({
    type,
    status: tests[type]?.(value, context) ?? 'UNDEFINED',
  }));
}

/** The members at the end of each path, without empty lists. */
function leaves(value: Json, path = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (isObject(member)) return leaves(member, `${path}${name}.`);
    const isEmpty = member === null || (Array.isArray(member) && member.length === 0);
    return isEmpty ? [] : [[`${path}${name}`, member]];
  });
}
