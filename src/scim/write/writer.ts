import { randomUUID } from 'node:crypto';
import type { Clock } from '../../http/types.ts';
import { noResource, ScimError } from '../error.ts';
import { patched } from '../patch/apply.ts';
import { type MemberChange, noMemberChange } from '../patch/members.ts';
import { patchOperations } from '../patch/operations.ts';
import { assertRequired, type SentResource, sentResource } from '../resource/clean.ts';
import { derived } from '../resource/derive.ts';
import { everyMember } from '../resource/whole.ts';
import type { ScimSchemas } from '../schema/schemas.ts';
import {
  externalIdOf,
  foldCase,
  NotUnique,
  nameOf,
  type ResourceToStore,
  type ScimEvent,
  type ScimStore,
  type ScimType,
  StaleWrite,
  type StoredResource,
} from '../store/store.ts';
import { askWorkflow, type Decide } from './decide.ts';
import { type Happening, happening } from './events.ts';
import { KeyedLock } from './lock.ts';
import { memberDifference } from './members.ts';

export interface WriterOptions {
  store: ScimStore;
  schemas: ScimSchemas;
  clock: Clock;
  decide?: Decide;
  password?: TakePassword;
  limits: { members: number; operations: number; decideMs: number };
}

/** Gets a password that was set, with the id and the userName of whose it is. */
export type TakePassword = (userId: string, value: string, userName: string) => Promise<void>;

/** A request that writes. */
export interface WriteCall {
  request: ScimEvent['request'];
  /** The value of If-Match, if it was sent. */
  ifMatch?: string;
  /** What no schema knows is added to it. */
  ignored: string[];
}

/** What a resource is to become. */
interface Draft {
  attributes: Record<string, unknown>;
  members: MemberChange;
  password: string | undefined;
}

/** Another process wrote in between as often as this: something is wrong. */
const MAX_TRIES = 20;
const MAX_PAUSE_MS = 500;

type Body = Readonly<Record<string, unknown>>;

/** Creates, changes and deletes resources, one after the other where they are the same. */
export class ScimWriter {
  readonly #options: WriterOptions;
  readonly #lock = new KeyedLock();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /**
   * Creates a resource. A user whose externalId is known already, and who is inactive or has another userName now, is that user
   * again: Okta sends a POST when it assigns somebody once more.
   * @throws ScimError `uniqueness` when there is one.
   */
  async create(
    type: ScimType,
    body: Body,
    call: WriteCall,
  ): Promise<{ stored: StoredResource; isNew: boolean }> {
    const { store, clock } = this.#options;
    const sent = this.#sent(type, body, call);
    assertRequired(type, sent.attributes);
    const externalId = externalIdOf(sent.attributes) || undefined;
    const name = nameOf(type, sent.attributes);
    const make = async () => {
      const known = externalId === undefined ? undefined : await store.find(type, 'externalId', externalId);
      if (known && isAgain(known, name)) {
        return {
          stored: await this.#replaceWith(known.id, type, true, sent, call),
          isNew: false,
        };
      }
      if (known) throw taken(type, 'externalId');
      if (await store.find(type, 'name', name)) throw taken(type, 'name');
      const id = randomUUID();
      const draft = draftOf(type, sent, { active: true });
      return { stored: await this.#write(type, id, draft, call, undefined), isNew: true };
    };
    const named = () => this.#lock.run(`${type} name ${foldCase(name)}`, () => untilFresh(clock, make));
    return externalId === undefined ? named() : this.#lock.run(`${type} externalId ${externalId}`, named);
  }

  /** Replaces what clients may write. What they do not mention is cleared, except members, `active` and the externalId. */
  async replace(type: ScimType, id: string, body: Body, call: WriteCall): Promise<StoredResource> {
    const sent = this.#sent(type, body, call);
    return this.#replaceWith(id, type, undefined, sent, call);
  }

  #replaceWith(
    id: string,
    type: ScimType,
    active: boolean | undefined,
    sent: SentResource,
    call: WriteCall,
  ): Promise<StoredResource> {
    const draft = ({ attributes: before }: StoredResource) =>
      draftOf(type, sent, { active: active ?? before.active, externalId: before.externalId });
    return this.#change(type, id, draft, call);
  }

  async patch(type: ScimType, id: string, body: Body, call: WriteCall): Promise<StoredResource> {
    const { schemas, limits } = this.#options;
    const operations = patchOperations(body, limits.operations);
    const draft = ({ attributes }: StoredResource) => {
      const { ignored, ...made } = patched(schemas, type, attributes, operations);
      call.ignored.splice(0, call.ignored.length, ...ignored);
      return made;
    };
    return this.#change(type, id, draft, call);
  }

