import { didYouMean } from '../../../errors/did-you-mean.ts';
import { InputError } from '../../../errors/errors.ts';
import type { Manifest } from '../../../manifest/manifest.ts';
import { type Described, offered } from './offered.ts';

/** What a description tells of. Every member narrows it; without any it tells of everything. */
export interface DescriptionScope {
  /** Keys of actions and triggers. */
  operations?: readonly string[];
  /** Keys of categories. */
  categories?: readonly string[];
  /** Only actions that never write, and triggers. */
  readOnly?: boolean;
  /** Operations of HTTP that the document has at most, lookups included. */
  limit?: number;
}

const PARAMETERS = ['operations', 'category', 'read_only', 'limit'];

/**
 * Reads `?operations=a,b&category=user&read_only=true&limit=30`; lists are separated by commas or repeated.
 * @throws InputError for an unknown parameter, `read_only` other than true or false, and `limit` below 1.
 */
export function scopeOf(query: URLSearchParams): DescriptionScope {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw new InputError(
      `A description has no parameter ${unknown.slice(0, 100)}${didYouMean(unknown.slice(0, 100), PARAMETERS)}`,
      { hint: `Choose with ${PARAMETERS.join(', ')}.` },
    );
  }
  const listOf = (name: string) => {
    const values = query.getAll(name).flatMap((value) => value.split(','));
    const given = values.map((value) => value.trim()).filter((value) => value !== '');
    return given.length > 0 ? given : undefined;
  };
  const readOnly = query.get('read_only') ?? 'false';
  if (!['true', 'false'].includes(readOnly)) throw new InputError('read_only is true or false');
  const limit = query.get('limit');
  if (limit !== null && !/^[1-9]\d{0,5}$/.test(limit))
    throw new InputError('limit is a whole number, at least 1', { hint: 'GPT actions take 30.' });
  const operations = listOf('operations');
  const categories = listOf('category');
  return {
    ...(operations ? { operations } : {}),
    ...(categories ? { categories } : {}),
    ...(readOnly === 'true' ? { readOnly: true } : {}),
    ...(limit === null ? {} : { limit: Number(limit) }),
  };
}

/** @throws InputError for an operation or a category that the gateway does not have. */
export function inScope(manifest: Manifest, scope: DescriptionScope): Described {
  const { actions, triggers } = offered(manifest);
  const all = [...actions, ...triggers];
  const { operations, categories, readOnly = false } = scope;
  known(
    'operation',
    operations ?? [],
    all.map(({ key }) => key),
  );
  known(
    'category',
    categories ?? [],
    manifest.categories.map(({ key }) => key),
  );
  const wanted = (one: { key: string; category?: string }) =>
    (operations?.includes(one.key) ?? true) && (categories?.includes(one.category ?? '') ?? true);
  return {
    actions: actions.filter((action) => wanted(action) && !(readOnly && action.effect.kind === 'write')),
    triggers: triggers.filter(wanted),
  };
}

function known(what: string, given: readonly string[], names: readonly string[]): void {
  const unknown = given.find((name) => !names.includes(name))?.slice(0, 100);
  if (unknown === undefined) return;
  throw new InputError(`The gateway has no ${what} ${unknown}${didYouMean(unknown, names)}`, {
    code: 'unknown_operation',
    hint: 'GET /openapi.json without parameters lists all.',
  });
}
