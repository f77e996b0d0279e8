import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { InputError, OktaError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';
import { effectOf, remoteOperations } from '../index.ts';
import { assertMayUse } from './access.ts';
import { jsonBody, limitedBody } from './body.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { GatewayError } from './errors.ts';
import { untilGone } from './gone.ts';
import { isUndone, onceOnly } from './once.ts';
import { resultOf } from './result.ts';

/** `POST /actions/{action}`: runs an action; the body is its input. */
export function actionRoutes(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const actions = new Map(deps.manifest.actions.map((action) => [action.key, action]));
  const remote = new Set(remoteOperations(deps.manifest).actions.map((action) => action.key));
  app.post('/actions/:action', limitedBody, async (c) => {
    const key = c.req.param('action');
    const action = actions.get(key);
    // The connector says which name was meant.
    const worst = effectOf(action?.key ?? key);
    if (!action) throw new Error(`${worst.kind} is not in the manifest`);
    c.set('operation', key);
    assertMayUse(c, action);
    const input = await jsonBody(c);
    assertRemote(action, input, remote.has(key));
    c.set('objects', Object.fromEntries(Object.keys(action.options).map((name) => [name, input[name]])));
    const effect = effectOf(key, input);
    if (effect.kind === 'write') assertMayWrite(c, deps, key);
    if (effect.destructive) assertConfirmed(c, key);
    const work = (signal?: AbortSignal) => resultOf(deps.client, action, input, signal);
    // A caller that is gone needs no answer, but a write that began must not stop halfway.
    if (effect.kind === 'read') return c.json(await work(untilGone(c)));
    c.set('writes', true);
    const name = idempotencyKey(c);
    try {
      if (name === undefined) return c.json(await work());
      const write = {
        ...{ keyId: c.get('key').id, seal: c.get('seal'), name, operation: key, input },
        repeatable: effect.idempotent,
      };
      const { status, body, replayed } = await onceOnly(deps.answers, write, action, work);
      if (replayed) c.set('replayed', true);
      const { error } = body as { error?: { code: string } };
      if (error) c.set('code', error.code);
      return c.json(body as object, status as ContentfulStatusCode, {
        'Idempotency-Replayed': `${replayed}`,
      });
    } catch (error) {
      c.set('isFinal', !(error instanceof GatewayError || effect.idempotent || isUndone(error, action)));
      throw error;
    }
  });
  return app;
}

/** The name that a caller gave to a write, so that a repeat of it is known. */
function idempotencyKey(c: Context<GatewayEnv>): string | undefined {
  const name = c.req.header('idempotency-key');
  if (name === undefined || /^[\x21-\x7e]{1,255}$/.test(name)) return name;
  throw new GatewayError(400, 'invalid_request', 'The Idempotency-Key is not 1 to 255 printable characters', {
    hint: 'Use a new UUID for each write.',
  });
}

/** @throws OktaError for an action, or InputError for an input, that belongs to the machine of this server. */
export function assertRemote(
  operation: { key: string; local?: readonly string[] },
  input: Record<string, unknown>,
  isRemote: boolean,
): void {
  if (!isRemote) {
    throw new OktaError(`${operation.key} works on files of the machine of the gateway`, {
      ...{ code: 'not_supported', actor: 'caller' },
      hint: 'Run it on that machine.',
    });
  }
  const given = (operation.local ?? []).filter((name) => valueAt(input, name) !== undefined);
  if (given.length === 0) return;
  throw new InputError(`${operation.key} cannot be given ${given.join(' and ')} over HTTP`, {
    hint: 'It names something on the machine of the gateway: leave it out, or run it there.',
  });
}

/** The value at a dotted name. */
const valueAt = (input: unknown, name: string): unknown =>
  name.split('.').reduce((at, part) => (isRecord(at) ? at[part] : undefined), input);

function assertMayWrite(c: Context<GatewayEnv>, { readOnly }: GatewayDeps, action: string): void {
  const { name, readOnly: isReader } = c.get('key');
  if (!readOnly && !isReader) return;
  const who = readOnly ? 'This gateway' : `The key ${name}`;
  throw new GatewayError(403, 'not_allowed', `${who} only reads, and ${action} would change something`, {
    hint: readOnly ? 'Start it without --read-only.' : 'Use a key that may write.',
  });
}

function assertConfirmed(c: Context<GatewayEnv>, action: string): void {
  if (c.get('key').allowDestructive || c.req.header('x-confirm')?.toLowerCase() === 'destructive') return;
  throw new GatewayError(
    428,
    'confirmation_required',
    `${action} removes something that cannot be restored; nothing was done`,
    { hint: 'Send it again with the header "X-Confirm: destructive" if that is meant.' },
  );
}
