import { oktaError } from '../errors.ts';
import { type Attribute, compileFilter, type Predicate } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import { isObject } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';

type Operators = Attribute<StoredObject>['operators'];
const text: Operators = new Set(['eq', 'gt', 'ge', 'lt', 'le', 'sw', 'pr']);
const containable: Operators = new Set([...text, 'co']);
const moments: Operators = new Set(['eq', 'gt', 'ge', 'lt', 'le']);

const contained = new Set(['displayName', 'serialNumber', 'imei', 'meid', 'udid', 'sid']);
const others = new Set([
  ...['platform', 'manufacturer', 'model', 'osVersion', 'registered', 'managed', 'tpmPublicKeyHash'],
  ...['secureHardwarePresent', 'diskEncryptionType', 'integrityJailbreak'],
]);

/** Compiles the `search` of devices. @throws Refusal E0000031 */
export function deviceSearch(expression: string): Predicate<StoredObject> {
  try {
    return compileFilter(parseFilter(expression), { negation: false, caseSensitive: false, attribute });
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}

function attribute(path: string): Attribute<StoredObject> | undefined {
  if (path === 'id') return { read: ({ id }) => id, operators: text };
  if (path === 'status') return { read: ({ body }) => body.status, operators: text };
  if (path === 'lastUpdated')
    return { read: ({ lastUpdated }) => lastUpdated, type: 'date', operators: moments };
  const name = path.replace(/^profile\./, '');
  if (name === path || !(contained.has(name) || others.has(name))) return undefined;
  return {
    read: ({ body: { profile } }) => (isObject(profile) ? profile[name] : undefined),
    operators: contained.has(name) ? containable : text,
  };
}
