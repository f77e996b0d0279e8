import { z } from 'zod';
import type { ActionContext } from '../define.ts';
import { identified } from '../resources/answers.ts';
import { assignmentIfAny } from '../resources/app-assignment/read.ts';
import { userRef } from '../resources/user/reference.ts';
import { parseGroup, parseUser, rawGroup, rawUser } from './engine/raw.ts';
import type { Mapping, OktaGroup, OktaUser } from './mapping/mapping.ts';
import { scopeIdsOf } from './scope.ts';

/** A user as the snapshot has one, with the groups that count. */
export interface Person {
  user: OktaUser;
  groups: OktaGroup[];
  inScope: boolean;
}

type Json = Record<string, unknown> & { id: string };

const users = z.looseObject({ id: z.string() });
const assigned = z.looseObject({
  id: z.string(),
  _embedded: z.looseObject({ user: users.optional() }).optional(),
});

/** Reads people without a snapshot: for some of them, or when one is told of. */
export async function peopleReader(context: ActionContext, mapping: Mapping) {
  const ids = await scopeIdsOf(context, mapping);
  const isApp = mapping.scope !== 'all' && 'app' in mapping.scope;

  async function groupsOf(userId: string): Promise<OktaGroup[]> {
    if (!mapping.usesGroups && (ids === undefined || isApp)) return [];
    const call = {
      method: 'GET' as const,
      path: '/api/v1/users/{userId}/groups',
      params: { userId },
      answer: users,
    };
    const found: OktaGroup[] = [];
    for await (const one of context.list(call)) found.push(parseGroup(rawGroup(one).raw));
    return found.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async function isInScope(userId: string, groups: readonly OktaGroup[]): Promise<boolean> {
    if (ids === undefined) return true;
    if (!isApp) return groups.some(({ id }) => ids.includes(id));
    const params = { appId: ids[0] as string, userId };
    const call = { path: '/api/v1/apps/{appId}/users/{userId}', params, answer: identified };
    return (await assignmentIfAny(context, call)) !== undefined;
  }

  /** @param json as Okta sent it. @param known that the user is in the scope. */
  async function personOf(json: Json, known = false): Promise<Person> {
    const groups = await groupsOf(json.id);
    const inScope = known || (await isInScope(json.id, groups));
    const counted = groups.filter((one) => mapping.useOf(one).members);
    return { user: parseUser(rawUser(json).raw), groups: counted, inScope };
  }

  /** Users of the scope as Okta lists them, up to `limit`. */
  async function firstUsers(limit: number): Promise<Json[]> {
    const pageOf = (path: string, params = {}, query = {}) =>
      context.page({ method: 'GET', path, params, query: { limit, ...query }, answer: assigned });
    if (ids === undefined) return (await pageOf('/api/v1/users')).items.slice(0, limit);
    const found = new Map<string, Json>();
    for (const id of ids) {
      if (found.size >= limit) break;
      const { items } = isApp
        ? await pageOf('/api/v1/apps/{appId}/users', { appId: id }, { expand: 'user' })
        : await pageOf('/api/v1/groups/{groupId}/users', { groupId: id });
      for (const item of items) {
        const user = isApp ? item._embedded?.user : item;
        if (user) found.set(user.id, user);
      }
    }
    return [...found.values()].slice(0, limit);
  }

  return {
    personOf,
    /** The first people of the scope. */
    async first(limit: number): Promise<Person[]> {
      const people: Person[] = [];
      for (const json of await firstUsers(limit)) people.push(await personOf(json, true));
      return people;
    },
    /** These people, by id or login. @throws OktaError `not_found` for one whom Okta does not have. */
    async named(references: readonly string[]): Promise<Person[]> {
      const people: Person[] = [];
      for (const reference of references) {
        const params = { userId: await userRef(context, reference) };
        const call = { method: 'GET' as const, path: '/api/v1/users/{userId}', params, answer: users };
        people.push(await personOf((await context.call(call)).json));
      }
      return people;
    },
  };
}
