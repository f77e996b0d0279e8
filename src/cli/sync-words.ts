import { OktaError } from '../errors/errors.ts';
import { amongThem, counted } from '../errors/sentences.ts';
import type { Leaving, SyncReport } from '../sync/sync.ts';

/** `Everything was read, 12 requests: 3 user.created, 1 group.updated. The mirror has 25 users, …` */
export function summaryOf(report: SyncReport, isDry = false): string {
  const { mode, requests, users, groups, memberships } = report;
  const read = mode === 'full' ? 'Everything was read' : 'What changed was read';
  const changes = Object.entries(report.changes).map(([kind, count]) => `${count} ${kind}`);
  const told = `${read}, ${counted(requests, 'request')}: ${changes.join(', ') || 'no changes'}`;
  if (isDry) return `${told}. Nothing was told.`;
  const has = [counted(users, 'user'), counted(groups, 'group'), counted(memberships, 'membership')];
  return `${told}. The mirror has ${has.join(', ')}.`;
}

/** What a dry run ends with that would be held. */
export function wouldBeHeld({ users, groups, memberships, samples }: Leaving): OktaError {
  const what = [counted(users, 'active user'), counted(groups, 'group'), counted(memberships, 'membership')];
  return new OktaError(`This would be held: ${what.join(', ')} would leave${amongThem(samples)}`, {
    code: 'sync_held',
    actor: 'caller',
    hint: 'If they do leave, run it once with --confirm-held. If not, check the role and scopes of the connection, and the mapping.',
  });
}

/** What the rows that could not be told result in, after everything else was told. */
export function rowsFailed({ failed }: SyncReport, isDry = false): OktaError {
  return new OktaError(`${counted(failed.count, 'row')} ${isDry ? 'would fail' : 'could not be told'}`, {
    code: 'rows_failed',
    actor: 'caller',
    hint: isDry ? 'Correct them in Okta, or the mapping.' : TRIED_AGAIN,
    causes: failed.first.map(({ id, message }) => `${id}: ${message}`),
  });
}

const TRIED_AGAIN =
  'Everything else was told. These rows are tried again, with growing pauses and when they or the mapping change.';
