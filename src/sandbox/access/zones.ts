import { invalid, oktaError } from '../errors.ts';
import { compileFilter } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Call } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';

/** The zone whose addresses are never blocked. */
const exemptZone = 'DefaultExemptIpZone';

const equality = new Set(['eq'] as const);

/** Network zones. */
export const zones = defineKind({
  ...{
    path: '/api/v1/zones',
    param: 'zoneId',
    prefix: 'nzo',
    type: 'NetworkZone',
    scope: 'okta.networkZones',
  },
  list: { limit: [20, 200], select: (call) => selected(call.query.get('filter') ?? '') },
  // A new zone is active, whatever status the body has.
  make: (call, body) => ({ ...zoneOf(call, body), status: 'ACTIVE', system: false }),
  change(call, body, { body: known, id }) {
    if (body.type !== known.type) throw invalid('type', 'type: The type of a zone cannot be changed');
    if (known.useAsExemptList && !body.useAsExemptList)
      throw invalid(
        'useAsExemptList',
        `useAsExemptList: The network zone does not allow usage changes for ${exemptZone}.`,
      );
    const { useAsBlackList, useAsExemptList, system, status } = known;
    const exempt = useAsExemptList ? { useAsBlackList, useAsExemptList } : {};
    return {
      ...{ ...zoneOf(call, body, id), ...exempt, system },
      status: body.status === 'ACTIVE' ? 'ACTIVE' : status,
    };
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'zone.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'zone.deactivate' },
  },
  mayDelete(_, { id, body }) {
    if (body.system) throw oktaError('E0000006');
    if (body.status === 'ACTIVE') {
      const why = 'is an active zone. Active zones cannot be deleted.';
      throw invalid(`The zone: ${body.name} ${why}`, `id: The zone: ${id} ${why}`);
    }
  },
  events: { create: 'zone.create', update: 'zone.update', delete: 'zone.delete' },
});

function selected(filter: string): (zone: StoredObject) => boolean {
  if (filter === '') return () => true;
  const readable = new Set(['id', 'usage', 'system']);
  try {
    return compileFilter<StoredObject>(parseFilter(filter), {
      ...{ negation: false, caseSensitive: true },
      attribute: (name) =>
        readable.has(name)
          ? { read: ({ id, body }) => (name === 'id' ? id : body[name]), operators: equality }
          : undefined,
    });
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}

/** A zone as Okta stores it, with the members of its type only. @throws Refusal for a body that Okta refuses */
function zoneOf({ org }: Call, body: Json, own?: string): Json {
  const { type, name, usage = 'POLICY' } = body;
  if (!name) throw invalid('name', 'name: The field cannot be left blank');
  const namesakes = [...org.objects.of('/api/v1/zones')].filter((other) => other.body.name === name);
  if (namesakes.some(({ id }) => id !== own))
    throw invalid('name', 'name: A network zone with this name already exists.');
  const known = { type, name, status: 'ACTIVE', usage };
  switch (type) {
    case 'IP': {
      const { gateways, proxies } = body;
      if (!(gateways || proxies || body.system))
        throw invalid('gateways', 'gateways: The field cannot be left blank');
      return { ...known, gateways: addresses(gateways), proxies: addresses(proxies) };
    }
    case 'DYNAMIC': {
      const { locations = null, proxyType = null, asns = null } = body;
      return { ...known, locations, proxyType, asns };
    }
    case 'DYNAMIC_V2': {
      const { locations, asns, ipServiceCategories } = body;
      const sides = (given: unknown) => ({ include: [], exclude: [], ...(isObject(given) ? given : {}) });
      return {
        ...{ ...known, locations: sides(locations), asns: sides(asns) },
        ipServiceCategories: sides(ipServiceCategories),
      };
    }
    default:
      throw invalid('type', 'type: The network zone type is not supported.');
  }
}

const ip = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]+)$/i;

/** Addresses as Okta stores them: a single one becomes a range. An empty list becomes null. */
function addresses(given: unknown): Json[] | null {
  if (!Array.isArray(given) || given.length === 0) return null;
  return given.map((one) => {
    const { type, value } = isObject(one) ? one : {};
    const text = String(value);
    const parts = text.split(type === 'CIDR' ? '/' : '-');
    const whole =
      type === 'CIDR' ? parts.length === 2 : parts.length <= 2 && parts.every((part) => ip.test(part));
    if (!(whole && ip.test(parts[0] as string)) || (type !== 'CIDR' && type !== 'RANGE'))
      throw invalid('gateways', `gateways: ${text} is not a valid address of type ${type}`);
    return { type, value: type === 'RANGE' && parts.length === 1 ? `${text}-${text}` : text };
  });
}

/** The zones that every org has. */
export function seedZones(org: Org, ids: IdFactory): void {
  const seeded: Json[] = [
    { type: 'IP', name: 'BlockedIpZone', usage: 'BLOCKLIST', gateways: null, proxies: null },
    { type: 'IP', name: 'LegacyIpZone', usage: 'POLICY', gateways: null, proxies: null },
    {
      ...{ type: 'IP', name: exemptZone, usage: 'POLICY', gateways: null, proxies: null },
      ...{ useAsBlackList: false, useAsExemptList: true },
    },
    {
      ...{ type: 'DYNAMIC_V2', name: 'DefaultEnhancedDynamicZone', usage: 'BLOCKLIST' },
      ...{ locations: { include: [], exclude: [] }, asns: { include: [], exclude: [] } },
      ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: [] },
    },
  ];
  for (const zone of seeded)
    org.objects.put({
      ...{ id: ids.next('nzo'), list: '/api/v1/zones', created: org.created, lastUpdated: org.created },
      body: {
        ...zone,
        status: zone.name === 'DefaultEnhancedDynamicZone' ? 'INACTIVE' : 'ACTIVE',
        system: true,
      },
    });
}
