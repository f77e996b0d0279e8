import { afterAll, beforeAll } from 'vitest';
import type { Connection } from '../../src/auth/connection.ts';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

export const connectionOf = ({ orgUrl, apiToken }: Sandbox): Connection => ({
  orgUrl,
  auth: { type: 'api_token', token: apiToken },
});

/** A local org for all tests of a file, and a client of it. */
export function useOkta(): { sandbox: Sandbox; okta: Client } {
  const used = {} as ReturnType<typeof useOkta>;
  beforeAll(async () => {
    used.sandbox = await startSandbox();
    used.okta = connect(connectionOf(used.sandbox));
  });
  afterAll(async () => {
    used.okta.close();
    await used.sandbox.close();
  });
  return used;
}
