import type { DropdownState, PropertyContext } from '@activepieces/pieces-framework';
import type { Option } from '../../define.ts';
import type { HostField } from '../fields.ts';
import { flatName } from '../flat-form.ts';
import { attributeFields } from '../input.ts';
import { errorInWords } from '../words.ts';
import { BRIEF_WAIT_MS, pieceClient } from './connection.ts';

/** What Activepieces hands to a drop-down: the values of the form so far, and the connection. */
export type FormSoFar = Record<string, unknown> & { auth?: unknown };

/** Activepieces shows no second page: what follows is found by typing. */
const MOST_CHOICES = 200;

const nothing = (placeholder: string): DropdownState<string> => ({
  disabled: true,
  placeholder,
  options: [],
});

/** Fills a drop-down; one that cannot be filled says why. */
async function choices(form: FormSoFar, work: () => Promise<Option[]>): Promise<DropdownState<string>> {
  if (!form.auth) return nothing('Choose a connection first');
  try {
    const options = await work();
    return { disabled: false, options, ...(options.length > 0 ? {} : { placeholder: 'Nothing found' }) };
  } catch (error) {
    return nothing(errorInWords(error));
  }
}

/**
 * A drop-down of objects in the org.
 * @param key of the drop-down in the manifest.
 * @param within inputs on which it depends.
 */
export const objectsOf =
  (key: string, within: readonly string[]) =>
  (form: FormSoFar, { searchValue }: Pick<PropertyContext, 'searchValue'>): Promise<DropdownState<string>> =>
    choices(form, async () => {
      const values = within.map((name) => [name, String(form[flatName(name)] ?? '')]);
      const query = { search: searchValue || undefined, within: Object.fromEntries(values) };
      const client = pieceClient(form.auth, BRIEF_WAIT_MS);
      const found: Option[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.options(key, { ...query, cursor });
        found.push(...page.items);
        cursor = page.cursor;
      } while (cursor && found.length < MOST_CHOICES);
      return found;
    });

/** The fields of the attributes that the org defines; the known ones where they cannot be read. */
export async function orgFields(parent: HostField, form: FormSoFar): Promise<HostField[]> {
  const { resource, by } = parent.attributesOf ?? { resource: 'user' };
  const type = by && form[flatName(by)];
  // The kind of what is changed is not known before.
  const allKinds = !parent.required && !type;
  const attributes = await pieceClient(form.auth, BRIEF_WAIT_MS).fields(
    typeof type === 'string' && type ? type : undefined,
    {
      ...{ resource, allKinds },
    },
  );
  return attributes ? attributeFields(attributes, parent) : (parent.fields ?? []);
}

/** What can be cleared: the fields of the form, and the attributes of the org. */
export const clearable =
  (fields: readonly HostField[]) =>
  (form: FormSoFar): Promise<DropdownState<string>> =>
    choices(form, async () => {
      const parents = fields.filter(({ kind }) => kind === 'attributes');
      const ofOrg = await Promise.all(parents.map((parent) => orgFields(parent, form)));
      return [...fields, ...ofOrg.flat()]
        .filter(({ nullable }) => nullable)
        .map(({ name, title }) => ({ value: name, label: title }));
    });
