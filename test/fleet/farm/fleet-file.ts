import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Farm } from './farm.ts';

interface Declared {
  everySeconds: number;
  sinks: Record<string, object>;
  /** Name of the sink of an org. */
  sinkOf: (org: number) => string;
}

/**
 * Writes the declaration of a fleet that polls each org of a farm for new users, with the token of each in a file of its own.
 * @returns the file, JSON, which is YAML as well.
 */
export function fleetFileFor(farm: Farm, folder: string, { everySeconds, sinks, sinkOf }: Declared): string {
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets);
  const connections = farm.orgs.map(({ orgUrl, token }, org) => {
    const file = join(secrets, connectionOf(org));
    writeFileSync(file, token);
    const joiners = { trigger: 'user_created', every: `${everySeconds}s`, sink: sinkOf(org) };
    const auth = { type: 'api_token', token: { file } };
    return [connectionOf(org), { orgUrl, auth, triggers: { joiners } }] as const;
  });
  const file = join(folder, 'fleet.yaml');
  writeFileSync(file, JSON.stringify({ version: 1, sinks, connections: Object.fromEntries(connections) }));
  return file;
}

export const connectionOf = (org: number): string => `org${org}`;
