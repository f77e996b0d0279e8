import { beforeEach, describe, expect, it } from 'vitest';
import { connector } from '../../src/connector.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { eventTypes } from '../../src/resources/event-type/catalogue.ts';
import { eventDataOf } from '../../src/resources/event-type/event-data.ts';
import { type LogEvent, logEventSample } from '../../src/resources/log/log-event.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { idOf } from '../../src/triggers/sources/log/odd-event.ts';
import { redactEvent, redactSample } from '../../src/triggers/sources/log/redact-event.ts';
import { fakeLog, HOUR } from './fake-log.ts';
import { type Item, take, useOrg } from './support.ts';

const MASK = '[redacted]';
const SMS = 'system.sms.send_okta_push_verify_message';
const PHONE = '+34600111222';
const LOGIN = 'secret.person@acme.test';

const org = useOrg();
let log: ReturnType<typeof fakeLog>;
beforeEach(() => {
  log = fakeLog();
});

const sms = {
  eventType: SMS,
  debugContext: { debugData: { phoneNumber: PHONE, smsProvider: 'TELESIGN', url: `/u?login=${LOGIN}` } },
  actor: { id: '00u9', type: 'User', alternateId: LOGIN, displayName: 'Secret Person' },
  target: [
    { id: '00u9', type: 'User', alternateId: LOGIN, displayName: 'Secret Person', detailEntry: null },
    { id: '00g9', type: 'UserGroup', alternateId: 'unknown', displayName: 'Sales EU' },
  ],
  client: {
    ipAddress: '203.0.113.77',
    geographicalContext: { city: 'Getafe', country: 'Spain', geolocation: { lat: 40.3 } },
  },
  request: { ipChain: [{ ip: '203.0.113.77', version: 'V4' }] },
};
const polled = async (input: object, key = 'new_event') => {
  const since = new Date(log.now - HOUR).toISOString();
  return (await take(log.client().poll(key, { since, ...input }, { state: memoryStateStore() }))) as Item[];
};

