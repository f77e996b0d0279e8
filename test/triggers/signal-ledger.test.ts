import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/resources/log/log-event.ts';
import {
  type LoggedSignal,
  loggedSignalOf,
  type SignedSignal,
  signalsOf,
} from '../../src/triggers/sources/signal/signal-item.ts';
import { LOGGED_AS, SIGNAL_KINDS } from '../../src/triggers/sources/signal/signal-kinds.ts';
import {
  admitSignal,
  forget,
  newLedger,
  type SignalLedger,
  settle,
  settleRest,
  signalMark,
} from '../../src/triggers/sources/signal/signal-ledger.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-02-03T10:00:00.000Z');

interface Happening {
  eventType: string;
  user: string;
  at: number;
}

/** The event of the log, and what Okta signs of it, by its documentation. */
const logged = ({ eventType, user, at }: Happening, uuid: string): LoggedSignal =>
  loggedSignalOf(
    {
      ...{ uuid, eventType, published: new Date(at).toISOString(), displayMessage: 'x' },
      actor: { id: 'admin', type: 'User' },
      target: [{ id: user, type: 'User' }],
    } as unknown as LogEvent,
    at,
  ) as LoggedSignal;
function signed({ eventType, user, at }: Happening, jti: string, skewMs = 0): SignedSignal {
  const {
    kind,
    changeType,
    credentialType = 'OKTA_VERIFY_PUSH',
  } = LOGGED_AS[eventType] as (typeof LOGGED_AS)[string];
  const subject = { format: 'iss_sub', iss: 'https://acme.okta.com', sub: user };
  const event =
    kind === 'session_revoked'
      ? { subject: { user: subject } }
      : { subject, change_type: changeType, credential_type: credentialType };
  const events = {
    [SIGNAL_KINDS[kind as keyof typeof SIGNAL_KINDS]]: { ...event, event_timestamp: at + skewMs },
  };
  return signalsOf({ iss: 'x', jti, iat: at / 1000, events }, at)[0] as SignedSignal;
}

/** A receiver without its disk; each look is a minute after the last one. */
class Receiver {
  ledger: SignalLedger = newLedger();
  now = START;
  readonly delivered: (SignedSignal | LoggedSignal)[] = [];

  take(signal: SignedSignal | LoggedSignal): void {
    const { isTaken, ledger } = admitSignal(this.ledger, signal, this.now);
    this.ledger = ledger;
    if (isTaken) this.delivered.push(signal);
  }
  look(found: LoggedSignal[]): void {
    this.now += 60_000;
    const due = new Set(this.ledger.waiting);
    const isDue = (signal: LoggedSignal) => due.has(signal);
    this.ledger = settleRest(settle(this.ledger, found), isDue, this.now);
    for (const one of this.ledger.waiting.filter(isDue)) this.take(one);
  }
}

const PASSWORD = { eventType: 'user.account.update_password', user: 'ana', at: START };

