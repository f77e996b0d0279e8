import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { scimAskPost, scimEventPost, scimPasswordPost } from '../../src/scim/post.ts';
import type { ScimEvent } from '../../src/scim/store/store.ts';
import { closedPort, httpServer, type Received } from '../support/server.ts';
import { opened } from './support.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const never = new AbortController().signal;

const verified = ({ body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as {
    type: string;
    data: Record<string, unknown>;
  };

/** A workflow that answers so. */
const workflow = (text = '', status = 200) =>
  httpServer((_, response) => response.writeHead(status).end(text));

async function oneEvent(): Promise<ScimEvent> {
  const server = opened();
  await server.user('ana');
  const [event] = await server.events();
  return event as ScimEvent;
}

describe('a workflow behind a URL', () => {
  it('OIN-18 gets each event signed, with the id of the event', async () => {
    const to = await workflow();
    const event = await oneEvent();
    const post = scimEventPost({ url: `${to.origin}/hook`, secret });
    await post.deliver(event, never);
    const [request] = to.requests as [Received];
    expect(request.headers['webhook-id']).toBe(event.id);
    expect(verified(request)).toEqual({ type: 'user.provisioned', timestamp: event.at, data: event });
    post.close();
  });

  it('is sent an Authorization header, if there is one, and no error repeats it', async () => {
    const to = await workflow('', 404);
    const post = scimEventPost({ url: to.origin, secret, authorization: 'Bearer of-the-workflow' });
    const failed = await post.deliver(await oneEvent(), never).catch((error: unknown) => error);
    expect(to.requests[0]?.headers.authorization).toBe('Bearer of-the-workflow');
    expect(JSON.stringify(failed)).not.toMatch(/of-the-workflow|whsec_/);
    post.close();
  });

  it.each([
    [404, true],
    [410, false],
  ])('an event that is answered %i is kept, and tried again: %s', async (status, retryable) => {
    const to = await workflow('', status);
    const post = scimEventPost({ url: to.origin, secret });
    await expect(post.deliver(await oneEvent(), never)).rejects.toMatchObject({
      ...{ code: 'target_refused', status, retryable },
    });
    post.close();
  });

  it('is reached by https only, and with a secret', () => {
    expect(() => scimEventPost({ url: 'http://n8n.acme.test/hook', secret })).toThrow(
      'URL of the workflow starts with http://, which protects nothing',
    );
    expect(() => scimAskPost({ url: 'https://n8n.acme.test/hook', secret: undefined })).toThrow('secret');
  });

  it('OIN-12 gets a password once, signed, where it is asked for', async () => {
    const to = await workflow();
    const passing = scimPasswordPost({ url: to.origin, secret });
    const server = opened({ password: passing.password });
    const { id } = await server.user('ana', { password: 'first-secret' });
    await server.patch(`/Users/${id}`, { op: 'replace', value: { title: 'no password' } });
    await server.patch(`/Users/${id}`, { op: 'replace', value: { password: 'second-secret' } });
    const sent = ['first-secret', 'second-secret'].map((password) => ({
      ...{ type: 'user.password', timestamp: expect.any(String) },
      data: { resourceId: id, userName: 'ana', password },
    }));
    expect(to.requests.map(verified)).toEqual(sent);
    passing.close();
  });

  it.each([404, 503])('OIN-12 that answers a password with %i gets it again from Okta', async (status) => {
    const to = await workflow('', status);
    const passing = scimPasswordPost({ url: to.origin, secret });
    const server = opened({ password: passing.password });
    const answer = await server.call('POST', '/Users', { userName: 'ana', password: 'not-told' });
    expect(answer).toMatchObject({ status: 503, body: { detail: expect.stringContaining('the password') } });
    expect(to.requests).toHaveLength(1);
    expect(JSON.stringify([server.log, answer.body])).not.toContain('not-told');
    expect(server.log[0]?.error).toContain(String(status));
    passing.close();
  });

  it.each([
    ['nothing', '', 201, undefined],
    ['an empty object', '{}', 201, undefined],
    ['no refusal in a list of items', '[{"refuse":null}]', 201, undefined],
    ['a refusal', '{"refuse":"No licence is left"}', 400, 'No licence is left'],
    ['a refusal with a status', '[{"refuse":"Taken","status":409,"scimType":"uniqueness"}]', 409, 'Taken'],
    ['a refusal behind other items', '[{},{"refuse":"Not this one"}]', 400, 'Not this one'],
    ['a status without a reason', '{"status":403}', 503, 'neither'],
    ['an empty reason', '{"refuse":"","status":403}', 503, 'neither'],
    ['a list without items', '[]', 503, 'neither'],
    ['consent behind which something else is', '[{},"Workflow was started"]', 503, 'neither'],
    ['what a host says by itself', '{"message":"Workflow was started"}', 503, 'neither'],
    ['a page', '<html>', 503, 'neither'],
  ])('OIN-14 is asked before a change is stored, and answers %s', async (_, text, status, detail) => {
    const to = await workflow(text);
    const asking = scimAskPost({ url: to.origin, secret });
    const server = opened({ decide: asking.decide });
    const answer = await server.call('POST', '/Users', { userName: 'ana', password: 'never-told' });
    expect(answer.status).toBe(status);
    if (detail) expect(answer.body.detail).toContain(detail);
    expect((await server.get('/Users')).body.totalResults).toBe(status === 201 ? 1 : 0);
    const [request] = to.requests as [Received];
    expect(verified(request)).toMatchObject({
      type: 'ask',
      data: { kinds: ['user.provisioned'], after: { userName: 'ana' } },
    });
    expect(request.body.toString()).not.toContain('never-told');
    asking.close();
  });

  it('OIN-16 that cannot be asked means 503, and nothing is stored', async () => {
    const asking = scimAskPost({ url: `http://127.0.0.1:${await closedPort()}`, secret });
    const server = opened({ decide: asking.decide });
    expect(await server.call('POST', '/Users', { userName: 'ana' })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('cannot be asked now') },
    });
    expect((await server.get('/Users')).body.totalResults).toBe(0);
    asking.close();
  });
});
