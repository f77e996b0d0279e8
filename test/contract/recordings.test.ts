import { existsSync, readFileSync } from 'node:fs';
import type nockTypes from 'nock';
import { describe, expect, it } from 'vitest';
import { actionOf } from '../../src/connector.ts';
import { OktaError } from '../../src/errors/errors.ts';
import { errorFromResponse } from '../../src/http/from-response.ts';
import { parseLinks } from '../../src/http/paginate.ts';
import { rateLimitOf, waitUntilReset } from '../../src/http/rate-headers.ts';
import type { HttpResponse, Method } from '../../src/http/types.ts';
import { profileSchemaFrom } from '../../src/resources/profile-schema.ts';
import { FIXTURE_ORG } from '../support/fixture.ts';
import { nock, useNock } from '../support/nock.ts';
import { fixtureClient } from '../support/replay.ts';

interface Recorded {
  request: { method: string; url: string; body: unknown };
  response: { status: number; headers: Record<string, string | string[]>; body: unknown };
}

/** Real exchanges lie beside the project, not in it; elsewhere these tests are skipped. */
const file = new URL('../../../shared/okta/recordings/python-sdk.ndjson', import.meta.url);
const recorded = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Recorded)
  : [];

const id = '[0-9A-Za-z]+';
type Input = (path: string[], query: URLSearchParams, body: unknown) => Record<string, unknown>;

/** Many recordings left the request body out: the sample stands in for it. */
const bodyOf = (action: string) => actionOf(action).sample.input as object;

/** Which action makes a recorded call, and the input that makes it do so. */
const calls: { action: string; method: string; path: RegExp; input: Input }[] = [
  {
    action: 'create_user',
    method: 'POST',
    path: /^\/api\/v1\/users$/,
    input: (_, query, body) => ({
      ...((body ?? bodyOf('create_user')) as object),
      activate: query.get('activate') !== 'false',
    }),
  },
  {
    action: 'get_user',
    method: 'GET',
    path: new RegExp(`^/api/v1/users/(${id})$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'update_user',
    method: 'POST',
    path: new RegExp(`^/api/v1/users/(${id})$`),
    input: ([userId], _, body) => ({ ...((body ?? bodyOf('update_user')) as object), userId }),
  },
  { action: 'search_users', method: 'GET', path: /^\/api\/v1\/users$/, input: () => ({}) },
  {
    action: 'suspend_user',
    method: 'POST',
    path: new RegExp(`^/api/v1/users/(${id})/lifecycle/suspend$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'unsuspend_user',
    method: 'POST',
    path: new RegExp(`^/api/v1/users/(${id})/lifecycle/unsuspend$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'deactivate_user',
    method: 'POST',
    path: new RegExp(`^/api/v1/users/(${id})/lifecycle/deactivate$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'expire_password',
    method: 'POST',
    path: new RegExp(`^/api/v1/users/(${id})/lifecycle/expire_password$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'expire_password',
    method: 'POST',
    path: new RegExp(`^/api/v1/users/(${id})/lifecycle/expire_password_with_temp_password$`),
    input: ([userId]) => ({ userId, tempPassword: true }),
  },
  {
    action: 'clear_user_sessions',
    method: 'DELETE',
    path: new RegExp(`^/api/v1/users/(${id})/sessions$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'list_user_grants',
    method: 'GET',
    path: new RegExp(`^/api/v1/users/(${id})/grants$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'list_user_groups',
    method: 'GET',
    path: new RegExp(`^/api/v1/users/(${id})/groups$`),
    input: ([userId]) => ({ userId }),
  },
  {
    action: 'list_group_members',
    method: 'GET',
    path: new RegExp(`^/api/v1/groups/(00g${id})/users$`),
    input: ([groupId]) => ({ groupId }),
  },
];

const matching = recorded.flatMap(({ request, response }, line) => {
  const url = new URL(request.url);
  return calls
    .filter((call) => call.method === request.method && call.path.test(url.pathname))
    .map((call) => ({
      ...call,
      line: line + 1,
      request,
      response,
      params: call.path.exec(url.pathname)?.slice(1) ?? [],
      url,
    }));
});

const lower = (headers: Record<string, string | string[]>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name.toLowerCase(), [values].flat().join(', ')]),
  );

useNock();

describe.skipIf(recorded.length === 0)('real recordings', () => {
  it.each(matching)(
    'line $line: $action accepts what Okta answered',
    async ({ action, method, input, params, url, request, response }) => {
      const headers = Object.entries(lower(response.headers)).filter(([name]) => name !== 'link');
      nock(FIXTURE_ORG)
        .intercept((path) => new URL(path, FIXTURE_ORG).pathname === url.pathname, method)
        .reply(response.status, (response.body ?? '') as nockTypes.Body, Object.fromEntries(headers));
      const output = await fixtureClient().run(action, input(params, url.searchParams, request.body));
      expect(actionOf(action).output.safeParse(output).error).toBeUndefined();
    },
  );

  it('reads every user schema', () => {
    const schemas = recorded.filter(
      ({ request, response }) =>
        /\/meta\/schemas\/user\/default$/.test(request.url) && response.status === 200,
    );
    expect(schemas.length).toBeGreaterThan(0);
    for (const { response } of schemas) {
      const schema = profileSchemaFrom(response.body);
      expect(schema?.attributes.find((one) => one.name === 'login')).toMatchObject({
        required: true,
        type: 'string',
      });
      expect(schema?.values.size).toBe(schema?.attributes.length);
      expect(schema?.complete).toBe(true);
    }
  });

  it('understands every error', () => {
    const failures = recorded.filter(({ response }) => response.status >= 400);
    expect(failures.length).toBeGreaterThan(30);
    for (const { request, response } of failures) {
      const answer: HttpResponse = {
        status: response.status,
        headers: lower(response.headers),
        text: JSON.stringify(response.body),
        json: response.body,
      };
      const asked = { method: request.method as Method, path: '/', template: '/', idempotent: true };
      const error = errorFromResponse(asked, answer, 0);
      const body = (response.body ?? {}) as { errorCode?: string; error?: string; errorId?: string };
      expect(error).toBeInstanceOf(OktaError);
      expect(error).toMatchObject({ status: response.status, oktaCode: body.errorCode ?? body.error });
      if (body.errorId) expect(error.oktaErrorId).toBe(body.errorId);
      if (body.errorCode === 'E0000015') expect(error.code).toBe('feature_unavailable');
      expect(error.code).not.toBe('internal_error');
    }
  });

  it('reads every rate-limit header and never waits longer than its window', () => {
    for (const { response } of recorded) {
      const limits = rateLimitOf(lower(response.headers));
      expect(limits).toBeDefined();
      expect(waitUntilReset(limits, 0)).toBeLessThanOrEqual(62_000);
    }
  });

  it('reads every Link header', () => {
    const linked = recorded.filter(({ response }) => response.headers.link);
    expect(linked.length).toBeGreaterThan(0);
    for (const { response } of linked) {
      const links = parseLinks([response.headers.link ?? []].flat().join(', '));
      expect(links.some((link) => link.rel === 'self')).toBe(true);
    }
  });
});
