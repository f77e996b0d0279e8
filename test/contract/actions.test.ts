import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type nock from 'nock';
import { describe, expect, it } from 'vitest';
import { effectFor } from '../../src/actions/effect.ts';
import { isList } from '../../src/actions/run.ts';
import { connector } from '../../src/connector.ts';
import type { ActionDefinition } from '../../src/define.ts';
import type { OktaError } from '../../src/errors/errors.ts';
import { describeAction } from '../../src/manifest/manifest.ts';
import { type Exchange, type Fixture, isNextPage, itemsIn } from '../support/fixture.ts';
import { useNock } from '../support/nock.ts';
import { loadSpec } from '../support/openapi.ts';
import { fixtureClient, fixturesIfAny, fixturesOf, intercept, play, replay } from '../support/replay.ts';

const spec = loadSpec();

useNock();

/** A value for every member of an input schema, taken from the examples. */
function fromExamples(schema: Record<string, unknown>, names: string[]): Record<string, unknown> {
  const properties = schema.properties as Record<
    string,
    { examples?: unknown[]; default?: unknown; enum?: unknown[] }
  >;
  return Object.fromEntries(
    names.map((name) => [name, properties[name]?.examples?.[0] ?? properties[name]?.default]),
  );
}

const FAILURES: { after: string; fail: (interceptor: nock.Interceptor) => nock.Scope }[] = [
  {
    after: 'a 503',
    fail: (next) => next.reply(503, { errorCode: 'E0000009', errorSummary: 'Internal error' }),
  },
  {
    after: 'a broken connection',
    fail: (next) => next.replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
  },
];

/** Where Okta takes or answers other than its specification says. */
const DEVIATIONS: { path: string | RegExp; problem: RegExp }[] = [
  // `unique` is a state as text, not a boolean.
  { path: '/api/v1/meta/schemas/', problem: /\/unique must be boolean/ },
  // As its text says, null deletes an attribute.
  { path: '/api/v1/meta/schemas/', problem: /\/properties\/\w+ must be object/ },
  // A new role of a group is answered with the role.
  { path: '/api/v1/groups/', problem: /body: none is documented/ },
  // Factors may have several of these links.
  { path: '/api/v1/users/', problem: /\/_links\/resend must be object/ },
  // PATCH is not among the methods that a link may name.
  { path: '/api/v1/devices', problem: /\/_links\/self\/hints\/allow\/1 must be equal/ },
  // The members of what is embedded are not all objects.
  { path: '/api/v1/apps?', problem: /\/_embedded\/user\/\w+ must be object/ },
  // Recorded where 200 is specified.
  { path: /\/identity-sources\/\w+\/sessions$/, problem: /^status 201 is not documented$/ },
  // The users of a review have no type.
  { path: '/governance/api/v1/reviews', problem: /Profile must have required property 'type'/ },
  // The times of owners are not ISO 8601.
  { path: '/api/v1/groups/', problem: /\/lastUpdated must match format/ },
  // Newer than the specification, which has the path without an operation.
  { path: '/api/v1/groups/', problem: /\/group-rules is not documented/ },
  // Recorded where 201 and 204 are specified.
  { path: /\/(grants|group-push\/mappings)(\W|$)/, problem: /^status 200 is not documented$/ },
  // Recorded where 201 is specified.
  { path: /\/federated-claims\/\w+$/, problem: /^status 200 is not documented$/ },
  // Where service providers read the metadata of an app belongs to no API.
  { path: '/app/', problem: /metadata is not documented/ },
  // A type of policy that is newer than the specification.
  { path: '/api/v1/policies?type=USER_IDENTIFICATION', problem: /^query type: / },
  // The pattern of the specification matches no time span.
  { path: '/api/v1/api-tokens', problem: /\/tokenWindow must match pattern/ },
  // Okta tells the kind of resource of a policy as text.
  { path: '/api/v1/policies?', problem: /\/_embedded\/resourceType must be object/ },
  // It writes the types of constraints in lower case.
  { path: '/api/v1/policies/', problem: /\/types\/0 must be equal to one of the allowed values/ },
  // It refuses the list that is specified, and its example of an answer is none either.
  { path: '/api/v1/policies/simulate', problem: /^\/ must be array/ },
  // Members without a value are null in answers, and may be sent back.
  { path: '/api/v1/apps/', problem: /\/(\w+RedirectUrl|notes\/\w+) must be string/ },
  // Recordings have a shorter text in the place of a secret.
  { path: '/api/v1/apps', problem: /\/client_secret must NOT have fewer than 14 characters/ },
];
const isKnownDeviation = (path: string, problems: string[]) =>
  DEVIATIONS.some(
    (one) =>
      (one.path instanceof RegExp ? one.path.test(path) : path.startsWith(one.path)) &&
      one.problem.test(problems[0] ?? ''),
  );

