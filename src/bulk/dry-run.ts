import { z } from 'zod';
import { effectFor } from '../actions/effect.ts';
import { isList, runAction } from '../actions/run.ts';
import type { ActionContext, ActionDefinition, ApiCall, ResourceDefinition } from '../define.ts';
import { isForbidden, OktaError } from '../errors/errors.ts';
import { bucketName } from '../http/bucket-name.ts';
import { assertProfile } from '../resources/profile-schema.ts';
import { carriedIn } from '../resources/reference.ts';
import type { BulkResult, Would } from './types.ts';

/** What the row would do: its first write, and the requests it takes. */
interface Look {
  held?: Pick<ApiCall, 'method' | 'path' | 'params' | 'body'>;
  /** Why a read after that write failed: a missing user, an org that does not answer. */
  failed?: unknown;
  calls: Record<string, number>;
}

/**
 * Predicts what an action would do. The action really runs, but its first write is withheld, so that everything before it
 * is read and checked: is the user already a member, does the profile fit the org. A read-only action is not run.
 */
export async function dryRun(
  action: ActionDefinition,
  context: ActionContext,
  input: unknown,
): Promise<Pick<BulkResult, 'changed' | 'would' | 'calls'>> {
  const look: Look = { calls: {} };
  if (effectFor(action, input).kind === 'read' || isList(action)) return {};
  const output = await runAction(action, holding(context, look), input).catch((error: unknown) => {
    if (look.held === undefined || error === look.failed) throw error;
  });
  const { held, calls } = look;
  if (!held) return { changed: (output as { changed?: boolean } | undefined)?.changed, calls };
  // The action got "not in this state", read the status, and found that nothing needs to change.
  if ((output as { changed?: boolean } | undefined)?.changed === false) return { changed: false, calls };
  const would: Would = { method: held.method, path: held.path };
  const differs = await differences(action, context, held);
  if (differs) would.differs = differs;
  return { changed: differs?.length !== 0 || !onlyAttributes(action, held), would, calls };
}

/** The context with writes withheld: they fail like a change that was already made. */
function holding(context: ActionContext, look: Look): ActionContext {
  const hold = (write: NonNullable<Look['held']>): never => {
    look.held ??= write;
    throw new OktaError('Held back', { code: 'wrong_state', actor: 'caller', oktaCode: 'E0000016' });
  };
  const count = ({ method, path }: Pick<ApiCall, 'method' | 'path'>) => {
    if (look.held) return;
    const bucket = bucketName(method, path);
    look.calls[bucket] = (look.calls[bucket] ?? 0) + 1;
  };
  return {
    ...context,
    // What works only once has not been used.
    memory: new Map(context.memory),
    async call(call) {
      count(call);
      if (call.method === 'GET' || call.method === 'HEAD') {
        return context.call(call).catch((error: unknown) => {
          // In a real run the write succeeds and no read follows, so the permission to read is not required.
          if (look.held && !isForbidden(error)) look.failed = error;
          throw error;
        });
      }
      return hold(call);
    },
    async unsigned(request) {
      count(request);
      return request.method === 'GET' ? context.unsigned(request) : hold(request);
    },
    async announce(write) {
      hold(write);
    },
    list(call, limit) {
      count(call);
      return context.list(call, limit);
    },
    page(call, from) {
      count(call);
      return context.page(call, from);
    },
  };
}

/** The type of a user is an object, that of a group a word. */
const answer = z.looseObject({ type: z.object({ id: z.string() }).nullish().catch(undefined) });
const attributes = z.record(z.string(), z.unknown());

type Typed = z.output<typeof answer>;

/**
 * The attributes that an update of an object would change, including those cleared by a replacement that omits them;
 * undefined for any other write. @throws InputError for attributes that do not fit the object.
 */
async function differences(
  action: ActionDefinition,
  context: ActionContext,
  { method, path, params, body }: NonNullable<Look['held']>,
): Promise<string[] | undefined> {
  const [name, resource] = attributesAt(action, path);
  const given = (body ?? {}) as Typed;
  const wanted = given[name] as Record<string, unknown> | undefined;
  if (!resource || !wanted) return undefined;
  const needed = answer.extend({ [name]: attributes });
  const current = (await context.call({ method: 'GET', path, params, answer: needed })).json as Typed;
  const now = current[name] as Record<string, unknown>;
  const typeId = given.type?.id ?? current.type?.id;
  // The action checks the profile only if the org has a single user type; here the type is known.
  if (typeId)
    await assertProfile(await context.attributes(resource, typeId), wanted, { complete: method === 'PUT' });
  const same = (one: string) => JSON.stringify(wanted[one] ?? null) === JSON.stringify(now[one] ?? null);
  const names = Object.keys(method === 'PUT' ? { ...wanted, ...now } : wanted);
  return names.filter((one) => !same(one));
}

/** The input of the action with the attributes of the object at this path. */
function attributesAt({ input }: ActionDefinition, path: string): [string, ResourceDefinition?] {
  for (const [name, { attributesOf }] of Object.entries(carriedIn(input))) {
    if (attributesOf?.one === path) return [name, attributesOf];
  }
  return [''];
}

/** False for a write that cannot be compared: Okta never returns a password. */
const onlyAttributes = (action: ActionDefinition, { body, path }: ApiCall): boolean => {
  const [attributes] = attributesAt(action, path);
  return Object.entries(body as object).every(([name, value]) => name === attributes || value === undefined);
};
