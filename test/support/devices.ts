import { NeedsSandbox, type Org } from './arrange.ts';

/** A device of the sandbox's seed: no API makes one. @throws NeedsSandbox where there is no such device. */
export async function seededDevice(org: Org, displayName: string): Promise<{ id: string; name: string }> {
  const search = encodeURIComponent(`profile.displayName eq "${displayName}"`);
  const [found] = await org.api('GET', `/api/v1/devices?search=${search}`);
  if (!found) throw new NeedsSandbox(`the device ${displayName}`);
  return { id: found.id, name: displayName };
}

/** The names of the devices of the seed, by their status. */
export const DEVICES = { active: 'ACME-MAC-1', suspended: 'ACME-WIN-1', deactivated: 'Old phone' };
