import { z } from 'zod';
import type { ActionContext, ActionDefinition, Call } from '../define.ts';
import { isForbidden, OktaError } from '../errors/errors.ts';
import { bucketOf } from '../http/bucket-name.ts';
import { assertProfile } from '../options/profile-schema.ts';
import { effectFor, isList, runAction } from '../run-action.ts';
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
  const differs = await differences(context, held);
  if (differs) would.differs = differs;
  return { changed: differs?.length !== 0 || !onlyProfile(held), would, calls };
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

const answer = z.object({
  profile: z.record(z.string(), z.unknown()),
  type: z.object({ id: z.string() }).nullish(),
});

type User = z.output<typeof answer>;

const ONE_USER = '/api/v1/users/{userId}';

/**
 * The attributes that an update of a user would change, those that a replacement leaves out and so clears among them;
 * undefined for any other write. @throws InputError for a profile that does not fit the type of the user.
 */
async function differences(
  context: ActionContext,
  { method, path, params, body }: Call,
): Promise<string[] | undefined> {
  const { profile: wanted, type } = (body ?? {}) as Partial<User>;
  if (path !== ONE_USER || !wanted) return undefined;
  const { profile, type: current } = (await context.call({ method: 'GET', path, params, answer })).json;
  const typeId = type?.id ?? current?.id;
  // The action has checked it only where the org has one type of users: here it is known which one counts.
  if (typeId)
    await assertProfile(await context.profileSchema(typeId), wanted, { complete: method === 'PUT' });
  const same = (name: string) =>
    JSON.stringify(wanted[name] ?? null) === JSON.stringify(profile[name] ?? null);
  const names = Object.keys(method === 'PUT' ? { ...wanted, ...profile } : wanted);
  return names.filter((name) => !same(name));
}

/** False for a write that sets what cannot be compared: Okta never tells a password. */
const onlyProfile = ({ body }: Call): boolean =>
  Object.entries(body as object).every(([name, value]) => name === 'profile' || value === undefined);
