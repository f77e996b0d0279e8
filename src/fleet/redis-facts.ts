import { InputError } from '../errors/errors.ts';
import type { FleetRedis } from './redis.ts';

/** What matters of a Redis as it was found. */
interface RedisFacts {
  version: string;
  /** `noeviction`, or undefined where the server does not tell. */
  policy: string | undefined;
  persists: boolean;
}

/** The first version with every command that is used. */
const OLDEST = [6, 2] as const;

async function factsOf(redis: FleetRedis): Promise<RedisFacts> {
  const info = await redis.info();
  const of = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
  // Managed servers often forbid CONFIG.
  const [, save] = ((await redis.config('GET', 'save').catch(() => [])) as string[]) ?? [];
  const persists = of('aof_enabled') === '1' || (save !== undefined && save.trim() !== '');
  return {
    // Valkey answers with a version of Redis that it is compatible with, for programs like this one.
    version: of('redis_version') ?? '0',
    policy: of('maxmemory_policy'),
    persists: persists || save === undefined,
  };
}

/**
 * Checks that a Redis loses nothing by its own choice.
 * @param isAllowed go on with one that may.
 * @returns what an operator should know about it, in words.
 * @throws InputError for a version that is too old, and for one that deletes keys when its memory is full.
 */
export async function checkRedis(redis: FleetRedis, isAllowed: boolean): Promise<string[]> {
  const { version, policy, persists } = await factsOf(redis);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new InputError(`Redis ${version} is too old`, {
      hint: `A fleet needs ${OLDEST.join('.')} or newer, or Valkey.`,
    });
  }
  const warnings: string[] = [];
  if (policy !== undefined && policy !== 'noeviction') {
    const problem = `Redis deletes keys when its memory is full (maxmemory-policy ${policy}): positions and jobs could be among them`;
    if (!isAllowed) {
      throw new InputError(problem, {
        hint: 'Set maxmemory-policy noeviction, or allow it ("okta-connector fleet worker --allow-unsafe-redis").',
      });
    }
    warnings.push(problem);
  }
  if (!persists)
    warnings.push(
      'Redis keeps nothing on disk (appendonly no, no save): a restart loses what is declared and where each trigger is. Set appendonly yes',
    );
  return warnings;
}
