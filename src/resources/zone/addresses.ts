import { z } from 'zod';

/** An address of a zone as Okta stores it. */
export interface ZoneAddress {
  type: 'CIDR' | 'RANGE';
  value: string;
}

const single = z.union([z.ipv4(), z.ipv6()]);
const block = z.union([z.cidrv4(), z.cidrv6()]);

const isSingle = (text: string) => single.safeParse(text).success;

function isAddress(text: string): boolean {
  const ends = text.split('-').map((end) => end.trim());
  return block.safeParse(text).success || (ends.length <= 2 && ends.every(isSingle));
}

/** A list of addresses as people write them; the type follows from the text. */
export const addressList = z
  .array(
    z.string().trim().refine(isAddress, 'must be an IP address, a CIDR block or a range of two addresses'),
  )
  .min(1)
  .max(5000);

/** An address as Okta takes it: a single one is a range, as Okta stores it. */
export function zoneAddress(text: string): ZoneAddress {
  if (text.includes('/')) return { type: 'CIDR', value: text };
  const [from = '', to = from] = text.split('-').map((end) => end.trim());
  return { type: 'RANGE', value: `${from}-${to}` };
}

/** The same for every way to write an address: `203.0.113.9` is `203.0.113.9/32`. */
function plain({ value }: { value: string }): string {
  const [host = '', bits] = value.toLowerCase().split('/');
  return bits === (host.includes(':') ? '128' : '32') ? `${host}-${host}` : value.toLowerCase();
}

/** A list of addresses with some added and some removed; the same list if it has and lacks them already. */
export function changedAddresses<T extends { value: string }>(
  known: readonly T[],
  add: readonly string[],
  remove: readonly string[],
): (T | ZoneAddress)[] {
  const gone = new Set(remove.map((text) => plain(zoneAddress(text))));
  const kept = known.filter((one) => !gone.has(plain(one)));
  const has = new Set(kept.map(plain));
  const added = add.map(zoneAddress).filter((one) => !has.has(plain(one)) && has.add(plain(one)));
  return [...kept, ...added];
}