describe('M signed events and the log', () => {
  it.each(Object.keys(LOGGED_AS))('%s is one item, whichever comes first', (eventType) => {
    const event = { ...PASSWORD, eventType };
    const early = new Receiver();
    early.take(signed(event, 'a'));
    early.look([logged(event, 'u')]);
    early.look([]);
    expect(early.delivered).toHaveLength(1);
    const meanwhile = new Receiver();
    meanwhile.look([logged(event, 'u')]);
    meanwhile.take(signed(event, 'a'));
    meanwhile.look([]);
    expect(meanwhile.delivered.map(({ uuid }) => uuid)).toEqual(['a']);
    const late = new Receiver();
    late.look([logged(event, 'u')]);
    late.look([]);
    late.take(signed(event, 'a'));
    expect(late.delivered.map(({ uuid }) => uuid)).toEqual(['signal u']);
    for (const { ledger } of [early, meanwhile, late]) expect(ledger).toEqual(newLedger());
  });

  it.each([
    ['another user', { user: 'ben' }],
    ['another kind', { eventType: 'user.session.end' }],
    ['another change', { eventType: 'user.mfa.factor.activate' }],
    ['a factor instead of a password', { eventType: 'user.mfa.factor.reset_all' }],
    ['two minutes later', { at: START + 120_000 }],
  ])('a signed event does not stand for one about %s', (_, other) => {
    const receiver = new Receiver();
    receiver.take(signed(PASSWORD, 'a'));
    receiver.look([logged(PASSWORD, 'u'), logged({ ...PASSWORD, ...other }, 'v')]);
    receiver.look([]);
    expect(receiver.delivered.map(({ uuid }) => uuid)).toEqual(['a', 'signal v']);
  });

  it('of two like events, the one that is missing is found, also when the log has them in another order', () => {
    const first = { ...PASSWORD, at: START + 5_000 };
    const receiver = new Receiver();
    receiver.take(signed(first, 'a'));
    receiver.look([logged(PASSWORD, 'missing'), logged(first, 'u')]);
    receiver.look([]);
    expect(receiver.delivered.map(({ uuid }) => uuid)).toEqual(['a', 'signal missing']);
  });

  it('without a user or a time, both come', () => {
    const receiver = new Receiver();
    const bare = signed(PASSWORD, 'a');
    bare.signed.events = { [bare.eventType]: {} };
    receiver.take(bare);
    receiver.look([logged(PASSWORD, 'u')]);
    receiver.look([]);
    expect(receiver.delivered).toHaveLength(2);
  });

  it('what is remembered is forgotten after an hour', () => {
    const receiver = new Receiver();
    receiver.take(signed(PASSWORD, 'a'));
    expect(forget(receiver.ledger, START + HOUR)).toBe(receiver.ledger);
    expect(forget(receiver.ledger, START + HOUR + 1)).toEqual(newLedger());
  });

  it('times that differ by seconds are the same event once both have waited', () => {
    const receiver = new Receiver();
    receiver.take(signed(PASSWORD, 'a', 5_000));
    receiver.look([logged(PASSWORD, 'u')]);
    receiver.look([]);
    receiver.look([]);
    expect(receiver.delivered.map(({ uuid }) => uuid)).toEqual(['a']);
  });

  it('whole seconds of a token are the same event at once, also after it was delivered from the log', () => {
    const event = { ...PASSWORD, at: START + 345 };
    const receiver = new Receiver();
    receiver.look([logged(event, 'u')]);
    receiver.look([]);
    receiver.take(signed(event, 'a', -345));
    expect(receiver.delivered.map(({ uuid }) => uuid)).toEqual(['signal u']);
  });

  it('a signed event whose like is read a look later does not stand for the one before it', () => {
    const next = { ...PASSWORD, at: START + 3_000 };
    const receiver = new Receiver();
    receiver.look([logged(PASSWORD, 'lost')]);
    receiver.take(signed(next, 'a'));
    receiver.look([logged(next, 'u')]);
    expect(receiver.delivered.map(({ uuid }) => uuid)).toEqual(['a', 'signal lost']);
    expect(receiver.ledger.signed).toEqual([]);
  });

  interface Played extends Happening {
    skewMs: number;
    signedAt: number;
    loggedAt: number;
  }
  /** All ways of coming and not coming. @param skews by which the time of a signed event may be off */
  const happenings = (...skews: number[]) =>
    fc.uniqueArray(
      fc.record({
        eventType: fc.constantFrom(...Object.keys(LOGGED_AS)),
        user: fc.constantFrom('ana', 'ben'),
        at: fc.nat(200_000).map((ms) => START + ms),
        skewMs: fc.constantFrom(...skews),
        /** At which step it arrives signed; never, for some. */
        signedAt: fc.nat(14),
        loggedAt: fc.nat(8),
      }),
      { maxLength: 30, selector: ({ at }) => at },
    );
  /** What is delivered of it. */
  function played(all: Played[]): (SignedSignal | LoggedSignal)[] {
    const receiver = new Receiver();
    for (let step = 0; step <= 10; step++) {
      for (const [at, one] of all.entries())
        if (one.signedAt === step) receiver.take(signed(one, `set ${at}`, one.skewMs));
      receiver.look(all.flatMap((one, at) => (one.loggedAt === step ? [logged(one, `${at}`)] : [])));
    }
    return receiver.delivered;
  }
  const about = (signal: SignedSignal | LoggedSignal) => signalMark(signal, 0)?.about;

  it('with the times of the log each comes once, whatever is dropped, late, early or out of order', () => {
    fc.assert(
      fc.property(happenings(0), (given) => {
        // What comes signed is in the log by the next look.
        const all = given.map((one) => ({ ...one, loggedAt: Math.min(one.loggedAt, one.signedAt) }));
        const indexes = played(all).map(({ uuid }) => Number(uuid.replace(/\D/g, '')));
        expect(indexes.toSorted((a, b) => a - b)).toEqual(all.map((_, at) => at));
      }),
      { numRuns: 200 },
    );
  });

  it('where the times differ or the log is late, some may come twice, but none is lost', () => {
    fc.assert(
      fc.property(happenings(0, 999, 30_000, -90_000), (all) => {
        const left = played(all).map(about);
        for (const one of all.map((happening) => about(logged(happening, 'x')))) {
          expect(left).toContain(one);
          left.splice(left.indexOf(one), 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
