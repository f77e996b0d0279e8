import { inSentences } from '../../errors/sentences.ts';
import type { CheckReport } from '../../session/check.ts';
import { hintOf } from '../errors.ts';

/** The result of a connection test as text for the user. */
export interface CheckWords {
  ok: boolean;
  lines: string[];
}

const MODES = { idx: 'Identity Engine', v1: 'Classic Engine' } as Record<string, string>;

/** Describes a report: the org, the identity, what fails and how to fix it, what can be done. */
export function checkWords({
  ok,
  orgUrl,
  corrections,
  org,
  principal,
  problems,
  actions,
}: CheckReport): CheckWords {
  const engine = MODES[org?.pipeline ?? ''];
  const who =
    principal &&
    `Acts as ${principal.type === 'user' ? principal.login : `service app ${principal.id}`}${
      principal.roles ? `, roles: ${principal.roles.join(', ') || 'none'}` : ''
    }.`;
  const can = actions.filter((action) => action.can).length;
  const reasons = [...new Set(actions.flatMap((action) => (action.can ? [] : [action.reason ?? ''])))];
  const lines = [
    ok && `Connected to ${org?.name ?? new URL(orgUrl).host}${engine ? ` (${engine})` : ''} at ${orgUrl}.`,
    ...corrections,
    who,
    ...problems.map((problem) => inSentences(problem.message, hintOf(problem))),
    ok && can === actions.length && `All ${can} actions can run.`,
    ok &&
      can < actions.length &&
      `${can} of ${actions.length} actions can run; for the others: ${reasons.join('; ')}.`,
  ];
  return { ok, lines: lines.filter((line) => typeof line === 'string') };
}
