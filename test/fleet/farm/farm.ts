/** A farm of thousands of simulated orgs in a process of its own. */
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Fault, tokenOf } from './answer.ts';
import { type Certificate, certificateFor } from './certificate.ts';
import type { Growth } from './growth.ts';

export interface FarmOptions {
  orgs: number;
  seed: number;
  /** How long an org takes to answer. Default 0. */
  latencyMs?: number;
  /** Requests in a minute that each org accepts. Default 60. */
  limit?: number;
  tls?: Certificate;
}

export type Command =
  | { do: 'grow'; everyMs: number; heavy?: Growth['heavy'] }
  | { do: 'stop' }
  | { do: 'tally' }
  | { do: 'report' }
  | { do: 'fault'; orgs: number[]; fault?: Fault };

/** What the farm saw so far, in few figures. */
export interface Tally {
  requests: number;
  /** Requests answered with an error. */
  refused: number;
  /** Orgs that were asked at least once. */
  asked: number;
  /** Opened so far, and open now. */
  connections: number;
  open: number;
  cpuSeconds: number;
  rssMb: number;
}

/** What the farm saw so far. */
export interface Report extends Tally {
  growth: Growth;
  /** Requests by org. */
  requestsOf: number[];
  /** Requests answered with an error, by org. */
  refusedOf: number[];
  /** Requests that came while another one of the same org was under way; needs `latencyMs`. */
  overlaps: number;
  /** Milliseconds between two requests of one org, since the last report. */
  gaps: number[];
}

export interface Farm {
  orgs: { orgUrl: string; token: string }[];
  /** For NODE_EXTRA_CA_CERTS; undefined without TLS. */
  caFile: string | undefined;
  pid: number;
  tally(): Promise<Tally>;
  tell(command: Exclude<Command, { do: 'tally' }>): Promise<Report>;
  stop(): Promise<void>;
}

/** Below the ports that the system gives to clients. */
export const FIRST_PORT = 10_000;

/**
 * Opens a farm on a loopback address of its own, so that several can run on one machine.
 * @param tlsFolder where the certificate goes; without it, the farm speaks plain HTTP.
 */
export async function openFarm(options: Omit<FarmOptions, 'tls'>, tlsFolder?: string): Promise<Farm> {
  const address = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`;
  const tls = tlsFolder === undefined ? undefined : certificateFor(address, tlsFolder);
  const child = fork(
    join(import.meta.dirname, 'process.ts'),
    [JSON.stringify({ ...options, address, tls })],
    {
      serialization: 'advanced',
    },
  );
  const isOver = once(child, 'exit').then(([code]) => {
    throw new Error(`The farm ended with ${code}`);
  });
  isOver.catch(() => {});
  const answered = async () => {
    const stop = new AbortController();
    try {
      const [report] = await Promise.race([once(child, 'message', { signal: stop.signal }), isOver]);
      return report;
    } finally {
      stop.abort();
    }
  };
  await answered();
  let last: Promise<unknown> = Promise.resolve();
  // One at a time, so that each gets its own answer.
  const send = (command: Command) => {
    const answer = last.then(() => {
      child.send(command);
      return answered();
    });
    last = answer.catch(() => {});
    return answer;
  };
  return {
    orgs: Array.from({ length: options.orgs }, (_, number) => ({
      orgUrl: `http${tls ? 's' : ''}://${address}:${FIRST_PORT + number}`,
      token: tokenOf(number),
    })),
    caFile: tls?.file,
    pid: child.pid as number,
    tally: () => send({ do: 'tally' }),
    tell: send,
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
