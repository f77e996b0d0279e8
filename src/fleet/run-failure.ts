import { isOktaError, type OktaError } from '../errors/errors.ts';
import { backOff, isFatal } from '../triggers/run-trigger.ts';
import type { FleetLog } from './log.ts';
import { partsOfId } from './names.ts';
import type { PollObserver } from './observer.ts';
import type { PreparedTrigger, Preparer } from './prepared.ts';
import { pauseAfter, triesOf } from './refused.ts';
import type { Begun, NextRun, RunEnds } from './run-ends.ts';
import { SinkError } from './sinks/sink.ts';

/** When a secret was found to be another one. */
const RENEWED_MS = 1_000;

/** Another run of the same trigger has begun, or what is declared has changed. */
export const LOST = Symbol('lost');

interface FailureOptions {
  preparer: Preparer;
  log: FleetLog;
  observer: PollObserver;
  ends: RunEnds;
}

export type RunFailure = ReturnType<typeof runFailure>;

/** What a failed run leads to: another try later, or a trigger that is parked. */
export function runFailure({ preparer, log, observer, ends }: FailureOptions) {
  const { record, observe, ended, again } = ends;

  return async function failed(
    begun: Begun,
    prepared: PreparedTrigger | undefined,
    error: unknown,
    items: number,
  ): Promise<NextRun | undefined> {
    const { id, next } = begun;
    if (error === LOST) return ended(begun, 'lost', items, next);
    const [connection, trigger] = partsOfId(id);
    const { message, code = 'internal_error', hint } = error as Partial<OktaError>;
    const about = { connection, trigger, code };
    observer.failed(code);
    const problem = JSON.stringify({
      ...{ at: new Date().toISOString(), code, hint },
      message: isOktaError(error) ? message : 'unexpected',
    });

    if (isParking(error)) {
      if (code === 'authentication_failed' && prepared && (await preparer.renew(id, prepared))) {
        log({ level: 'info', message: 'The secret is another one by now: trying with it', ...about });
        return again(begun, 'retry', items, Date.now() + RENEWED_MS);
      }
      await record(begun, 'park', Math.round(next), problem);
      preparer.drop(id);
      log({
        ...{ level: 'error', message: `Parked: ${message}`, ...about, hint },
        resume: `okta-connector fleet resume ${id}${code === 'sync_held' ? ' --confirm-held' : ''}`,
      });
      observe(begun, 'parked', items);
      return undefined;
    }
    let due: number;
    const refused = error instanceof SinkError ? error.about : undefined;
    const tries = refused === undefined ? 0 : triesOf(begun.refused, refused);
    if (error instanceof SinkError && prepared && refused === undefined) {
      const wasDown = prepared.gate.isDown;
      due = Date.now() + prepared.gate.failed(error, Date.now());
      if (!wasDown) log({ level: 'warn', message: `A sink is down: ${message}`, ...about });
    } else {
      if (prepared?.gate.isDown) prepared.gate.untried();
      const usual = Math.max(1_000, begun.next - begun.from);
      due = Date.now() + backOff(error, begun.failures + 1, usual);
      if (refused !== undefined) due = Date.now() + pauseAfter(tries);
      if (code === 'rate_limited') due = Date.now() + ((error as OktaError).retryAfterMs ?? usual);
      const detail = isOktaError(error) ? {} : { stack: (error as Error).stack };
      if (begun.failures === 0 || !isOktaError(error))
        log({ level: 'warn', message: `Not polled: ${message}`, ...about, ...detail });
    }
    const counted = refused === undefined ? [] : [`${tries} ${refused}`];
    await record(begun, 'retry', Math.round(due), problem, ...counted);
    return ended(begun, 'retry', items, due);
  };
}

/** Errors that waiting cannot resolve. A secret may be in its place a moment later, and asking for it sends nothing to Okta. */
const isParking = (error: unknown): boolean =>
  isOktaError(error) &&
  isFatal(error) &&
  error.code !== 'invalid_connection' &&
  error.code !== 'internal_error';
