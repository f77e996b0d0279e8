import type { ActionContext, ResourceDefinition, TriggerDefinition } from '../define.ts';
import { InputError, isOktaError } from '../errors/errors.ts';
import { isOktaId } from '../http/path.ts';
import { identified } from '../resources/answers.ts';
import { carriedIn } from '../resources/reference.ts';
import type { NameMemory } from './name-memory.ts';

type Input = Record<string, unknown>;

/**
 * The input of a trigger with an id in place of each name. Every object is read once: a trigger that waits for one that
 * does not exist would be silent forever.
 * @param memory lets the trigger go on when the object was deleted or renamed since: that may be what it waits for.
 * @throws InputError `not_found` naming the input that refers to nothing; OktaError for what Okta or the network refused.
 */
export async function withIds(
  { input: schema }: TriggerDefinition,
  input: Input,
  context: ActionContext,
  memory?: NameMemory,
): Promise<Input> {
  const named = Object.entries(carriedIn(schema)).flatMap(([name, { names }]) =>
    names?.names && typeof input[name] === 'string'
      ? [{ name, resource: names, reference: input[name] }]
      : [],
  );
  if (named.length === 0) return input;
  const ids = await Promise.all(
    named.map(async ({ name, resource, reference }) => [
      name,
      await idNow({ name, resource, reference }, context, memory),
    ]),
  );
  return { ...input, ...Object.fromEntries(ids) };
}

/** As {@link withIds}, looked up by the first call that succeeds; Okta may answer a moment after an error. */
export function lookUpOnce(...looked: Parameters<typeof withIds>): () => Promise<Input> {
  let input: Promise<Input> | undefined;
  return () => {
    input ??= withIds(...looked);
    input.catch(() => {
      input = undefined;
    });
    return input;
  };
}

interface Named {
  /** Of the input. */
  name: string;
  resource: ResourceDefinition;
  reference: string;
}

async function idNow(named: Named, context: ActionContext, memory: NameMemory | undefined): Promise<string> {
  const { name, reference } = named;
  try {
    const id = await idOf(named, context);
    await memory?.keep(name, reference, id);
    return id;
  } catch (error) {
    const known =
      isOktaError(error) && error.code === 'not_found' ? await memory?.recall(name, reference) : undefined;
    if (known === undefined) throw error;
    context.notice(`${(error as Error).message} any more; it was ${known}, whose events still count`);
    return known;
  }
}

async function idOf({ name, resource, reference }: Named, context: ActionContext): Promise<string> {
  const { title, one: path = '', names } = resource;
  let found = reference;
  try {
    found = (await names?.resolve(context, reference)) ?? reference;
    const [, param = ''] = /\{(\w+)\}/.exec(path) ?? [];
    const { json } = await context.call({
      method: 'GET',
      path,
      params: { [param]: found },
      answer: identified,
    });
    return json.id;
  } catch (error) {
    if (!isOktaError(error)) throw error;
    // An id needs no right to read the object.
    if (isOktaId(found) && REFUSED.has(error.code)) return found;
    if (error.code !== 'not_found' && error.code !== 'invalid_input') throw error;
    const { code, hint, causes, request } = error;
    const message =
      code === 'not_found'
        ? `No ${title.toLowerCase()} has this ${(names?.words ?? 'id').replace('Id', 'id')}`
        : error.message;
    throw new InputError(`${name}: ${message}`, { code, hint, causes, request, cause: error });
  }
}

const REFUSED: ReadonlySet<string> = new Set(['insufficient_scope', 'permission_denied']);
