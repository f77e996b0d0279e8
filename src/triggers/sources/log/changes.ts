import { z } from 'zod';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';

/** What an event tells of changes: the names of what changed, or its values before and after as well. */
export type ToldChanges = 'names' | 'values';

/** Conditions on what changed. */
export interface ChangeInput {
  changed?: string;
  from?: string;
  to?: string;
}

const value = (title: string, description: string, example: string) =>
  field(z.string().max(1_000).optional(), title, description, example);

const UNTOLD = 'Events that do not say are included, so that none is lost.';

/** The input for events that tell what changed; those that tell no values have no use for `from` and `to`. */
export const toldChangeFields = (tells: ToldChanges | undefined, example: string) => ({
  ...(tells
    ? {
        changed: field(
          z.string().min(1).max(200).optional(),
          'What changed',
          `Only events in which this attribute or setting changed. ${UNTOLD}`,
          example,
        ),
      }
    : {}),
  ...(tells === 'values'
    ? {
        from: value('From', `Only events in which this was the value before. ${UNTOLD}`, 'ACTIVE'),
        to: value('To', `Only events in which this is the value afterwards. ${UNTOLD}`, 'INACTIVE'),
      }
    : {}),
});

/** One thing that changed. */
interface Change {
  name: string;
  from?: unknown;
  to?: unknown;
}

const found = (data: unknown, pattern: RegExp): string | undefined =>
  pattern.exec(typeof data === 'string' ? data : (JSON.stringify(data) ?? ''))?.[1];

/** The new level of a risk, and the one before as far as it is told: Okta writes JSON in one place, `{level=HIGH}` in another. */
function riskOf({ riskChange, risk }: Record<string, unknown>): Change | undefined {
  const to = found(riskChange, /"riskLevel"\s*:\s*"(\w+)"/) ?? found(risk, /\blevel=(\w+)/);
  const from = found(riskChange, /"priorRiskLevel"\s*:\s*"(\w+)"/) ?? found(risk, /\bpreviousLevel=(\w+)/);
  return to === undefined ? undefined : { name: 'riskLevel', to, ...(from === undefined ? {} : { from }) };
}

/** What an event tells of changes; undefined if it tells nothing. */
export function changesOf(event: LogEvent): Change[] | undefined {
  const { eventType, target, debugContext } = ((event as LogEvent | null) ?? {}) as {
    eventType?: unknown;
    target?: unknown;
    debugContext?: unknown;
  };
  const details = [target].flat().flatMap((one) => {
    const { from, to } = isRecord(one) && isRecord(one.changeDetails) ? one.changeDetails : {};
    const [before, after] = [isRecord(from) ? from : {}, isRecord(to) ? to : {}];
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].map((name) => ({ name, from: before[name] ?? null, to: after[name] ?? null }));
  });
  if (details.length > 0) return details;
  const data = isRecord(debugContext) && isRecord(debugContext.debugData) ? debugContext.debugData : {};
  const risk = typeof eventType === 'string' && eventType.startsWith('user.risk.') ? riskOf(data) : undefined;
  if (risk) return [risk];
  const names = data.changedAttributes;
  if (typeof names !== 'string' && !Array.isArray(names)) return undefined;
  const all = (typeof names === 'string' ? names.replace(/^\[|\]$/g, '').split(',') : names).map((name) =>
    String(name).trim(),
  );
  return all.filter(Boolean).map((name) => ({ name }));
}

/** Okta writes `policyName` in one place and `policy_name` in another; people write `profile.department`. */
const plain = (name: string) =>
  name
    .replace(/^profile\./i, '')
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();

const isText = (told: unknown, wanted: string) =>
  (typeof told === 'string' ? told : JSON.stringify(told)) === wanted;

/** Whether an event tells this change. An event that does not tell its changes counts. */
export function tellsChange(event: LogEvent, { changed, from, to }: ChangeInput): boolean {
  if (changed === undefined && from === undefined && to === undefined) return true;
  const changes = changesOf(event);
  return (
    !changes ||
    changes.some(
      (one) =>
        (changed === undefined || plain(one.name) === plain(changed)) &&
        (from === undefined || !('from' in one) || isText(one.from, from)) &&
        (to === undefined || !('to' in one) || isText(one.to, to)),
    )
  );
}
