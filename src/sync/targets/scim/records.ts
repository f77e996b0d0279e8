import type { Change, Row } from '../../change.ts';
import {
  differingSlots,
  operationsOf,
  type Placed,
  placed,
  type Resource,
  type ResourceType,
  type Slot,
  textAt,
  withSlots,
} from './attributes.ts';
import { ScimRefusal, type ScimServer } from './server.ts';

export interface RecordOptions {
  /** Fields by which a record that is linked to nobody is taken over, in order. */
  match: Readonly<Record<ResourceType, readonly string[]>>;
  /** Whether people and groups that Okta deleted are deleted; otherwise people are deactivated and groups left. */
  deletes: boolean;
  /** Okta ids whose record may be linked to another Okta id, and that id. */
  takeOver: Readonly<Record<string, string>>;
}

/** Links kept in memory; one takes about 200 bytes. */
const MAX_LINKS = 200_000;

/** Where a record has the Okta id that it belongs to. */
const LINK = { extension: undefined, attribute: 'externalId', type: undefined, sub: undefined };

const CORE: Record<ResourceType, string> = {
  Users: 'urn:ietf:params:scim:schemas:core:2.0:User',
  Groups: 'urn:ietf:params:scim:schemas:core:2.0:Group',
};

/** What names a record; a server that cuts it could make two alike. */
const NAME: Record<ResourceType, string> = { Users: 'userName', Groups: 'displayName' };

/** Users and groups of the server, each linked to its Okta id by `externalId`. */
export class ScimRecords {
  readonly #server: ScimServer;
  readonly #options: RecordOptions;
  /** Okta id -> id of the server. */
  readonly #links = new Map<string, string>();
  /** Records just taken over: their `externalId` may not be written yet. */
  readonly #taken = new Map<string, string>();

  constructor(server: ScimServer, options: RecordOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** The id of the server for an Okta id; undefined if it has no such record. */
  async idOf(
    type: ResourceType,
    oktaId: string,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    return this.#links.get(oktaId) ?? (await this.#linked(type, oktaId, signal))?.id;
  }

  /** Brings a user or a group to what the change tells, whatever the server has now. */
  async apply(type: ResourceType, oktaId: string, change: Change, signal?: AbortSignal): Promise<void> {
    const { kind, before, after } = change;
    if (after === null) return this.#leave(type, oktaId, signal);
    const values = placed(type, after, before);
    const active = type === 'Users' ? [{ attribute: 'active', value: after.active === true }] : [];
    const found =
      (await this.#read(type, oktaId, signal)) ?? (await this.#matching(type, oktaId, after, signal));
    if (found) return this.#update(type, found, values, active, oktaId, signal);
    if (kind !== 'user.deactivated') await this.#create(type, oktaId, values, active, signal);
  }

  /** Gives an assignment to a user, or takes it away; others stay. */
  async assign(oktaId: string, isAdded: boolean, row: Row, signal?: AbortSignal): Promise<void> {
    const user = await this.#read('Users', oktaId, signal);
    if (!user) {
      if (isAdded) throw new ScimRefusal('The user is not in the target', { isRetryable: true });
      return;
    }
    const { type, value } = row;
    const told = typeof value === 'string' ? value : JSON.stringify(value);
    const [attribute, item] =
      type === 'role' ? ['roles', { value: told }] : ['entitlements', { type, value: told }];
    const list = [user[attribute] ?? []].flat() as { type?: unknown; value?: unknown }[];
    const isSame = (one: { type?: unknown; value?: unknown }) =>
      one.value === told && (type === 'role' || one.type === type);
    if (list.some(isSame) === isAdded) return;
    const next = isAdded ? [...list, item] : list.filter((one) => !isSame(one));
    await this.#write('Users', user, [{ attribute, value: next.length > 0 ? next : undefined }], signal);
  }

  async #leave(type: ResourceType, oktaId: string, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#options.deletes) {
      const user = type === 'Users' ? await this.#read(type, oktaId, signal) : undefined;
      if (user && user.active !== false)
        await this.#write(type, user, [{ attribute: 'active', value: false }], signal);
      return;
    }
    const id = await this.idOf(type, oktaId, signal);
    if (id !== undefined) await this.#server.remove(type, id, signal);
    this.#links.delete(oktaId);
  }

