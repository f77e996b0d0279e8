import { expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { systemClock } from '../../src/http/clock.ts';
import { nock, useNock } from '../support/nock.ts';

const ORG = 'https://acme.okta.com';
const PATH = '/api/v1/meta/schemas/user/default';
const locker = { title: 'Locker', type: 'string' } as const;

const without = { id: `${ORG}/meta/schemas/user/default`, definitions: { custom: { properties: {} } } };
const pending = {
  definitions: { custom: { properties: { locker: { ...locker, unique: 'PENDING_UNIQUENESS' } } } },
};
const done = {
  definitions: { custom: { properties: { locker: { ...locker, unique: 'UNIQUE_VALIDATED' } } } },
};

const waits: number[] = [];
const told: string[] = [];

useNock();

/** Runs the action against an org whose reads show these schemas, one after the other; the last one stays. */
async function update(...reads: object[]) {
  waits.length = 0;
  told.length = 0;
  let posts = 0;
  nock(ORG)
    .persist()
    .post(PATH)
    .reply(200, () => {
      posts += 1;
      return { ...without, ...pending };
    })
    .get(PATH)
    .reply(200, () => ({ ...without, ...(reads.length > 1 ? reads.shift() : reads[0]) }));
  const clock = {
    ...systemClock,
    async sleep(ms: number) {
      waits.push(ms);
    },
  };
  const client = connect({ orgUrl: ORG, auth: { type: 'api_token', token: '00x' } }, { clock });
  const input = { custom: { locker: { ...locker, unique: true } } };
  const result = await client
    .run('update_schema', input, { progress: (message) => told.push(message) })
    .catch((error: unknown) => error);
  client.close();
  return { result, posts };
}

it('waits for a read that is a second old', async () => {
  const { result, posts } = await update(without, without, done);
  expect(result).toMatchObject({ ...done, changed: true });
  expect([posts, waits]).toEqual([1, [1000]]);
});

it('sends again what Okta lost to another update of the same second, and says so', async () => {
  const { result, posts } = await update(without, without, without, without, done);
  expect(result).toMatchObject({ changed: true });
  expect([posts, told]).toEqual([2, [expect.stringContaining('lost the change')]]);
});

it('gives up when the change is lost again and again', async () => {
  const { result, posts } = await update(without);
  expect(result).toMatchObject({ code: 'conflict', retryable: true });
  expect(posts).toBe(3);
});
