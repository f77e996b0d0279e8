import { InputError } from '../errors/errors.ts';
import type { Clock } from '../http/types.ts';
import type { LogEvent } from '../resources/log/log-event.ts';
import { assertDeadLetterFile, deadLetterFile, type SetAside } from './dead-letter-file.ts';
import { idOf } from './sources/log/odd-event.ts';

/** What sets events of an unexpected shape aside. */
export type SetOddAside = (trigger: string, event: LogEvent) => Promise<void>;

/**
 * Prepares the place that a caller chose for events of an unexpected shape.
 * @throws OktaError for a file that cannot be written; InputError for anything that is no place.
 */
export async function setOddAside(
  place: string | SetAside | undefined,
  { now }: Clock,
): Promise<SetOddAside | undefined> {
  if (place === undefined) return undefined;
  // JavaScript callers get no compile-time check.
  if (typeof place !== 'function' && (typeof place !== 'string' || place === ''))
    throw new InputError('deadLetter must be the name of a file, or a function');
  const add = typeof place === 'string' ? deadLetterFile(place) : place;
  if (typeof place === 'string') await assertDeadLetterFile(place);
  return (trigger, event) =>
    add({ trigger, id: idOf(event), at: new Date(now()).toISOString(), reason: 'unexpected shape', event });
}
