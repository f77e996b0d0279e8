import { describe, expect, it } from 'vitest';
import { type LogEvent, logEvent } from '../../src/resources/log/log-event.ts';
import { eventItem, eventItemSample, itemOf } from '../../src/triggers/sources/log/event-item.ts';

const party = (type: string, id: string) => ({
  id,
  type,
  alternateId: `${id}@acme.test`,
  displayName: `Name of ${id}`,
  detailEntry: null,
});
const [user, appUser, group, app] = [
  party('User', '00u1'),
  party('AppUser', '0ua1'),
  party('UserGroup', '00g1'),
  party('AppInstance', '0oa1'),
];
const bare = { uuid: 'u-1', published: '2026-02-03T10:11:12.345Z', eventType: 'user.session.start' };
const event = (more: object): LogEvent => ({ ...bare, ...more }) as LogEvent;

/** Every order of a list. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe('the summary of an event', () => {
  it('says who, what, to whom, how it ended and from where', () => {
    const item = itemOf(
      event({
        displayMessage: 'Add user to group membership',
        severity: 'INFO',
        actor: party('PublicClientApp', '0oa9'),
        outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
        target: [user, group, app],
        client: {
          ipAddress: '203.0.113.9',
          userAgent: { rawUserAgent: 'Mozilla/5.0' },
          geographicalContext: { city: 'Rome', country: 'Italy' },
        },
      }),
    );
    const { event: _, ...summary } = item;
    expect(summary).toEqual({
      id: 'u-1',
      eventType: 'user.session.start',
      published: '2026-02-03T10:11:12.345Z',
      message: 'Add user to group membership',
      severity: 'INFO',
      outcome: 'FAILURE',
      outcomeReason: 'INVALID_CREDENTIALS',
      actorId: '0oa9',
      actorType: 'PublicClientApp',
      actorLogin: '0oa9@acme.test',
      actorName: 'Name of 0oa9',
      userId: '00u1',
      userLogin: '00u1@acme.test',
      userName: 'Name of 00u1',
      groupId: '00g1',
      groupName: 'Name of 00g1',
      appId: '0oa1',
      appName: 'Name of 0oa1',
      ipAddress: '203.0.113.9',
      city: 'Rome',
      country: 'Italy',
      userAgent: 'Mozilla/5.0',
    });
  });

  it.each([
    ['nothing but the three members that are always there', {}],
    ['null targets', { target: null }],
    ['no targets', { target: [] }],
    ['a target that is null', { target: [null] }],
    ['a target without type', { target: [{ id: '00u1' }] }],
    ['a target whose members are null', { target: [{ id: null, type: null, alternateId: null }] }],
    ['a null client', { client: null }],
    ['a client of a system job', { client: { ipAddress: null, userAgent: null, geographicalContext: null } }],
    ['a null actor', { actor: null }],
    ['a null outcome', { outcome: null }],
    ['an outcome without reason', { outcome: { result: 'SUCCESS', reason: null } }],
    ['null everywhere', { severity: null, displayMessage: null, actor: null, client: null, outcome: null }],
    ['members that nobody knows', { newMember: { deep: [1] }, debugContext: { debugData: { a: 'b' } } }],
    ['a new outcome', { outcome: { result: 'NEVER_SEEN', reason: 'x'.repeat(255), more: 1 } }],
  ])('stands %s, and keeps the event as it came', (_, more) => {
    const odd = event(more);
    expect(logEvent.safeParse(odd).success).toBe(true);
    const item = itemOf(odd);
    expect(item.event).toEqual({ ...bare, ...more });
    expect(eventItem.parse(item)).toEqual(item);
    expect(item).toMatchObject({ id: 'u-1', eventType: bare.eventType, published: bare.published });
  });

  it.each(
    orders([user, group, app]).map((target) => [target.map(({ type }) => type).join(), target] as const),
  )('finds targets in the order %s', (_, target) => {
    expect(itemOf(event({ target }))).toMatchObject({ userId: '00u1', groupId: '00g1', appId: '0oa1' });
  });

  // An AppUser is an assignment: its id is not a user's. It is the first target of every application.user_membership event.
  it('names the user, not the assignment, when both are targets', () => {
    expect(itemOf(event({ target: [appUser, app, user] }))).toMatchObject({ userId: '00u1', appId: '0oa1' });
  });

  it('names the user when the assignment comes after', () => {
    expect(itemOf(event({ target: [user, appUser, app] }))).toMatchObject({ userId: '00u1', appId: '0oa1' });
  });

  it('has a sample that fits', () => expect(eventItem.parse(eventItemSample)).toEqual(eventItemSample));
});
