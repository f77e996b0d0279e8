import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Org } from '../org.ts';
import { readSeedFile } from './file.ts';
import { largeOrg } from './large.ts';
import { smallOrg } from './small.ts';

/** Creates the org of a seed; may be called repeatedly. */
type Plant = (clock: OrgClock, credentials: Credentials) => Org;

const builtIn: Record<string, Plant> = { small: smallOrg, large: largeOrg };

/** The built-in seed with that name, or the seed file at that path. */
export async function readSeed(seed: string): Promise<Plant> {
  return builtIn[seed] ?? readSeedFile(seed);
}
