import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FleetLogEntry, openFleet } from '../../src/fleet/index.ts';
import { openRedis } from '../../src/fleet/redis.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { cli, control } from '../e2e/command.ts';
import { acme, apply, begun, client, folder, happen, redis, sandbox, streamed, worker } from './in-lane.ts';

const EVERY = 60_000;
const KEY = 'okta-fleet:t:acme/all';

/** A trigger that is due at a time, in a Redis without workers. */
async function dueAt(due: number) {
  await apply({});
  await client.hset(KEY, { due, every: EVERY });
  const own = await openRedis(redis.url, false);
  return {
    /** Due and next time of a run that begins now. */
    async begin(now: number, stalls = 0) {
      const [fence, ...times] = await own.fleetBegin(
        ...([KEY, 'okta-fleet:connections', 'okta-fleet:sinks', now, '', stalls] as const),
      );
      return { fence: Number(fence), due: Number(times[0]), next: Number(times[1]) };
    },
    again: (fence: number, due: number) =>
      own.fleetEnd(KEY, 'okta-fleet:active', 'okta-fleet:parked', fence, 'again', 'acme/all', due),
    close: () => own.disconnect(),
  };
}

describe('the times of a trigger', () => {
  const noon = 1_800_000_000_000;

  it('keep their place, whatever a run is late for', async () => {
    const trigger = await dueAt(noon);
    expect(await trigger.begin(noon + 150)).toMatchObject({ due: noon, next: noon + EVERY });
    expect(await trigger.begin(noon + 3 * EVERY + 5)).toMatchObject({
      due: noon + EVERY,
      next: noon + 4 * EVERY,
    });
    // A delivery wakes it before its time, which stays.
    expect(await trigger.begin(noon + 3 * EVERY + 10)).toMatchObject({
      due: noon + 4 * EVERY,
      next: noon + 4 * EVERY,
    });
    trigger.close();
  });

  it('are those of the run that was killed, for the one that repeats it', async () => {
    const trigger = await dueAt(noon);
    await trigger.begin(noon);
    expect(await trigger.begin(noon + 12_000, 1)).toMatchObject({ due: noon, next: noon + EVERY });
    // The count is that of the job's whole life.
    expect(await trigger.begin(noon + EVERY, 1)).toMatchObject({ due: noon + EVERY, next: noon + 2 * EVERY });
    // A job that was added again begins at nought, and may be lost, too.
    expect(await trigger.begin(noon + 2 * EVERY, 0)).toMatchObject({ due: noon + 2 * EVERY });
    expect(await trigger.begin(noon + 2 * EVERY + 12_000, 1)).toMatchObject({ due: noon + 2 * EVERY });
    trigger.close();
  });

  it('do not move on with a run that goes on in the next', async () => {
    const trigger = await dueAt(noon);
    for (let n = 0; n < 5; n++) {
      const { fence } = await trigger.begin(noon + n * 1_000);
      await trigger.again(fence, noon + (n + 1) * 1_000);
    }
    expect(await trigger.begin(noon + 5_000)).toMatchObject({
      due: noon + 5_000,
      next: noon + 5_000 + EVERY,
    });
    trigger.close();
  });
});

it('a trigger that is resumed while its last run ends goes on', async () => {
  const token = join(folder, 'resumed');
  writeFileSync(token, 'revoked');
  await apply({
    connections: { acme: acme({ all: { trigger: 'new_event', every: '1s', sink: 'bus' } }, { file: token }) },
  });
  const fleet = await openFleet({ redis: redis.url });
  let resumed = '';
  const log = ({ message }: FleetLogEntry) => {
    if (!message.startsWith('Parked') || resumed !== '') return;
    writeFileSync(token, sandbox.apiToken);
    // Meanwhile this process stands still: the job is still there when it is added, and ends afterwards.
    resumed = execFileSync(process.execPath, [
      cli,
      'fleet',
      'resume',
      'acme/all',
      '--redis',
      redis.url,
    ]).toString();
  };
  const running = await fleet.work({ log });
  try {
    await begun();
    expect(JSON.parse(resumed)).toEqual({ resumed: ['acme/all'] });
  } finally {
    await running.stop();
    await fleet.close();
  }
});

it('a connection with very many events does not delay one with ten', async () => {
  const heavy = await startSandbox();
  try {
    const count = 20_000;
    const generate = { count, eventTypes: ['user.session.start'] };
    await control(() => heavy)('events', { generate });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const tokens = { file: join(folder, 'heavy') };
    writeFileSync(tokens.file, heavy.apiToken);
    const light = acme({ all: { trigger: 'new_event', every: '1s', sink: 'bus' } });
    const input = { eventTypes: ['user.session.start'], since };
    const many = { trigger: 'new_event', input, every: '1s', sink: 'bus' };
    await apply({ connections: { light } });
    // One place: what one has, the other has not.
    worker(['--concurrency', '1']);
    await begun('light/all');
    await apply({ connections: { light, heavy: { ...acme({ many }, tokens), orgUrl: heavy.orgUrl } } });
    await expect.poll(() => client.xlen('events')).toBeGreaterThan(0);
    const before = (await streamed()).length;
    const uuids = await happen(10);
    await expect.poll(() => client.xlen('events'), { timeout: 60_000 }).toBe(count + 10);
    const all = await streamed();
    const places = all.flatMap(({ connection }, at) => (connection === 'light' ? [at] : []));
    expect(new Set(all.filter(({ connection }) => connection === 'light').map(({ uuid }) => uuid))).toEqual(
      new Set(uuids),
    );
    // Behind what the other's run had begun, and one more run at most.
    expect((places.at(-1) ?? count) - before).toBeLessThan(2 * 5_000 + 1_000);
    expect(places.at(-1)).toBeLessThan(count);
  } finally {
    await heavy.close();
  }
});
