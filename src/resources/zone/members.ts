import { z } from 'zod';
import { InputError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { addressList, zoneAddress } from './addresses.ts';

const place = z.strictObject({ country: z.string().length(2), region: z.string().nullish() });
const sides = <T extends z.ZodType>(item: T) =>
  z.strictObject({ include: z.array(item).max(75).optional(), exclude: z.array(item).max(75).optional() });

const written = 'An address, a CIDR block or a range: 203.0.113.9, 203.0.113.0/24, 203.0.113.1-203.0.113.9.';

/** What a zone consists of. `exclude` needs the type DYNAMIC_V2. */
export const zoneMembers = {
  gateways: field(
    addressList.optional(),
    'Gateways',
    `Addresses of an IP zone. ${written} At most 150, 1,000 for a block list, 5,000 for a system zone.`,
    ['203.0.113.0/24'],
  ),
  proxies: field(addressList.optional(), 'Proxies', `Trusted proxies of an IP zone. ${written}`, [
    '198.51.100.1-198.51.100.9',
  ]),
  locations: field(
    sides(place).optional(),
    'Locations',
    'Countries and regions of a dynamic zone, by ISO code.',
    { include: [{ country: 'IT', region: 'IT-62' }] },
  ),
  asns: field(sides(z.string()).optional(), 'ASNs', 'Autonomous systems of a dynamic zone.', {
    include: ['23457'],
  }),
  proxyType: field(
    labelled(z.enum(['Any', 'Tor', 'NotTorAnonymizer']), {
      Any: 'Any proxy',
      Tor: 'Tor',
      NotTorAnonymizer: 'Anonymizers other than Tor',
    }).optional(),
    'Proxy type',
    'Proxies that a DYNAMIC zone covers.',
    'Tor',
  ),
  ipServiceCategories: field(
    sides(z.string().regex(/^[A-Z0-9_]+$/)).optional(),
    'IP service categories',
    'VPNs and proxies of a DYNAMIC_V2 zone, such as ALL_ANONYMIZERS or NORD_VPN; Okta adds new ones every month.',
    { include: ['ALL_ANONYMIZERS'] },
  ),
};

type Members = z.output<z.ZodObject<typeof zoneMembers>>;

/** The members that each type of zone has. */
const OF_TYPE: Record<string, readonly (keyof Members)[]> = {
  IP: ['gateways', 'proxies'],
  DYNAMIC: ['locations', 'asns', 'proxyType'],
  DYNAMIC_V2: ['locations', 'asns', 'ipServiceCategories'],
};

/**
 * The members of a zone as Okta takes them.
 * @throws InputError for one that zones of this type do not have.
 */
export function zoneBody(type: string, given: Members): Record<string, unknown> {
  const names = (Object.keys(given) as (keyof Members)[]).filter((name) => given[name] !== undefined);
  const allowed = OF_TYPE[type] ?? names;
  const wrong = names.filter((name) => !allowed.includes(name));
  if (wrong.length > 0) {
    throw new InputError(`A zone of type ${type} has no ${wrong.join(', ')}`, {
      hint: `It has ${allowed.join(', ')}.`,
    });
  }
  const { locations, asns, gateways, proxies } = given;
  if (type === 'IP') return { gateways: gateways?.map(zoneAddress), proxies: proxies?.map(zoneAddress) };
  if (type !== 'DYNAMIC') return { ...given };
  if (locations?.exclude || asns?.exclude) {
    throw new InputError('A zone of type DYNAMIC cannot exclude anything', {
      hint: 'Use the type DYNAMIC_V2, or only include.',
    });
  }
  return { ...given, locations: locations?.include, asns: asns?.include };
}

/** Names of the members of which a new zone needs at least one. */
export const zoneNeeds = (type: string): string => (OF_TYPE[type] ?? []).join(', ');
