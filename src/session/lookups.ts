import type { OptionsPage, OptionsQuery, ResourceDefinition } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { attributesOf } from '../resources/attributes.ts';
import type { ProfileAttribute } from '../schema/profile-attribute.ts';
import type { FieldsOptions, RunOptions } from './options.ts';
import type { Session } from './session.ts';

/** One page of a drop-down. @throws InputError for an unknown key, and for a missing input on which the list depends. */
export async function choicesOf(
  session: Session,
  resources: readonly ResourceDefinition[],
  key: string,
  query: OptionsQuery,
  options: RunOptions,
): Promise<OptionsPage> {
  const found = resources.find(({ choices }) => choices?.key === key);
  if (found?.choices) {
    const { within = [], load } = found.choices;
    const missing = within.filter((name) => !query.within?.[name]);
    if (missing.length > 0) {
      throw new InputError(`The options ${key} need ${missing.join(' and ')}`, {
        hint: 'They depend on the value of that input: choose it first.',
      });
    }
    return load(session.reading(found.scopes, options), query);
  }
  throw new InputError(`There are no options ${key}`, {
    code: 'unknown_operation',
    hint: `There are ${resources.flatMap(({ choices }) => choices?.key ?? []).join(', ')}.`,
  });
}

/** The attributes that the org defines for a resource. @throws InputError for a resource without any. */
export async function profileFields(
  session: Session,
  resources: readonly ResourceDefinition[],
  type: string,
  { resource: key = 'user', allKinds = false }: FieldsOptions,
): Promise<ProfileAttribute[] | undefined> {
  const resource = resources.find((one) => one.key === key && one.attributes);
  if (resource?.attributes) {
    return attributesOf(session.reading(resource.attributes.scopes), resource, type, allKinds);
  }
  const known = resources.flatMap((one) => (one.attributes ? one.key : []));
  throw new InputError(`${key} has no attributes`, {
    code: 'unknown_operation',
    hint: `Choose one of ${known.join(', ')}.`,
  });
}
