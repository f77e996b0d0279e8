import { describe, expect, it } from 'vitest';
import { useGateway } from './support.ts';

const { org, start } = useGateway();
const TYPE = 'user.account.update_profile';
const input = { eventTypes: [TYPE] };
const PULL = '/v1/triggers/new_event/pull';

describe('L4 pull', () => {
  it('begins now and delivers each item once, as long as the cursor is passed on', async () => {
    const { send } = await start();
    const first = await send(PULL, { input });
    expect(first).toMatchObject({ status: 200, body: { items: [], more: false } });
    const uuids = await org.append(5, TYPE);
    const got: string[] = [];
    let { cursor } = first.body;
    for (let more = true; more; ) {
      const { body } = await send(PULL, { input, cursor, limit: 2 });
      got.push(...body.items.map(({ id }: { id: string }) => id));
      ({ cursor, more } = body);
    }
    expect(got).toEqual(uuids);
    expect((await send(PULL, { input, cursor: first.body.cursor })).body.items).toHaveLength(5);
    expect((await send(PULL, { input, cursor: '' })).body.items).toEqual([]);
  });

  it('gives the cursor back to whoever runs the same state, and refuses one that it did not give out', async () => {
    const one = await start();
    const { cursor } = (await one.send(PULL, { input })).body;
    const other = await start();
    for (const wrong of [cursor.split('.')[0], `${cursor.slice(0, -1)}_`, `${cursor}.x`, 'x']) {
      const answer = await one.send(PULL, { input, cursor: wrong });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    }
    expect((await other.send(PULL, { input, cursor })).body.error.message).toMatch(
      /not given out by this gateway/,
    );
    expect((await one.send(PULL, { input: {}, cursor })).body.error.message).toMatch(
      /not returned for new_event/,
    );
    await one.gateway.close();
    const again = await start({ state: one.file });
    expect(await again.send(PULL, { input, cursor })).toMatchObject({ status: 200 });
  });

  it('shows a few recent items', async () => {
    const { send } = await start();
    const uuids = await org.append(2, TYPE);
    const { body } = await send('/v1/triggers/new_event/sample', { input, limit: 2 });
    expect(body.items.map(({ id }: { id: string }) => id).toSorted()).toEqual(uuids.toSorted());
  });

  it.each([
    ['an unknown trigger', '/v1/triggers/nothing/pull', {}, 404, 'not_found'],
    ['an instant trigger', '/v1/triggers/new_event_instant/pull', { input }, 400, 'invalid_input'],
    ['a member that it does not know', PULL, { inputs: {} }, 400, 'invalid_input'],
    ['a limit that is too large', PULL, { limit: 1_001 }, 400, 'invalid_input'],
    ['a wrong input', PULL, { input: { nothing: 1 } }, 400, 'invalid_input'],
  ])('refuses %s', async (_, path, body, status, code) => {
    const { send } = await start();
    expect(await send(path, body)).toMatchObject({ status, body: { error: { code } } });
  });

  it('refuses a trigger that the key is not for, and one that reads a file of the machine', async () => {
    const { send, makeKey } = await start();
    const key = await makeKey('narrow', { operations: ['user_*'] });
    expect((await send(PULL, { input }, { key })).status).toBe(403);
    expect((await send('/v1/triggers/user_created/pull', {}, { key })).status).toBe(200);
    for (const use of ['pull', 'sample', 'subscribe']) {
      const body = { input: { scimState: '/etc/passwd' }, url: 'https://hooks.acme.test/' };
      const { error } = (
        await send(`/v1/triggers/scim_event/${use}`, use === 'subscribe' ? body : { input: body.input })
      ).body;
      expect(error).toMatchObject({
        code: 'not_supported',
        message: expect.stringMatching(/files of the machine/),
      });
    }
    const polled = await send('/v1/triggers/scim_event/poll?scimState=/etc/passwd');
    expect(polled).toMatchObject({ status: 422, body: { error: { code: 'not_supported' } } });
  });
});
