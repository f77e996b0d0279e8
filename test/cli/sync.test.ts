import { beforeEach, describe, expect, it, vi } from 'vitest';
import { followSync } from '../../src/cli/sync-follow.ts';
import { rowsFailed, summaryOf } from '../../src/cli/sync-words.ts';
import type { Client } from '../../src/client.ts';
import { AuthenticationError, OktaError } from '../../src/errors/errors.ts';
import type { SyncOptions, SyncReport } from '../../src/sync/sync.ts';

const noted: string[] = [];
vi.mock('../../src/cli/output.ts', async (original) => ({
  ...(await original<object>()),
  note: (text: string) => void noted.push(text),
}));
beforeEach(() => void noted.splice(0));

const QUIET: SyncReport = {
  ...{ mode: 'delta', changes: {}, samples: [], failed: { count: 0, first: [] } },
  ...{ users: 25, groups: 1, memberships: 31, requests: 3 },
};
const FAILED = {
  ...QUIET,
  failed: { count: 2, first: [{ id: '00u1', message: 'title is required' }] },
};
const held = (message: string) => new OktaError(message, { code: 'sync_held', actor: 'caller' });

/** Follows with runs that end so; the signal comes during the last one. @returns the options of each run. */
async function follow(ends: readonly (SyncReport | Error)[], options: Partial<SyncOptions> = {}) {
  const stop = new AbortController();
  const runs: SyncOptions[] = [];
  const sync = async (run: SyncOptions) => {
    const end = ends[runs.length];
    runs.push(run);
    if (runs.length === ends.length) stop.abort();
    if (end instanceof Error) throw end;
    return end;
  };
  const all = { target: async () => {}, state: 'x', signal: stop.signal, ...options };
  await followSync({ sync } as unknown as Client, all, { intervalMs: 1, isShown: false });
  return runs;
}

describe('sync --follow', () => {
  it('tells once what is held, and again when that changes or came back', async () => {
    await follow([held('9 leave'), held('9 leave'), held('12 leave'), QUIET, held('12 leave'), QUIET]);
    expect(noted).toEqual(['9 leave.', '12 leave.', '12 leave.']);
  });

  it('HALO-16 reads everything, and confirms, once only', async () => {
    const asked = (runs: SyncOptions[]) => runs.map(({ full, confirmHeld }) => [full, confirmHeld]);
    const once = { full: true, confirmHeld: true };
    expect(asked(await follow([QUIET, QUIET], once))).toEqual([
      [true, true],
      [undefined, undefined],
    ]);
    // Otherwise the next run would confirm what only now is held.
    expect(asked(await follow([held('12 leave'), QUIET], once))[1]).toEqual([undefined, undefined]);
    const away = new OktaError('down', { code: 'okta_unavailable', actor: 'okta', retryable: true });
    expect(asked(await follow([away, QUIET], once))[1]).toEqual([true, true]);
  });

  it('tells what waiting mends, and rows that fail, without ending', async () => {
    const away = new OktaError('The SCIM server is down', {
      ...{ code: 'target_unavailable', actor: 'caller', retryable: true },
    });
    await follow([FAILED, FAILED, away, QUIET]);
    expect(noted).toHaveLength(2);
    expect(noted[0]).toMatch(/^2 rows could not be told\. 00u1: title is required\. /);
    expect(noted[1]).toBe('The SCIM server is down; next try in 1 s');
  });

  it.each([
    new AuthenticationError('The token is revoked'),
    new OktaError('wants no more messages', { code: 'target_refused', actor: 'caller' }),
  ])('ends with what waiting cannot mend: %s', async (error) => {
    await expect(follow([QUIET, error, QUIET])).rejects.toBe(error);
  });

  it('tells each run that told something', async () => {
    await follow([QUIET, { ...QUIET, changes: { 'user.created': 1 } }, QUIET]);
    expect(noted).toEqual([
      'What changed was read, 3 requests: 1 user.created. The mirror has 25 users, 1 group, 31 memberships.',
    ]);
  });
});

describe('the words at the end of a sync', () => {
  it('count by kind', () => {
    const full: SyncReport = { ...QUIET, mode: 'full', changes: { 'user.created': 25, 'group.created': 1 } };
    expect(summaryOf(full)).toBe(
      'Everything was read, 3 requests: 25 user.created, 1 group.created. The mirror has 25 users, 1 group, 31 memberships.',
    );
    expect(summaryOf(QUIET)).toMatch(/^What changed was read, 3 requests: no changes\. /);
  });

  it('sync-field 8 name the rows that failed, and how many', () => {
    expect(rowsFailed(FAILED)).toMatchObject({
      ...{ code: 'rows_failed', message: '2 rows could not be told' },
      causes: ['00u1: title is required'],
    });
  });
});
