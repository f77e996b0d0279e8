import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Org } from '../org.ts';
import { readSeedFile } from './file.ts';
import { largeOrg } from './large.ts';
import { smallOrg } from './small.ts';

/** How a seed makes an org; it can do so again and again. */
type Plant = (clock: OrgClock, credentials: Credentials) => Org;

const builtIn: Record<string, Plant> = { small: smallOrg, large: largeOrg };

/** The built-in seed of that name, or the one in the file at that path. */
export async function readSeed(seed: string): Promise<Plant> {
  return builtIn[seed] ?? readSeedFile(seed);
}
