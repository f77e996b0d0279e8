import { z } from 'zod';
import { effectFor } from '../actions/effect.ts';
import { isList, runAction } from '../actions/run.ts';
import type { ActionContext, ActionDefinition, Call, ResourceDefinition } from '../define.ts';
import { isForbidden, OktaError } from '../errors/errors.ts';
import { bucketOf } from '../http/bucket-name.ts';
import { assertProfile } from '../resources/profile-schema.ts';
import { carriedIn } from '../resources/reference.ts';
import type { BulkResult, Would } from './types.ts';

/** What the row would do: the first write that it came to, and the requests that it takes. */
interface Look {
  held?: Call;
  /** Why a read behind that write failed: a user who is not there, an org that does not answer. */
  failed?: unknown;
  calls: Record<string, number>;
}

/**
 * Says what an action would do. It is run for real, but its first write is held back, so that all that it reads and checks
 * before is read and checked: whether the user is a member already, whether the profile fits the org. An action that only
 * reads is not run.
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
  // An action that was told "not in this state" has looked, and found that it is so already.
  if ((output as { changed?: boolean } | undefined)?.changed === false) return { changed: false, calls };
  const would: Would = { method: held.method, path: held.path };
  const differs = await differences(action, context, held);
  if (differs) would.differs = differs;
  return { changed: differs?.length !== 0 || !onlyAttributes(action, held), would, calls };
}

/** The context with writes held back. They are answered as Okta refuses a change that was made already. */
function holding(context: ActionContext, look: Look): ActionContext {
  const count = ({ method, path }: Call) => {
    if (look.held) return;
    const bucket = bucketOf(method, path);
    look.calls[bucket] = (look.calls[bucket] ?? 0) + 1;
  };
  return {
    ...context,
    async call(call) {
      count(call);
      if (call.method === 'GET' || call.method === 'HEAD') {
        return context.call(call).catch((error: unknown) => {
          // The run itself, whose write is not refused, need not read: it can do without the right to.
          if (look.held && !isForbidden(error)) look.failed = error;
          throw error;
        });
      }
      look.held ??= call;
      throw new OktaError('Held back', { code: 'wrong_state', actor: 'caller', oktaCode: 'E0000016' });
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

const answer = z.looseObject({ type: z.object({ id: z.string() }).nullish() });
const attributes = z.record(z.string(), z.unknown());

type Typed = z.output<typeof answer>;

/**
 * The attributes that an update of an object would change, those that a replacement leaves out and so clears among them;
 * undefined for any other write. @throws InputError for attributes that do not fit the object.
 */
async function differences(
  action: ActionDefinition,
  context: ActionContext,
  { method, path, params, body }: Call,
): Promise<string[] | undefined> {
  const [name, resource] = attributesAt(action, path);
  const given = (body ?? {}) as Typed;
  const wanted = given[name] as Record<string, unknown> | undefined;
  if (!resource || !wanted) return undefined;
  const needed = answer.extend({ [name]: attributes });
  const current = (await context.call({ method: 'GET', path, params, answer: needed })).json as Typed;
  const now = current[name] as Record<string, unknown>;
  const typeId = given.type?.id ?? current.type?.id;
  // The action has checked it only where the org has one type of users: here it is known which one counts.
  if (typeId)
    await assertProfile(await context.attributes(resource, typeId), wanted, { complete: method === 'PUT' });
  const same = (one: string) => JSON.stringify(wanted[one] ?? null) === JSON.stringify(now[one] ?? null);
  const names = Object.keys(method === 'PUT' ? { ...wanted, ...now } : wanted);
  return names.filter((one) => !same(one));
}

/** The input of the action that holds the attributes of the object at this path. */
function attributesAt({ input }: ActionDefinition, path: string): [string, ResourceDefinition?] {
  for (const [name, { attributesOf }] of Object.entries(carriedIn(input))) {
    if (attributesOf?.one === path) return [name, attributesOf];
  }
  return [''];
}

/** False for a write that sets what cannot be compared: Okta never tells a password. */
const onlyAttributes = (action: ActionDefinition, { body, path }: Call): boolean => {
  const [attributes] = attributesAt(action, path);
  return Object.entries(body as object).every(([name, value]) => name === attributes || value === undefined);
};
