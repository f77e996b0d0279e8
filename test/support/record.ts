import type { Connection } from '../../src/auth/connection.ts';
import { connect } from '../../src/connect.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import type { ArrangeOptions } from './arrange.ts';
import { firstCertificate } from './first-certificate.ts';
import { type Fixture, scrub } from './fixture.ts';
import { recordWire } from './record-wire.ts';
import { instantClock } from './replay.ts';
import { arranged, type Scenario } from './scenario.ts';
import { fixedRandom } from './signed.ts';

/** The org that a scenario is recorded on. */
export type RecordedOrg = ArrangeOptions & {
  connection: Connection;
  clock: NonNullable<ArrangeOptions['clock']>;
  close(): Promise<void>;
};

/** A sandbox for one scenario, on a clock that only sleeping moves, so that the same code records the same bytes. */
export async function freshSandbox(): Promise<RecordedOrg> {
  const clock = instantClock();
  const {
    orgUrl,
    apiToken: token,
    close,
  } = await startSandbox({
    now: clock.now,
    signing: { certificate: firstCertificate, privateKey: '' },
  });
  const connection = { orgUrl, auth: { type: 'api_token', token } } as const;
  return { connection, clock, random: fixedRandom(), run: 'run1', close };
}

let recordedOrigin = '';
const wire = recordWire(() => recordedOrigin);

/**
 * Runs a scenario and records it, scrubbed. One at a time.
 * @throws Error with the input, and as its cause what the action or the check threw; NeedsSandbox.
 */
export async function record(scenario: Scenario, { close, ...org }: RecordedOrg): Promise<Fixture> {
  const { name, action } = scenario;
  const client = connect(org.connection, { userAgent: 'record', clock: org.clock, random: fixedRandom() });
  try {
    return await arranged(scenario, org, async (input, check) => {
      recordedOrigin = client.orgUrl;
      wire.clear();
      const at = new Date(org.clock.now()).toISOString();
      try {
        const output = await client.run(action, input);
        const exchanges = wire.exchanges();
        check(output);
        return JSON.parse(
          scrub(JSON.stringify({ name, at, input, exchanges, output }), client.orgUrl),
        ) as Fixture;
      } catch (cause) {
        throw new Error(`with the input ${JSON.stringify(input)}`, { cause });
      }
    });
  } finally {
    client.close();
    await close();
  }
}