  /** The linked record as it is now. */
  async #read(
    type: ResourceType,
    oktaId: string,
    signal: AbortSignal | undefined,
  ): Promise<Resource | undefined> {
    const id = this.#links.get(oktaId);
    const known = id === undefined ? undefined : await this.#server.read(type, id, signal);
    if (known) return known;
    this.#links.delete(oktaId);
    return this.#linked(type, oktaId, signal);
  }

  async #linked(
    type: ResourceType,
    oktaId: string,
    signal: AbortSignal | undefined,
  ): Promise<Resource | undefined> {
    const [found, other] = await this.#server.find(type, LINK, oktaId, signal);
    if (other) throw ambiguous('externalId', oktaId, [found as Resource, other]);
    if (found) this.#link(oktaId, found.id);
    return found;
  }

  /** A record that turned out to be gone is looked for again. */
  forget(oktaId: string): void {
    this.#links.delete(oktaId);
  }

  #link(oktaId: string, id: string): void {
    if (this.#links.size >= MAX_LINKS) this.#links.delete(this.#links.keys().next().value as string);
    this.#links.set(oktaId, id);
  }

  /** A record that is linked to nobody yet, by the keys in order. Never one of several, never that of another person. */
  async #matching(
    type: ResourceType,
    oktaId: string,
    row: Row,
    signal: AbortSignal | undefined,
  ): Promise<Resource | undefined> {
    const { match, takeOver } = this.#options;
    for (const field of match[type]) {
      const [at] = placed(type, field in row ? { [field]: row[field] } : {}, null);
      if (typeof at?.value !== 'string') continue;
      const [found, other] = await this.#server.find(type, at, at.value, signal);
      if (!found) continue;
      if (other) throw ambiguous(field, oktaId, [found, other]);
      const owner = this.#taken.get(found.id) ?? found.externalId;
      if (owner && owner !== oktaId && takeOver[oktaId] !== owner) {
        throw new ScimRefusal(
          `The record ${found.id} has the same ${field} but belongs to ${owner}, not to ${oktaId}`,
          { code: 'already_exists' },
        );
      }
      this.#taken.set(found.id, oktaId);
      return found;
    }
    return undefined;
  }

  async #create(
    type: ResourceType,
    oktaId: string,
    values: readonly Placed[],
    active: Slot[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const name = textAt(values, NAME[type]);
    if (name === undefined)
      throw new ScimRefusal(`${NAME[type]} is required, and no field of the row gives it`);
    const slots = [...differingSlots({}, values), ...active].filter(({ value }) => value !== undefined);
    const body = withSlots({ schemas: [CORE[type]], externalId: oktaId }, slots);
    const made = await this.#post(type, oktaId, body, signal);
    this.#server.assertLinked(made, oktaId);
    this.#link(oktaId, made.id);
    const cut = cutTo(name, made[NAME[type]]);
    if (cut === undefined) return;
    await this.#server.remove(type, made.id, signal);
    this.#links.delete(oktaId);
    throw cut;
  }

  /** An answer that got lost may have created the record: it is looked for before it is created again. */
  async #post(
    type: ResourceType,
    oktaId: string,
    body: object,
    signal: AbortSignal | undefined,
  ): Promise<Resource> {
    const look = () => this.#linked(type, oktaId, signal);
    try {
      return await this.#server.once(() => this.#server.create(type, body, signal), look, signal);
    } catch (error) {
      const isTaken = error instanceof ScimRefusal && error.code === 'already_exists';
      const own = isTaken ? await look() : undefined;
      if (own) return own;
      throw error;
    }
  }

  async #update(
    type: ResourceType,
    found: Resource,
    values: readonly Placed[],
    active: Slot[],
    oktaId: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const link = found.externalId === oktaId ? [] : [{ attribute: 'externalId', value: oktaId }];
    const state = active.filter(({ attribute, value }) => found[attribute] !== value);
    const slots = [...link, ...differingSlots(found, values), ...state];
    const now = slots.length > 0 ? await this.#write(type, found, slots, signal) : undefined;
    // Many servers answer PATCH with nothing.
    if (link.length > 0)
      this.#server.assertLinked(now ?? (await this.#server.read(type, found.id, signal)), oktaId);
    this.#link(oktaId, found.id);
    this.#taken.delete(found.id);
    const name = textAt(values, NAME[type]);
    const cut = name === undefined ? undefined : cutTo(name, now?.[NAME[type]]);
    if (cut) throw cut;
  }

  /** Only these attributes: everything else in the record is somebody else's. */
  async #write(
    type: ResourceType,
    found: Resource,
    slots: readonly Slot[],
    signal: AbortSignal | undefined,
  ): Promise<Resource | undefined> {
    if (await this.#server.canPatch(signal)) {
      return (await this.#server.patch(type, found.id, operationsOf(slots), signal)) as Resource | undefined;
    }
    // What was read may lack the members, and PUT would remove them.
    const whole =
      type === 'Users' ? found : await this.#server.read(type, found.id, signal, { members: true });
    if (!whole) throw new ScimRefusal(`The record ${found.id} is gone`, { isRetryable: true });
    return (await this.#server.replace(type, whole, withSlots(whole, slots), signal)) as Resource | undefined;
  }
}

const ambiguous = (key: string, oktaId: string, found: readonly Resource[]) =>
  new ScimRefusal(
    `Several records have the ${key} of ${oktaId}: ${found.map(({ id }) => id).join(', ')}. Merge or unlink them there.`,
    { code: 'already_exists' },
  );

/** Two names that are equal after the cut would be taken for one. */
function cutTo(sent: string, kept: unknown): ScimRefusal | undefined {
  if (typeof kept !== 'string' || kept.length >= sent.length) return undefined;
  if (!sent.toLowerCase().startsWith(kept.toLowerCase())) return undefined;
  return new ScimRefusal(
    `The target keeps only ${kept.length} of the ${sent.length} characters of the name: shorten it, also by the mapping`,
  );
}
