import { oktaError, type Refusal } from '../errors.ts';
import type { Call } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';

/** A policy or rule as the API returns it: what Okta made has links only for what may be done with it. */
export function systemView(view: Json): Json {
  if (view.system !== true || !isObject(view._links)) return view;
  const { self, activate, deactivate, mappings, ...links } = view._links;
  const ownSelf = { ...(self as Json), hints: { allow: ['GET', 'PUT'] } };
  return { ...view, _links: { self: ownSelf, ...links } };
}

/** Refuses to delete what Okta made. @throws Refusal E0000006 */
export function mayDeleteOwn(_: Call, { body }: StoredObject): void {
  if (body.system === true) throw madeByOkta();
}

/** Refuses to deactivate what Okta made. @throws Refusal E0000006 */
export function mayDeactivateOwn({ path }: Call, object: StoredObject | undefined): void {
  if (path.endsWith('/lifecycle/deactivate') && object?.body.system === true) throw madeByOkta();
}

const madeByOkta = (): Refusal => oktaError('E0000006');