  /** Deletes a resource with its memberships. */
  async remove(type: ScimType, id: string, call: WriteCall): Promise<void> {
    const { store, schemas, clock } = this.#options;
    await this.#lock.run(id, () =>
      untilFresh(this.#options.clock, async () => {
        const before = await this.#current(type, id, call);
        const atMs = clock.now();
        const { request } = call;
        const removed = type === 'Group' ? await everyMember(store, id) : [];
        const own = happening(schemas, { before, after: undefined, removed, request, atMs });
        await this.#ask(own);
        const groups = await store.get(
          'Group',
          (await store.groupsOf([id])).map(({ groupId }) => groupId),
        );
        const left = groups.map((group) =>
          happening(schemas, { before: group, after: group, removed: [before], request, atMs }),
        );
        await store.commit(
          [
            ...groups.map((group) => ({
              ...{ type: group.type, id: group.id, expected: group.version },
              ...{ after: toStore(group, group.attributes, atMs), removed: [id] },
            })),
            { type, id, expected: before.version, after: undefined },
          ],
          [...left, own].flatMap(({ events }) => events),
        );
      }),
    );
  }

  #sent(type: ScimType, body: Body, call: WriteCall): SentResource {
    const sent = sentResource(this.#options.schemas, type, body);
    call.ignored.push(...sent.ignored);
    return sent;
  }

  #change(type: ScimType, id: string, draft: (before: StoredResource) => Draft, call: WriteCall) {
    return this.#lock.run(id, () =>
      untilFresh(this.#options.clock, async () => {
        const before = await this.#current(type, id, call);
        return this.#write(type, id, draft(before), call, before);
      }),
    );
  }

  async #current(type: ScimType, id: string, { ifMatch }: WriteCall): Promise<StoredResource> {
    const [found] = await this.#options.store.get(type, [id]);
    if (!found) throw noResource(type, id);
    if (ifMatch !== undefined && !isMatch(ifMatch, found.version)) {
      throw new ScimError(412, `${type} ${id} has changed: its version is ${found.version}. Read it again`);
    }
    return found;
  }

  /** Stores what differs, with its events, once the workflow agrees. */
  async #write(
    type: ScimType,
    id: string,
    draft: Draft,
    { request }: WriteCall,
    before: StoredResource | undefined,
  ): Promise<StoredResource> {
    const { store, schemas, clock, limits } = this.#options;
    const attributes = derived(draft.attributes, before?.attributes);
    assertRequired(type, attributes);
    const members = await memberDifference(store, id, draft.members, limits.members);
    const now = clock.now();
    const atMs = before ? Math.max(now, before.modifiedMs) : now;
    const made = happening(schemas, { before, after: { type, id, attributes }, ...members, request, atMs });
    const after = toStore({ type, id, createdMs: before?.createdMs ?? atMs }, attributes, atMs);
    let stored = before;
    if (!before || made.events.length > 0) {
      await this.#ask(made);
      const ids = ({ id }: { id: string }) => id;
      const expected = before?.version ?? 0;
      const write = {
        type,
        id,
        expected,
        after,
        added: members.added.map(ids),
        removed: members.removed.map(ids),
      };
      await store.commit([write], made.events).catch((error: unknown) => {
        throw error instanceof NotUnique ? taken(type, error.attribute) : error;
      });
      stored = { ...after, n: before?.n ?? 0, version: expected + 1 };
    }
    if (draft.password !== undefined && type === 'User') {
      await this.#passOn(id, draft.password, nameOf(type, attributes));
    }
    return stored as StoredResource;
  }

  async #passOn(...password: Parameters<TakePassword>): Promise<void> {
    try {
      await this.#options.password?.(...password);
    } catch (error) {
      throw new ScimError(
        503,
        'The workflow did not take the password; everything else is stored. Send the change again',
        { cause: String(error).replaceAll(password[1], '[redacted]') },
      );
    }
  }

  async #ask({ change }: Happening): Promise<void> {
    const { decide, limits, clock } = this.#options;
    if (decide) await askWorkflow(decide, change, limits.decideMs, clock);
  }
}

/** An inactive user comes back; one with another name was renamed in Okta. */
const isAgain = ({ type, attributes }: StoredResource, name: string): boolean =>
  type === 'User' && (attributes.active === false || foldCase(nameOf(type, attributes)) !== foldCase(name));

/** @param kept attributes that silence does not clear; `active` stays where it is null as well. */
function draftOf(
  type: ScimType,
  { attributes, members, password }: SentResource,
  kept: { active: unknown; externalId?: unknown },
): Draft {
  const active = type === 'User' ? { active: attributes.active ?? kept.active } : {};
  return {
    attributes: { externalId: kept.externalId, ...attributes, ...active },
    password,
    members: members ? { ...noMemberChange(), replaces: true, added: new Set(members) } : noMemberChange(),
  };
}

const toStore = (
  { type, id, createdMs }: Pick<StoredResource, 'type' | 'id' | 'createdMs'>,
  attributes: Record<string, unknown> | StoredResource['attributes'],
  modifiedMs: number,
): ResourceToStore => ({ type, id, createdMs, modifiedMs, attributes });

/** Does work again while another process was faster, after growing pauses that are not the same for both. */
async function untilFresh<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleWrite)) throw error;
      if (tries === MAX_TRIES) {
        throw new ScimError(503, 'Others change the same resource all the time; nothing was changed');
      }
      await clock.sleep(Math.random() * Math.min(2 ** tries, MAX_PAUSE_MS));
    }
  }
}

function taken(type: ScimType, attribute: NotUnique['attribute']): ScimError {
  const name = attribute === 'externalId' ? attribute : type === 'User' ? 'userName' : 'displayName';
  return new ScimError(409, `Another ${type.toLowerCase()} has this ${name} already`, {
    scimType: 'uniqueness',
  });
}

/** If-Match: `*`, or one of these is the version. The part behind it tells of memberships, which no write of the user touches. */
const isMatch = (header: string, version: number): boolean =>
  header.split(',').some((tag) => {
    const [, number] = /^(?:W\/)?"(\d+)(?:-\w+)?"$/.exec(tag.trim()) ?? [];
    return tag.trim() === '*' || Number(number) === version;
  });
