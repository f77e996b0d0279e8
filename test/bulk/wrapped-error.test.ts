import { expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { httpServer, json, rateHeaders } from '../support/server.ts';
import { all } from './support.ts';

// Regression: the text of the previous step was put into an error of another class, which bulk did not wait for.
it('F1.8 delete_user waits out a rate limit of 3 s after its first step', async () => {
  let deleteFrom = Number.POSITIVE_INFINITY;
  let status = 'ACTIVE';
  const server = await httpServer(({ method, url }, response) => {
    if (url.includes('/lifecycle/deactivate')) {
      status = 'DEPROVISIONED';
      deleteFrom = Date.now() + 3_000;
      return json(response, 200, {});
    }
    if (method === 'DELETE') {
      if (Date.now() < deleteFrom) {
        const body = { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit' };
        return json(response, 429, body, rateHeaders(5, 0, deleteFrom + 999, Date.now()));
      }
      status = 'GONE';
      return response.writeHead(204).end();
    }
    if (status === 'GONE') return json(response, 404, { errorCode: 'E0000007', errorSummary: 'Not found' });
    return json(response, 200, { id: '00u1abcdefghijklmnop', status });
  });
  const client = connect(
    { orgUrl: server.origin, auth: { type: 'api_token', token: '00t' } },
    { maxWaitMs: 1_000 },
  );
  const row = { userId: '00u1abcdefghijklmnop', mode: 'deactivate_and_delete' };
  const results = await all(client.bulk('delete_user' as string, [row]));
  client.close();
  expect(results).toMatchObject([{ status: 'ok', output: { deactivated: true, deleted: true } }]);
  expect(server.requests.filter(({ url }) => url.includes('/lifecycle/')).length).toBe(1);
}, 15_000);
