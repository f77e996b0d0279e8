import { describe, expect, it } from 'vitest';
import { scimServer, TOKEN } from '../sync/targets/scim-server.ts';
import { createMany, followLives } from './scim-lives.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();

/** SCIMMY on express. */
async function scimmy() {
  const server = await scimServer();
  return { server, target: { baseUrl: server.url.replace(/\/$/, ''), token: TOKEN } };
}

describe('a SCIM server of another project', () => {
  it.each(['WIZARD', 'NETWORK'] as const)('OIN-7, OIN-8, OIN-10, OIN-18 follows lives (%s)', async (kind) => {
    const { target } = await scimmy();
    await followLives(client, target, kind);
  });

  it('OIN-18 has everybody who is assigned by a group exactly once', async () => {
    const { server, target } = await scimmy();
    const count = await createMany(target, 250);
    expect(server.asked.filter((asked) => asked === 'POST /Users')).toHaveLength(count);
  });
});
