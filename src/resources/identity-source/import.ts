import { z } from 'zod';
import type { ActionContext, CallName } from '../../define.ts';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { acknowledged } from '../answers.ts';
import { collect } from '../collect.ts';
import { batchesOf, type SourceUser } from './batches.ts';

const SESSIONS = '/api/v1/identity-sources/{identitySourceId}/sessions';
const SESSION = `${SESSIONS}/{sessionId}` as const;

/** Okta takes so many uploads a session. */
const UPLOADS = 50;
const POLL_MS = 5_000;
/** Okta refuses a new session so long after one was started that is still active. */
const GAP_MS = 5 * 60_000;

export const IMPORT_CALLS = [
  ...([`GET ${SESSIONS}`, `POST ${SESSIONS}`, `GET ${SESSION}`, `DELETE ${SESSION}`] as const),
  ...([
    `POST ${SESSION}/bulk-upsert`,
    `POST ${SESSION}/bulk-delete`,
    `POST ${SESSION}/start-import`,
  ] as const),
] satisfies CallName[];

/** A session in the output. */
export const importSession = z.looseObject({ id: z.string(), status: z.string(), records: z.int() });

const answered = z.object({ id: z.string(), status: z.string() });

interface Import {
  entityOperation: 'create_or_update' | 'delete';
  profiles: readonly SourceUser[];
  ifSessionOpen: 'fail' | 'cancel';
  timeoutSeconds: number;
}

/**
 * Loads users into an identity source and has Okta import them, session by session, one at a time.
 * @returns the sessions; only the last one may still be running.
 * @throws OktaError that names the sessions that are done.
 */
export async function importProfiles(
  context: ActionContext,
  identitySourceId: string,
  { entityOperation, profiles, ifSessionOpen, timeoutSeconds }: Import,
) {
  const operation = entityOperation === 'delete' ? 'delete' : 'upsert';
  const batches = batchesOf(profiles, operation);
  const until = context.clock.now() + timeoutSeconds * 1000;
  const params = { identitySourceId };
  const sessions: z.output<typeof importSession>[] = [];
  let loaded = 0;
  for (let at = 0; at < batches.length; at += UPLOADS) {
    const own = batches.slice(at, at + UPLOADS);
    await context.step(`session ${sessions.length + 1} imported`, async () => {
      await makeRoom(context, params, ifSessionOpen, until);
      const session = { ...params, sessionId: await open(context, params, until) };
      try {
        for (const batch of own) {
          await upload(context, session, operation, batch);
          loaded += batch.length;
          context.progress(`${loaded} of ${profiles.length} records loaded`);
        }
      } catch (error) {
        // An open session would block the next import for a day.
        await cancel(context, session).catch(() => undefined);
        throw error;
      }
      const isLast = at + UPLOADS >= batches.length;
      const status = await runSession(context, session, until, isLast);
      sessions.push({ id: session.sessionId, status, records: own.flat().length });
    });
  }
  return sessions;
}

type Params = { identitySourceId: string; sessionId: string };

/** Okta lists the active sessions only. */
function activeSessions(context: ActionContext, params: { identitySourceId: string }) {
  return collect(context.list({ method: 'GET', path: SESSIONS, params, answer: answered }));
}

/** Waits until the identity source has no active session. */
async function makeRoom(
  context: ActionContext,
  params: { identitySourceId: string },
  ifOpen: Import['ifSessionOpen'],
  until: number,
): Promise<void> {
  let active = await activeSessions(context, params);
  const loading = active.find(({ status }) => status !== 'TRIGGERED');
  if (loading) {
    if (ifOpen === 'fail') throw isOpen(loading.id);
    await cancel(context, { ...params, sessionId: loading.id });
  }
  while (active.some(({ status }) => status === 'TRIGGERED')) {
    await pause(context, until, 'An import of this identity source is still running');
    active = await activeSessions(context, params);
  }
}

/**
 * Creates a session; Okta may need some minutes after the last one. Where an earlier attempt of the request may have been
 * executed, the session that is there now is the one that it created.
 */
async function open(
  context: ActionContext,
  params: { identitySourceId: string },
  until: number,
): Promise<string> {
  const gapEnd = Math.min(until, context.clock.now() + GAP_MS);
  for (;;) {
    try {
      return (await context.call({ method: 'POST', path: SESSIONS, params, answer: answered })).json.id;
    } catch (error) {
      if (!isOktaError(error) || error.oktaCode !== 'E0000001') throw error;
      const [own] = error.mayHaveHappened ? await activeSessions(context, params) : [];
      if (own) return own.id;
      if (context.clock.now() + POLL_MS > gapEnd) throw error;
      context.progress('waiting until Okta accepts another session');
      await context.clock.sleep(POLL_MS, context.signal);
    }
  }
}

async function upload(
  context: ActionContext,
  params: Params,
  operation: 'upsert' | 'delete',
  profiles: readonly SourceUser[],
): Promise<void> {
  const path = `${SESSION}/bulk-${operation}` as const;
  await context.call({
    method: 'POST',
    path,
    params,
    body: { entityType: 'USERS', profiles },
    answer: acknowledged,
  });
}

async function cancel(context: ActionContext, params: Params): Promise<void> {
  await context.call({ method: 'DELETE', path: SESSION, params, answer: acknowledged });
}

/** Starts the import of a session and waits for its end. @param mayRun whether it may still run when the time is up */
async function runSession(
  context: ActionContext,
  params: Params,
  until: number,
  mayRun: boolean,
): Promise<string> {
  const call = { method: 'POST', path: `${SESSION}/start-import`, params, answer: answered } as const;
  let { status } = await context.call(call).then(({ json }) => json, unlessStarted);
  while (status === 'TRIGGERED') {
    if (mayRun && context.clock.now() + POLL_MS > until) return status;
    await pause(context, until, `The session ${params.sessionId} is still running`);
    ({ status } = (await context.call({ method: 'GET', path: SESSION, params, answer: answered })).json);
    context.progress(`session ${params.sessionId}: ${status}`);
  }
  if (status === 'COMPLETED') return status;
  throw new OktaError(`The session ${params.sessionId} ended with ${status}`, {
    ...{ code: 'wrong_state', actor: 'admin' },
    hint: 'Look at Import Monitoring in the Admin Console, then run the import again.',
    request: { method: 'GET', pathTemplate: SESSION },
  });
}

/** Okta starts a session once: it refuses the second of two attempts. */
function unlessStarted(error: unknown): { status: string } {
  if (!isOktaError(error) || !error.mayHaveHappened || error.oktaCode !== 'E0000001') throw error;
  return { status: 'TRIGGERED' };
}

async function pause(context: ActionContext, until: number, why: string): Promise<void> {
  if (context.clock.now() + POLL_MS > until) {
    throw new OktaError(`${why}, and the time is up`, {
      ...{ code: 'timeout', actor: 'okta', retryable: true },
      hint: 'Run the import again later, or give it more timeoutSeconds.',
      request: { method: 'GET', pathTemplate: SESSIONS },
    });
  }
  context.progress('waiting for Okta to import a session');
  await context.clock.sleep(POLL_MS, context.signal);
}

function isOpen(sessionId: string): OktaError {
  return new InputError(
    `The session ${sessionId} of this identity source is unfinished: another import is loading it, or was stopped`,
    {
      code: 'conflict',
      hint: 'Wait until that import is done, or set ifSessionOpen to cancel, which discards what it has loaded.',
    },
  );
}
