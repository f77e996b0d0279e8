import { describe, expect, it } from 'vitest';
import { useGateway } from './support.ts';

const { start } = useGateway();

describe('L4 the descriptions over HTTP', () => {
  it.each(['/openapi.json', '/swagger.json'])(
    '%s needs no key, and is not sent twice: it has an ETag',
    async (path) => {
      const { send } = await start({ publicUrl: 'https://gateway.acme.test/okta/' });
      const whole = await send(`${path}?operations=get_user`, undefined, { key: null });
      expect(whole.status).toBe(200);
      const text = JSON.stringify(whole.body);
      expect(text).toContain(
        path === '/openapi.json' ? '"https://gateway.acme.test/okta"' : '"basePath":"/okta"',
      );
      const tag = whole.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[^"]+"$/);
      const known = await send(`${path}?operations=get_user`, undefined, {
        key: null,
        headers: { 'If-None-Match': tag },
      });
      expect(known).toMatchObject({ status: 304, body: '' });
      expect(known.headers.get('etag')).toBe(tag);
      // Another selection is another document, also for whoever knows the first.
      const other = await send(`${path}?operations=find_user`, undefined, {
        key: null,
        headers: { 'If-None-Match': tag },
      });
      expect(other.status).toBe(200);
      expect(other.headers.get('etag')).not.toBe(tag);
      const stale = await send(`${path}?operations=get_user`, undefined, {
        headers: { 'If-None-Match': '"other"' },
      });
      expect(stale).toMatchObject({ status: 200, body: whole.body });
      // The next gateway says the same.
      const next = await start({ publicUrl: 'https://gateway.acme.test/okta/' });
      expect((await next.send(`${path}?operations=get_user`)).headers.get('etag')).toBe(tag);
    },
  );

  it('refuse a selection that there is not', async () => {
    const { send } = await start();
    const answer = await send('/swagger.json?operations=creat_user');
    expect(answer).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_operation', message: expect.stringContaining('create_user') } },
    });
  });
});
