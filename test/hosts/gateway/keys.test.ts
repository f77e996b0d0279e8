import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gatewayKeys } from '../../../src/hosts/gateway/keys.ts';
import { openGatewayState } from '../../../src/hosts/gateway/state.ts';
import { systemClock } from '../../../src/http/clock.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { useGateway } from './support.ts';

const { start } = useGateway();

describe('L4 keys of the gateway', () => {
  it('L4 without a key, or with a wrong one, nothing is told but how to send one', async () => {
    const { send, key } = await start();
    for (const wrong of [null, '', 'x', `${key}x`, `${key.slice(0, -1)}~`, key.replace(/.$/, 'A')]) {
      if (wrong === key) continue;
      const answer = await send('/v1/actions/search_users', {}, { key: wrong });
      expect({ wrong, ...answer }).toMatchObject({ status: 401, body: { error: { code: 'key_required' } } });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect(
      (await send('/v1/actions/search_users', {}, { headers: { 'X-API-Key': key }, key: null })).status,
    ).toBe(200);
    expect((await send('/health', undefined, { key: null })).body).toEqual({ ok: true });
  });

  it('L4 a revoked key is refused at once by the running server, an expired one too', async () => {
    const { send, makeKey, file } = await start();
    const key = await makeKey('short', {}, new Date(Date.now() + 1_000));
    expect((await send('/v1/schema/get_user', undefined, { key })).status).toBe(200);
    await expect.poll(async () => (await send('/v1/schema/get_user', undefined, { key })).status).toBe(401);
    const other = await makeKey('other');
    expect((await send('/v1/schema/get_user', undefined, { key: other })).status).toBe(200);
    const state = await openGatewayState(file, 'beside');
    gatewayKeys(state, systemClock).revoke('other');
    state.close();
    expect((await send('/v1/schema/get_user', undefined, { key: other })).status).toBe(401);
  });

  it('L4 a key does what it is for: named operations, patterns, reads', async () => {
    const { run, send, makeKey } = await start();
    const key = await makeKey('few', { operations: ['list_*', 'create_group'] });
    expect((await run('list_groups', {}, { key })).status).toBe(200);
    expect((await run('create_group', { profile: { name: 'Few' } }, { key })).status).toBe(200);
    expect(await run('search_users', {}, { key })).toMatchObject({
      status: 403,
      body: { error: { code: 'not_allowed' } },
    });
    expect((await send('/v1/options/brands', undefined, { key })).status).toBe(200);
    expect((await send('/v1/options/api_tokens', undefined, { key })).status).toBe(403);
    const { key: searching, category } = manifest().actions.find((action) => action.key === 'search_users')!;
    const whole = await makeKey('whole', { operations: [`category:${category}`] });
    expect((await run(searching, { limit: 1 }, { key: whole })).status).toBe(200);
    expect((await run('list_zones', {}, { key: whole })).status).toBe(403);
    const reader = await makeKey('reader', { readOnly: true });
    expect((await run('search_users', {}, { key: reader })).status).toBe(200);
    expect(await run('create_group', { profile: { name: 'No' } }, { key: reader })).toMatchObject({
      status: 403,
    });
    expect((await run('call_api', { method: 'GET', path: '/api/v1/groups' }, { key: reader })).status).toBe(
      200,
    );
  });

  it('L4 a key that sends too much is told when to go on', async () => {
    const { send, makeKey } = await start();
    const key = await makeKey('slow', { perMinute: 2 });
    const one = await send('/v1/schema/get_user', undefined, { key });
    expect(one.headers.get('ratelimit-limit')).toBe('2');
    expect(one.headers.get('ratelimit-remaining')).toBe('1');
    await send('/v1/schema/get_user', undefined, { key });
    const third = await send('/v1/schema/get_user', undefined, { key });
    expect(third).toMatchObject({
      status: 429,
      body: { error: { code: 'too_many_requests', retryable: true } },
    });
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(50);
  });

  it('L4 the file has no key in it', async () => {
    const { file, key, send } = await start();
    await send('/v1/schema/get_user');
    const bytes = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)]).toString('latin1');
    expect(bytes).toContain(key.split('_')[1]);
    expect(bytes).not.toContain(key.slice(22));
  });
});
