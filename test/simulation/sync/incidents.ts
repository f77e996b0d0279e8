import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../random.ts';

/** What goes wrong with one answer, as the control route of the sandbox takes it. */
const FAULTS: Record<string, object> = {
  '429': { kind: 'rate_limit', resetInSeconds: 0 },
  '503': { kind: 'status', status: 503 },
  '500': { kind: 'error', status: 500 },
  'cut before the work': { kind: 'reset' },
  'cut after the work': { kind: 'reset_after' },
  truncated: { kind: 'truncate' },
  'half a list': { kind: 'partial' },
  'no body': { kind: 'empty' },
  '200 with an error': { kind: 'error', status: 200 },
  'a page of a proxy': { kind: 'html', status: 200 },
  'too many at once': { kind: 'concurrency' },
  'wrong Date': { kind: 'date', offsetMs: -3_600_000 },
};

/** What happens during a run; at most one of these. */
export const INCIDENTS = [
  ...Object.keys(FAULTS),
  'position lost',
  'killed at a request',
  'killed after output',
  'command line',
  'command line killed',
  'target fails',
  'target refuses',
  'life goes on',
  'mapping changed',
  'scope revoked',
  'hidden',
] as const;

/** A fault at some request of a run; sometimes so often that the run gives up. */
export function faultOf(kind: string, { next }: Random): object | undefined {
  if (kind === 'position lost') {
    const body = { errorCode: 'E0000031', errorSummary: 'Invalid cursor' };
    return {
      fault: { kind: 'status', status: 400, body },
      query: '[?&]after=',
      after: Math.floor(next() * 3),
    };
  }
  const fault = FAULTS[kind];
  if (!fault) return undefined;
  const isHeavy = next() < 0.3 && !isDeepStrictEqual(fault, FAULTS['wrong Date']);
  return { fault, path: '^/api/v1', after: Math.floor(next() ** 2 * 20), times: isHeavy ? 8 : 1 };
}