describe("M typed: redaction by Okta's own flags", () => {
  it('M typed: items have everything unless it is chosen otherwise', async () => {
    log.add(sms);
    const [item] = await polled({});
    expect(item).toMatchObject({ phoneNumber: PHONE, actorLogin: LOGIN, event: sms });
  });

  it('M typed: "redact: sensitive" hides what Okta flags as sensitive, and its copy in the item', async () => {
    const uuid = log.add(sms);
    const [item] = await polled({ redact: 'sensitive' });
    expect(item).toMatchObject({ id: uuid, phoneNumber: MASK, actorLogin: LOGIN });
    expect(JSON.stringify(item)).not.toContain(PHONE);
    expect(item?.event.debugContext.debugData.smsProvider).toBe('TELESIGN');
  });

  it('M typed: "redact: personal" hides people, their numbers and where they are; ids and groups stay', async () => {
    log.add(sms);
    const [item] = await polled({ redact: 'personal' });
    const text = JSON.stringify(item);
    for (const told of [PHONE, LOGIN, 'Secret Person', '203.0.113.77', 'Getafe', '40.3'])
      expect(text).not.toContain(told);
    expect(item).toMatchObject({
      ...{ userId: '00u9', actorId: '00u9', groupName: 'Sales EU', country: 'Spain', outcome: 'SUCCESS' },
      event: { debugContext: { debugData: { url: `/u?login=${MASK}` } } },
    });
  });

  it('M typed: conditions still see what is hidden', async () => {
    log.add({ ...sms, eventType: 'user.account.update_profile', debugContext: changed('department') });
    log.add({ ...sms, eventType: 'user.account.update_profile', debugContext: changed('title') });
    const items = await polled({ changed: 'title', redact: 'personal' }, 'user_profile_updated');
    expect(items.map((item) => item.changed)).toEqual([['title']]);
  });

  it('M typed: each flagged value of each type of the catalogue is hidden, each other one stays', () => {
    for (const eventType of eventTypes) {
      const known = eventDataOf(eventType);
      const fill = (members: readonly { name: string }[] = []) =>
        Object.fromEntries(members.map(({ name }) => [name, `value of ${name}`]));
      const event = {
        ...{ ...logEventSample, eventType, debugContext: { debugData: fill(known?.debugData) } },
        target: [
          { detailEntry: fill(known?.detailEntry), changeDetails: { from: fill(known?.changeDetails) } },
        ],
      } as unknown as LogEvent;
      const made = redactEvent(event, 'personal') as unknown as typeof event & {
        debugContext: { debugData: object };
        target: [{ detailEntry: object; changeDetails: { from: object } }];
      };
      const parts = [
        [known?.debugData, made.debugContext.debugData],
        [known?.detailEntry, made.target[0].detailEntry],
        [known?.changeDetails, made.target[0].changeDetails.from],
      ] as const;
      for (const [members = [], values] of parts) {
        for (const { name, flags } of members) {
          const hidden = flags.some((flag) => flag !== 'customer') || /token$|secret$/i.test(name);
          const value = (values as Record<string, unknown>)[name];
          expect(value, `${eventType} ${name}`).toBe(hidden ? MASK : `value of ${name}`);
        }
      }
    }
  });

  it('M typed: a type that nobody knows is judged by the names of its members, in either spelling', () => {
    const debugData = {
      user_name: LOGIN,
      userName: LOGIN,
      phoneNumber: PHONE,
      colour: 'red',
      apiToken: 'x1',
    };
    const event = { ...logEventSample, eventType: 'user.future.thing', debugContext: { debugData } };
    expect((redactEvent(event, 'personal').debugContext as typeof event.debugContext).debugData).toEqual({
      ...{ user_name: MASK, userName: MASK, phoneNumber: MASK, colour: 'red', apiToken: MASK },
    });
  });

  it.each([
    null,
    'x',
    5,
    [PHONE],
    [[PHONE]],
    { debugData: PHONE },
    { debugData: [PHONE] },
    { debugData: null },
  ])(
    'M typed: a context of an unexpected shape (%j) is delivered, and hides what it has when asked',
    async (debugContext) => {
      const uuid = log.add({ ...sms, debugContext });
      const [plain] = await polled({});
      expect(plain?.event.debugContext).toEqual(debugContext);
      const [item] = await polled({ redact: 'personal' });
      expect(item?.id).toBe(uuid);
      expect(JSON.stringify(item)).not.toContain(PHONE);
    },
  );

  it.each([null, 'Ana', 5, [PHONE]])(
    'M typed: an event that is %j keeps its id when hidden',
    async (event) => {
      log.put(event);
      const [plain] = await polled({});
      const [item] = await polled({ redact: 'personal' });
      expect(plain?.event).toEqual(event);
      expect(item?.id).toBe(idOf(event as never));
      if (event !== null) expect(item?.event).toBe(MASK);
    },
  );

  it('M typed: notices and the request log tell no value of an event', async () => {
    log.add({ ...sms, target: [{ ...sms.target[0], displayName: { a: PHONE } }] });
    await polled({});
    expect(log.told.join()).toContain('unexpected shape');
    expect(log.told.join()).not.toMatch(/600111222|secret\.person|Secret Person/);

    const lines: object[] = [];
    const client = org.connect({ requestLog: (entry) => lines.push(entry) });
    await org.append(1, SMS, sms);
    const since = new Date(Date.now() - HOUR).toISOString();
    const items = await take(
      client.poll('new_event', { eventTypes: [SMS], since }, { state: memoryStateStore() }),
    );
    expect(JSON.stringify(items)).toContain(PHONE);
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toMatch(/600111222|secret\.person|Secret/);
  });

  it('M typed: samples of an org never have a flagged value', async () => {
    log.add(sms);
    const [item] = (await log.client().sample('new_event', {})) as unknown as Item[];
    expect(item).toMatchObject({ phoneNumber: MASK, actorLogin: LOGIN });
    expect(JSON.stringify(await log.client().sample('search_events', {}))).not.toContain(PHONE);
    expect(redactSample(sms as never, 'personal').actor?.alternateId).toBe(MASK);
  });

  it('M typed: search_events hides as well', async () => {
    log.now -= 120_000;
    log.add(sms);
    log.now += 120_000;
    const [found] = (await take(
      log.client().poll('search_events', { redact: 'personal' }, { state: memoryStateStore() }),
    )) as Item[];
    expect(found?.count).toBe(1);
    expect(JSON.stringify(found)).not.toMatch(/600111222|secret\.person/);
  });

  it('M typed: each trigger about events can redact', () => {
    const forms = manifest().triggers.filter(({ output }) => {
      const { event, events, mapped } = (output.properties ?? {}) as Record<string, unknown>;
      return (event || events) && !mapped;
    });
    expect(forms.length).toBeGreaterThan(50);
    const without = forms.filter(
      ({ input }) => !(input.properties as Record<string, unknown> | undefined)?.redact,
    );
    expect(without.map(({ key }) => key)).toEqual([]);
    expect(connector.triggers.length).toBeGreaterThan(forms.length);
  });
});

const changed = (changedAttributes: string) => ({ debugData: { changedAttributes } });

describe('M typed: the number of a call or text message', () => {
  it.each([
    ['in the context, as Identity Engine has it', { debugContext: sms.debugContext, target: sms.target }],
    [
      'among the targets, as Classic Engine has it',
      { target: [{ type: 'Phone', id: 'p', displayName: PHONE }] },
    ],
  ])('M typed: phoneNumber: %s', async (_, more) => {
    log.add({ ...sms, debugContext: undefined, ...more });
    expect((await polled({}))[0]?.phoneNumber).toBe(PHONE);
  });

  it('M typed: phoneNumber: nothing for an event about none, nor for one of another shape', async () => {
    log.add({});
    log.add({ debugContext: { debugData: { phoneNumber: { a: 1 } } } });
    expect((await polled({})).map((item) => item.phoneNumber)).toEqual([undefined, undefined]);
  });
});