const isWrite = (exchange: Exchange) => exchange.method !== 'GET';
const isOk = ({ status }: Exchange) => status >= 200 && status < 300;

describe.each(connector.actions.map((action) => [action.key, action] as const))(
  '%s',
  (key, action: ActionDefinition) => {
    const described = describeAction(action);
    const fixtures = fixturesIfAny(key);

    it.each([
      ['draft-07', new Ajv({ strict: true, strictTypes: false, allErrors: true })],
      ['2020-12', new Ajv2020({ strict: true, strictTypes: false, allErrors: true })],
    ])('has schemas that ajv compiles (%s) and that accept the sample', (_, ajv) => {
      formats.default(ajv);
      const input = ajv.compile(described.input);
      const output = ajv.compile(described.output);
      expect(input(described.sample.input), ajv.errorsText(input.errors)).toBe(true);
      expect(output(described.sample.output), ajv.errorsText(output.errors)).toBe(true);
      const all = Object.keys(described.input.properties as object);
      expect(input(fromExamples(described.input, all)), ajv.errorsText(input.errors)).toBe(true);
      const required = (described.input.required ?? []) as string[];
      expect(input(fromExamples(described.input, required)), ajv.errorsText(input.errors)).toBe(true);
    });

    it('accepts its sample, required fields alone and all fields; refuses unknown ones', () => {
      const properties = Object.keys(described.input.properties as object);
      const required = (described.input.required ?? []) as string[];
      expect(action.input.parse(action.sample.input)).toBeDefined();
      expect(action.output.parse(action.sample.output)).toBeDefined();
      expect(action.input.parse(fromExamples(described.input, required))).toBeDefined();
      expect(action.input.parse(fromExamples(described.input, properties))).toBeDefined();
      expect(action.input.safeParse({ ...(action.sample.input as object), noSuchField: 1 }).success).toBe(
        false,
      );
      for (const name of required) {
        const { [name]: _, ...rest } = fromExamples(described.input, required);
        expect(action.input.safeParse(rest).success, `without ${name}`).toBe(false);
      }
    });

    it('says the field names of every problem, never a value', async () => {
      const input = {
        ...(action.sample.input as object),
        limit: 'many secrets',
        noSuchField: 'secret-value',
      };
      const error: OktaError = await fixtureClient()
        .run(key, input)
        .then(
          () => expect.fail('must refuse'),
          (reason) => reason,
        );
      expect(error).toMatchObject({ code: 'invalid_input', actor: 'caller' });
      expect(error.causes.join()).toContain('noSuchField');
      expect(JSON.stringify(error)).not.toMatch(/secret-value|many secrets/);
    });

    it('has titles, descriptions, a link to the docs and scopes of the shape Okta uses', () => {
      expect(action.docsUrl).toMatch(/^https:\/\/developer\.okta\.com\//);
      for (const scope of action.scopes) expect(scope).toMatch(/^okta(\.\w+)+\.(read|manage)$/);
      for (const [name, field] of Object.entries(
        described.input.properties as Record<string, Record<string, unknown>>,
      )) {
        expect(field, name).toMatchObject({ title: expect.any(String), description: expect.any(String) });
        expect(field.examples, `${name} has an example`).toBeDefined();
      }
      // Two rows of a form with the same title cannot be told apart.
      const titles = Object.values(described.input.properties as object).map(({ title }) => title);
      expect(titles).toEqual([...new Set(titles)]);
    });

    it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
      'recorded: %s',
      async (_, fixture: Fixture) => replay(key, fixture),
    );

    it.skipIf(action.offline)('F2.8 has a recording of its success', () => {
      const found = fixturesOf(key);
      const hasChanged = 'changed' in ((described.output.properties ?? {}) as object);
      const succeeded = found.filter(({ exchanges, output }) => {
        if (hasChanged && !(output as { changed: boolean }).changed) return false;
        if (isList(action) && (output as unknown[]).length === 0) return false;
        const writes = action.effect.kind === 'write' && !action.elsewhere;
        return exchanges.some((one) => isWrite(one) === writes && isOk(one));
      });
      expect(
        succeeded,
        'a write that changed something, a list with items, an object that was read',
      ).not.toEqual([]);
      const paged = found.filter(({ exchanges }) =>
        exchanges.some((one) => isNextPage(exchanges, one) && isOk(one) && itemsIn(one).length > 0),
      );
      // Some lists have one page only.
      if (isList(action) && action.request?.pageSize !== 0)
        expect(paged, 'a list over two pages').not.toEqual([]);
    });

    it.skipIf(!spec)("sends what Okta's OpenAPI specification allows, and was answered as it says", () => {
      for (const { name, exchanges } of fixtures) {
        for (const exchange of exchanges) {
          const { method, path, body, status, response } = exchange;
          const [pathname = '', query = ''] = path.split('?');
          // What Okta itself puts into a next link is not documented everywhere.
          const problems = isNextPage(exchanges, exchange)
            ? []
            : (spec?.checkRequest({ method, path: pathname, query: new URLSearchParams(query), body }) ?? []);
          if (!isKnownDeviation(path, problems)) expect(problems, `${name}: ${method} ${path}`).toEqual([]);
          const answered =
            status < 400 ? (spec?.checkResponse(method, pathname, status, response) ?? []) : [];
          if (!isKnownDeviation(path, answered)) expect(answered, `${name}: ${method} ${path}`).toEqual([]);
        }
      }
    });

    it('F2.7 sends only requests that connector.json names', () => {
      const named = described.calls.map(({ method, path }) => `${method} ${path}`);
      const allowed = described.calls.map(({ method, path }) =>
        method === '*' ? /./ : new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      );
      for (const { name, exchanges } of fixtures) {
        for (const { method, path } of exchanges) {
          const sent = `${method} ${path.split('?')[0]}`;
          expect(
            allowed.some((one) => one.test(sent)),
            `${name}: ${sent} is none of ${named.join(', ')}`,
          ).toBe(true);
        }
      }
    });

    it('names scopes that cover every call, as the specification says', () => {
      for (const { exchanges } of fixtures) {
        for (const { method, path } of exchanges) {
          const needs =
            spec
              ?.operation(method, path.split('?')[0] ?? '')
              ?.operation.security?.flatMap((one) => one.oauth2 ?? []) ?? [];
          // The schema is read where the connection may, and left out where it may not.
          const optional = /\/meta\/(schemas|types)\//.test(path);
          // openid is asked of a person, not of the connection.
          for (const scope of optional || key === 'call_api' ? [] : needs.filter((one) => one !== 'openid')) {
            const covered =
              action.scopes.includes(scope) || action.scopes.includes(scope.replace('.read', '.manage'));
            expect(covered, `${scope} for ${method} ${path}`).toBe(true);
          }
        }
      }
    });

    const writes = fixtures.filter((fixture) => fixture.exchanges.some(isWrite));

    it.each(
      writes.flatMap((fixture) => FAILURES.map((failure) => ({ ...failure, fixture, name: fixture.name }))),
    )('repeats only what is safe after $after: $name', async ({ fail, fixture }) => {
      const { idempotent } = effectFor(action, action.input.parse(fixture.input));
      const at = fixture.exchanges.findIndex(isWrite);
      const write = fixture.exchanges[at] as Exchange;
      fixture.exchanges.slice(0, at).forEach(play);
      let sent = 0;
      fail(intercept(write)).on('request', () => sent++);
      for (const exchange of fixture.exchanges.slice(at)) {
        play(exchange).on('request', () => {
          if (exchange === write) sent++;
        });
      }
      const result = await fixtureClient()
        .run(key, fixture.input)
        .catch((error: unknown) => error);
      if (idempotent) {
        expect(result).not.toBeInstanceOf(Error);
        expect(sent).toBe(2);
      } else {
        expect(result).toMatchObject({ code: 'outcome_unknown', retryable: false });
        expect(sent).toBe(1);
      }
    });
  },
);
