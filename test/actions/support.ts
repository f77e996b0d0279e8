import { afterEach, beforeEach } from 'vitest';
import { connect } from '../../src/connect.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { orgAt } from '../support/arrange.ts';

/** A new sandbox for each test: to arrange it as an admin, and a client to run actions. */
export interface Bench {
  sandbox: Sandbox;
  org: ReturnType<typeof orgAt>;
  client: ReturnType<typeof connect>;
}

/** Makes one for each test of a file, hands it out, and closes it after the test. */
export function useBench(take: (made: Bench) => void, options: Parameters<typeof connect>[1] = {}): void {
  let made: Bench;
  beforeEach(async () => {
    const sandbox = await startSandbox();
    const auth = { type: 'api_token', token: sandbox.apiToken } as const;
    const connection = { orgUrl: sandbox.orgUrl, auth };
    made = { sandbox, org: orgAt(connection), client: connect(connection, options) };
    take(made);
  });
  afterEach(async () => {
    made.org.close();
    made.client.close();
    await made.sandbox.close();
  });
}
