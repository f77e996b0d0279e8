import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import type { User } from '../users/user.ts';
import { byPlace } from './places.ts';

interface TokenRequest {
  clientId: string;
  grantType: string;
  scopes: readonly string[];
  /** Undefined for a client that acts on its own behalf. */
  user?: User;
}

/**
 * The rule of a custom authorization server that lets a client have tokens: the first that fits, in the first of the client's
 * policies that has one. Undefined if nothing lets it.
 */
export function tokenRule(org: Org, server: StoredObject, request: TokenRequest): StoredObject | undefined {
  const policies = active(org, `${server.list}/${server.id}/policies`).filter(({ body }) => {
    const clients = included(body.conditions, 'clients');
    return clients.includes('ALL_CLIENTS') || clients.includes(request.clientId);
  });
  const rules = policies.flatMap(({ list, id }) => active(org, `${list}/${id}/rules`));
  return rules.find(({ body }) => fits(org, body.conditions, request));
}

function active({ objects }: Org, list: string): StoredObject[] {
  return [...objects.of(list)].filter(({ body }) => body.status === 'ACTIVE').sort(byPlace);
}

function fits(org: Org, conditions: unknown, { grantType, scopes, user }: TokenRequest): boolean {
  const allowed = included(conditions, 'scopes');
  if (!included(conditions, 'grantTypes').includes(grantType)) return false;
  if (!allowed.includes('*') && scopes.some((scope) => !allowed.includes(scope))) return false;
  if (!user) return true;
  const { people } = isObject(conditions) ? conditions : {};
  const groups = [...org.groups.ofUser(user.id)].map(({ id }) => id);
  const isIn = (list: string[]) => list.includes('EVERYONE') || groups.some((id) => list.includes(id));
  if (included(people, 'users', 'exclude').includes(user.id) || isIn(included(people, 'groups', 'exclude')))
    return false;
  return included(people, 'users').includes(user.id) || isIn(included(people, 'groups'));
}

function included(conditions: unknown, name: string, list: 'include' | 'exclude' = 'include'): string[] {
  const condition = isObject(conditions) ? conditions[name] : undefined;
  const values = isObject(condition) ? condition[list] : undefined;
  return Array.isArray(values) ? values.map(String) : [];
}

/** How long the access tokens of a rule live. */
export function accessLifetimeMs({ body }: StoredObject): number {
  const { token } = isObject(body.actions) ? body.actions : {};
  const { accessTokenLifetimeMinutes: minutes = 60 } = (isObject(token) ? token : {}) as Json;
  return Number(minutes) * 60_000;
}
