import type { ActionContext, ActionDefinition, ResourceDefinition } from '../define.ts';
import { OktaError } from '../errors/errors.ts';
import { expression } from '../resources/expression.ts';
import { carriedIn } from '../resources/reference.ts';
import { membersOf } from '../schema/profile-attribute.ts';

/** Names in one search: its request line stays well below the limit of proxies. */
export const NAMES_AT_ONCE = 40;
/** How long a name waits for others, milliseconds. */
const GATHER_MS = 20;

/** What an action creates: the paths of the list and of the name, and the input with the attributes. */
interface Created {
  path: string;
  member: string;
  natural: string;
}

function createdBy({ input }: ActionDefinition): Created | undefined {
  const carried = Object.entries(carriedIn(input));
  for (const [member, { attributesOf }] of carried) {
    const isNamed = carried.some(
      ([, { names }]: [string, { names?: ResourceDefinition }]) => names === attributesOf,
    );
    const { attributes, table } = attributesOf ?? {};
    if (attributes && table && !isNamed) return { path: table.path, member, natural: attributes.natural };
  }
  return undefined;
}

/**
 * The names of the objects that the rows of a dry run would create. Okta compares them without regard to case.
 */
export class NewNames {
  readonly #created: Created | undefined;
  readonly #looksUp: boolean;
  /** The first row of each name. */
  readonly #rows = new Map<string, number>();
  #batch: { names: string[]; found: Promise<Set<string>> } | undefined;

  /** @param looksUp also ask Okta which of them exist, many in one request. */
  constructor(action: ActionDefinition, looksUp: boolean) {
    this.#created = createdBy(action);
    this.#looksUp = looksUp;
  }

  /** Notes the name of a row. @throws OktaError `already_exists` for a name of an earlier row. */
  note(row: number, input: unknown): void {
    const created = this.#created;
    const name = created && nameIn(input, created);
    if (name === undefined) return;
    const first = this.#rows.get(name);
    if (first === undefined) this.#rows.set(name, row);
    else throw exists(created as Created, `is in row ${first}, too`);
  }

  /** @throws OktaError `already_exists` when Okta has an object with the name of this row. */
  async assertNew(context: ActionContext, input: unknown): Promise<void> {
    const created = this.#looksUp ? this.#created : undefined;
    const name = created && nameIn(input, created);
    if (created === undefined || name === undefined) return;
    if (!this.#batch || this.#batch.names.length >= NAMES_AT_ONCE) {
      const names: string[] = [];
      const found = context.clock.sleep(GATHER_MS).then(() => {
        if (this.#batch?.names === names) this.#batch = undefined;
        return existing(context, created, names);
      });
      this.#batch = { names, found };
    }
    this.#batch.names.push(name);
    if ((await this.#batch.found).has(name)) throw exists(created, 'exists already');
  }
}

function nameIn(input: unknown, { member, natural }: Created): string | undefined {
  const name = membersOf(membersOf(input)[member])[natural];
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

/** Those of the names that Okta has. */
async function existing(context: ActionContext, { path, natural }: Created, names: string[]) {
  const attribute = `profile.${natural}`;
  // Not filter, which is case-sensitive: Okta refuses a second object whatever the case.
  const search = names.map((value) => expression({ attribute, operator: 'eq', value })).join(' or ');
  const found = new Set<string>();
  for await (const item of context.list({ method: 'GET', path, query: { search, limit: NAMES_AT_ONCE } })) {
    found.add(String(membersOf(membersOf(item).profile)[natural]).toLowerCase());
  }
  return found;
}

const exists = ({ member, natural }: Created, how: string): OktaError =>
  new OktaError(`${member}.${natural} ${how}`, {
    code: 'already_exists',
    actor: 'caller',
    hint: 'Remove the row, or update the existing object instead.',
  });
