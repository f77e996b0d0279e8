import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/resources/log/log-event.ts';
import { renderEvent } from '../../src/sandbox/system-log/event.ts';
import { logPredicate } from '../../src/sandbox/system-log/log-filter.ts';
import { type Conditions, logParameters, matches } from '../../src/triggers/sources/log/log-query.ts';

const USER = '00u1abcdefghijklmnop';

describe('the query of the System Log', () => {
  it.each<[string, Conditions, string | undefined]>([
    ['nothing', {}, undefined],
    ['no event types', { eventTypes: [] }, undefined],
    ['one event type', { eventTypes: ['user.session.start'] }, 'eventType eq "user.session.start"'],
    ['several event types', { eventTypes: ['a.b', 'c.d'] }, '(eventType eq "a.b" or eventType eq "c.d")'],
    ['an outcome', { outcome: 'FAILURE' }, 'outcome.result eq "FAILURE"'],
    ['an actor by id', { actor: USER }, `(actor.id eq "${USER}" or actor.alternateId eq "${USER}")`],
    [
      'an actor by login',
      { actor: 'ana@acme.test' },
      '(actor.id eq "ana@acme.test" or actor.alternateId eq "ana@acme.test")',
    ],
    ['a target by id', { target: USER }, `(target.id eq "${USER}" or target.alternateId eq "${USER}")`],
    [
      'a target by login',
      { target: 'ana@acme.test' },
      '(target.id eq "ana@acme.test" or target.alternateId eq "ana@acme.test")',
    ],
    [
      'a login as long as an id',
      { actor: 'ana.ruiz@acme.testxx' },
      '(actor.id eq "ana.ruiz@acme.testxx" or actor.alternateId eq "ana.ruiz@acme.testxx")',
    ],
    ['an address', { ipAddress: '203.0.113.9' }, 'client.ipAddress eq "203.0.113.9"'],
    ['an expression, in parentheses', { expression: 'a eq "b" or c pr' }, '(a eq "b" or c pr)'],
    [
      'quotes and backslashes',
      { actor: 'a"b\\c' },
      '(actor.id eq "a\\"b\\\\c" or actor.alternateId eq "a\\"b\\\\c")',
    ],
    [
      'what looks like an expression',
      { target: 'x" or uuid pr or uuid eq "' },
      '(target.id eq "x\\" or uuid pr or uuid eq \\"" or target.alternateId eq "x\\" or uuid pr or uuid eq \\"")',
    ],
    [
      'everything',
      {
        eventTypes: ['a.b', 'c.d'],
        outcome: 'DENY',
        actor: USER,
        target: 'x',
        ipAddress: '::1',
        expression: 'e pr',
      },
      `(eventType eq "a.b" or eventType eq "c.d") and outcome.result eq "DENY" and (actor.id eq "${USER}" or actor.alternateId eq "${USER}") and (target.id eq "x" or target.alternateId eq "x") and client.ipAddress eq "::1" and (e pr)`,
    ],
  ])('asks for %s', (_, conditions, filter) => {
    expect(logParameters(conditions)).toEqual({ filter, q: undefined });
  });

  it('writes a filter that Okta can read, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            eventTypes: fc.array(fc.constantFrom('user.session.start', 'a.b', 'group.user_membership.add')),
            outcome: fc.constantFrom('SUCCESS', 'FAILURE'),
            actor: fc.string({ minLength: 1, unit: 'grapheme' }),
            target: fc.string({ minLength: 1 }),
            ipAddress: fc.string({ minLength: 1 }),
            expression: fc.constantFrom('severity eq "WARN"', 'uuid pr or version eq "0"'),
          },
          { requiredKeys: [] },
        ),
        (conditions) => {
          const { filter } = logParameters(conditions);
          logPredicate(filter ?? null, null);
        },
      ),
    );
  });

  it('takes ten keywords of forty characters, whatever is between them', () => {
    const words = Array.from({ length: 10 }, () => 'x'.repeat(40));
    expect(logParameters({ keyword: ` ${words.join('\t\n ')} ` }).q).toBe(words.join(' '));
    expect(logParameters({ keyword: '  ' }).q).toBeUndefined();
  });

  it.each([
    ['eleven words', Array(11).fill('x').join(' ')],
    ['a word of 41 characters', 'x'.repeat(41)],
  ])('refuses %s before anything is sent', (_, keyword) => {
    expect(() => logParameters({ keyword })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});

const logins = ['ana@acme.test', 'Ana@Acme.Test', 'bo"b@acme.test', 'system@okta.com'];
const userIds = [USER, '00u2abcdefghijklmnop'];
const types = ['user.session.start', 'user.lifecycle.create', 'group.user_membership.add'];
const addresses = ['203.0.113.9', '192.0.2.1'];
const maybe = <T>(values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const somebody = fc.record({
  id: fc.constantFrom(...userIds),
  type: fc.constantFrom('User', 'UserGroup'),
  alternateId: fc.constantFrom(...logins, 'unknown'),
  displayName: fc.constant('Somebody'),
  detailEntry: fc.constant(null),
});
const logEvents = fc
  .record({
    eventType: fc.constantFrom(...types),
    fields: fc.record(
      {
        actor: fc.option(somebody, { nil: null, freq: 8 }),
        target: fc.option(fc.array(somebody, { maxLength: 3 }), { nil: null }),
        client: fc.option(fc.record({ ipAddress: fc.constantFrom(...addresses, null) }), { nil: null }),
        outcome: fc.option(
          fc.record({ result: fc.constantFrom('SUCCESS', 'FAILURE'), reason: fc.constant(null) }),
          { nil: null, freq: 8 },
        ),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ eventType, fields }) =>
    renderEvent({
      uuid: '5b1f2c3d-0000-11f1-8000-000000000001',
      eventType,
      published: 0,
      persisted: 0,
      fields,
    }),
  );
const someone = [...logins, ...userIds, 'nobody@acme.test'];
const asked = fc.record({
  eventTypes: fc.option(fc.uniqueArray(fc.constantFrom(...types)), { nil: undefined }),
  outcome: maybe(['SUCCESS', 'FAILURE']),
  actor: maybe(someone),
  target: maybe(someone),
  ipAddress: maybe(addresses),
});

const oktaSays = (event: Record<string, unknown>, conditions: Conditions) =>
  logPredicate(logParameters(conditions).filter ?? null, null)(event);

describe('matching events of a hook', () => {
  it('means the same as the filter that the log is asked with', () => {
    let both = 0;
    fc.assert(
      fc.property(logEvents, asked, (event, conditions) => {
        const answer = matches(event as LogEvent, conditions);
        expect(answer).toBe(oktaSays(event, conditions));
        if (answer) both++;
      }),
      { numRuns: 3_000, seed: 7 },
    );
    expect(both, 'the property must not be empty').toBeGreaterThan(300);
  });

  // The log is asked for either id or login, by the look of the value; a hook compares both.
  it.each<[string, object, Conditions]>([
    [
      'an id that is not 20 characters long',
      { actor: { id: 'system', alternateId: 'x@y' } },
      { actor: 'system' },
    ],
    [
      'a login of 20 letters and digits',
      { actor: { id: USER, alternateId: 'nightly-sync-account' } },
      { actor: 'nightly-sync-account' },
    ],
  ])('the log finds %s, like a hook does', (name, fields, conditions) => {
    const event = renderEvent({
      ...{ uuid: 'u', eventType: 'user.session.start', published: 0, persisted: 0 },
      fields: fields as never,
    });
    expect([name, oktaSays(event, conditions)]).toEqual([name, matches(event as LogEvent, conditions)]);
  });
});
