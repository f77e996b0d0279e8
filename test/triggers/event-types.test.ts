import { describe, expect, it } from 'vitest';
import { eventTypes, isHookEligible } from '../../src/resources/event-type/catalogue.ts';
import { isSubscribable as sandboxSays } from '../../src/sandbox/hooks/eligible.ts';
import { displayMessages } from '../../src/sandbox/system-log/event-types.ts';
import { eventTypesField } from '../../src/triggers/sources/log/log-query.ts';

describe('the catalogue of event types', () => {
  it.each([
    'user.lifecycle.create',
    'group.user_membership.add',
    'user.lifecycle.delete.initiated',
    'system.api_token.create',
  ])('%s can be delivered by a hook', (type) => expect(isHookEligible(type)).toBe(true));

  it.each([
    'user.lifecycle.delete.completed',
    'user.account.expire_password',
    'user.account.lock.limit',
    'user.account.update_primary_email',
    'user.account.update_user_type',
    'user.session.expire',
    'user.session.access_admin_app',
    'user.authentication.auth',
    'user.mfa.attempt_bypass',
    'event_hook.created',
    'event_hook.delivery',
  ])('%s is in the log alone', (type) => expect(isHookEligible(type)).toBe(false));

  it.each(['user.lifecycle.invented', '', 'constructor', '__proto__'])(
    'of "%s" it knows nothing, so that new types of Okta work',
    (type) => expect(isHookEligible(type)).toBeUndefined(),
  );

  it('is sorted, without doubles, and every entry is an event type', () => {
    expect(eventTypes.length).toBeGreaterThan(500);
    expect(new Set(eventTypes).size).toBe(eventTypes.length);
    expect([...eventTypes].sort()).toEqual(eventTypes);
    expect(eventTypes.filter((type) => !/^\w+(\.[\w-]+)+$/.test(type))).toEqual([]);
  });

  // Eight types of the log have a hyphen, for example system.agent.ad.invoke-powershell.
  it('has only entries that the input takes', () => {
    expect(eventTypesField.safeParse(eventTypes).error).toBeUndefined();
  });

  it('knows every type that the sandbox writes, and agrees with it about hooks', () => {
    for (const type of Object.keys(displayMessages))
      expect(isHookEligible(type), type).toBe(sandboxSays(type));
    const differing = eventTypes.filter((type) => isHookEligible(type) !== sandboxSays(type));
    expect(differing).toEqual([]);
  });
});
