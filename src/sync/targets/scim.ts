import { InputError } from '../../errors/errors.ts';
import type { Clock } from '../../http/types.ts';
import { grouped } from '../../text/grouped.ts';
import type { Change, ChangeKind, Row } from '../change.ts';
import { targetUrl } from './http.ts';
import { placed } from './scim/attributes.ts';
import { applyMembers } from './scim/members.ts';
import { type RecordOptions, ScimRecords } from './scim/records.ts';
import { isOutage, ScimRefusal, ScimServer } from './scim/server.ts';
import type { ChangeRefusal, Target } from './target.ts';

export interface ScimTargetOptions extends Partial<Omit<RecordOptions, 'match'>> {
  /** Base URL of the API: `https://directory.acme.test/scim/v2`. */
  url: string;
  /** Bearer token. */
  token: string | undefined;
  /** Fields of people, as the mapping names them; the link to the Okta id goes first anyway. Default: login, then e-mail. */
  match?: readonly string[];
  /** The same for groups. Default: none, because a name of a group is no key. */
  matchGroups?: readonly string[];
  clock?: Clock;
}

const BATCH = 200;

/** Those that a row does not have are passed over. */
const MATCH = ['login', 'userName', 'email', 'emails[type eq "work"].value'];

/** What the changes of one phase are about. A phase begins when the one before it is done. */
type Phase = 'user' | 'group' | 'membership' | 'assignment';

const phaseOf = (kind: ChangeKind) => kind.split('.')[0] as Phase;

/**
 * Writes to any SCIM 2.0 server. A record belongs to the Okta id in its `externalId`; a change brings it to the row that the change
 * tells, so that a batch that comes again changes nothing. Only mapped attributes are ever written.
 * @throws InputError for a URL or a token that cannot be used.
 * @see https://datatracker.ietf.org/doc/html/rfc7644
 */
export function scimTarget(options: ScimTargetOptions): Target {
  const { token, match = MATCH, matchGroups = [], deletes = false, takeOver = {}, clock } = options;
  const url = targetUrl(
    'target scim',
    options.url,
    'okta-connector sync --to scim https://directory.acme.test/scim',
  );
  if (!token || /[^\x21-\x7e]/.test(token)) {
    throw new InputError(`The token of the SCIM server is ${token ? 'not one' : 'missing'}`, {
      hint: 'Set OKTA_CONNECTOR_SCIM_TARGET_TOKEN to its bearer token, without "Bearer".',
    });
  }
  const server = new ScimServer({ url, token, clock });
  const records = new ScimRecords(server, {
    match: { Users: fieldsOf(match), Groups: fieldsOf(matchGroups) },
    deletes,
    takeOver,
  });

  // A batch comes again only after a kill, or after an error.
  let mayRepeat = true;

  async function apply(changes: readonly Change[], outer?: AbortSignal): Promise<ChangeRefusal[]> {
    checkFields(changes);
    const over = new AbortController();
    const signal = outer ? AbortSignal.any([outer, over.signal]) : over.signal;
    await server.canPatch(signal);
    const refused = new Map<string, ChangeRefusal>();
    const refuse = ({ id }: Change, { message, code, isRetryable }: ScimRefusal) =>
      refused.set(id, { id, message, code, retryable: isRetryable });

    /** What fails for one object alone refuses its changes; anything else ends the whole batch. */
    async function guarded(own: readonly Change[], work: () => Promise<void>): Promise<void> {
      try {
        await work();
      } catch (error) {
        const refusal = await refusalOf(error, signal);
        if (!refusal) {
          over.abort(error);
          throw error;
        }
        for (const change of own) refuse(change, refusal);
      }
    }

    const oneByOne = (work: (objectId: string, change: Change) => Promise<void>) => {
      return async (objectId: string, own: readonly Change[]) => {
        for (const change of own) await guarded([change], () => work(objectId, change));
      };
    };
    const applyTo: Record<Phase, (objectId: string, own: readonly Change[]) => Promise<void>> = {
      user: oneByOne((id, change) => records.apply('Users', id, change, signal)),
      group: oneByOne((id, change) => records.apply('Groups', id, change, signal)),
      assignment: oneByOne((id, { kind, before, after }) =>
        records.assign(id, kind === 'assignment.added', (after ?? before) as Row, signal),
      ),
      membership: (id, own) =>
        guarded(own, () => applyMembers(id, own, { server, records, refuse, mayRepeat, signal })),
    };
    for (const [phase, own] of phasesOf(changes)) {
      const work = [...grouped(own, objectOf)].map(([id, its]) => applyTo[phase](id, its));
      // All come to an end, so that nothing is under way when the batch comes again.
      await Promise.allSettled(work);
      mayRepeat ||= signal.aborted;
      signal.throwIfAborted();
    }
    mayRepeat = false;
    return changes.flatMap(({ id }) => refused.get(id) ?? []);
  }

  /** Undefined if the server as a whole cannot be used. */
  async function refusalOf(error: unknown, signal: AbortSignal): Promise<ScimRefusal | undefined> {
    if (error instanceof ScimRefusal) return error;
    if (!isOutage(error) || !(await server.isThere(signal))) return undefined;
    return new ScimRefusal((error as Error).message, { isRetryable: true });
  }

  return { batch: BATCH, apply, close: async () => server.close() };
}

const fieldsOf = (match: readonly string[]) => match.filter((field) => field !== 'externalId');

/** @throws InputError for a field without a place in SCIM, before anything is sent. */
function checkFields(changes: readonly Change[]): void {
  for (const { kind, before, after } of changes) {
    const phase = phaseOf(kind);
    if (after && phase === 'user') placed('Users', after, before);
    if (after && phase === 'group') placed('Groups', after, before);
  }
}

/** The object whose changes keep their order. */
const objectOf = ({ key }: Change): string => ('groupId' in key ? key.groupId : key.userId);

/** Neighbours of one phase, in order. */
function phasesOf(changes: readonly Change[]): [Phase, Change[]][] {
  const phases: [Phase, Change[]][] = [];
  for (const change of changes) {
    const phase = phaseOf(change.kind);
    const last = phases.at(-1);
    if (last?.[0] === phase) last[1].push(change);
    else phases.push([phase, [change]]);
  }
  return phases;
}
