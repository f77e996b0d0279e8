import { invalid } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { createdBy, governedView } from './governed.ts';
import { entitlementsPath, principalEntitlementsPath } from './paths.ts';
import { filtered } from './query.ts';

const scope = 'okta.governance.entitlements';

/** What an app can be asked to give: a licence, a role. */
export const entitlements = defineKind({
  ...{ path: entitlementsPath, param: 'entitlementId', prefix: 'esp', type: 'Entitlement', scope },
  ...{ created: 201, linkHeader: true },
  list: { limit: [20, 200], in: 'data', select: ({ query }) => filtered(query, isMember, memberOf) },
  make(call, body) {
    for (const name of ['name', 'externalValue', 'dataType', 'parent'])
      if (!body[name]) throw invalid(name, `${name}: The field cannot be left blank`);
    const { externalId, type } = body.parent as Json;
    const values = Array.isArray(body.values) ? body.values.filter(isObject) : [];
    const { org } = call;
    return {
      ...createdBy(call),
      ...{
        parentResourceOrn: `orn:okta:idp:${org.id}:apps:${externalId}`,
        required: false,
        multiValue: false,
      },
      ...{ ...body, parent: { externalId, type } },
      values: values.map((value) => ({ id: org.ids.next('ent'), ...value })),
    };
  },
  view(call, entitlement) {
    const values = entitlement.body.values as unknown[];
    return { ...governedView(call, entitlement), metadata: { total: values.length } };
  },
});

/** What users have of them. */
export const principalEntitlements = defineKind({
  ...{ path: principalEntitlementsPath, param: 'entitlementId', prefix: 'esp', linkHeader: true },
  ...{ type: 'PrincipalEntitlement', scope, serves: ['list'] },
  list: { limit: [20, 200], in: 'data', select: ({ query }) => filtered(query, isMember, memberOf) },
  view: (_call, { id, body }) => ({ id, ...body }),
});

const isMember = (name: string) => /^(parent|targetPrincipal)\.(externalId|type)$/.test(name);

function memberOf({ body }: StoredObject, name: string): unknown {
  const [owner = '', member = ''] = name.split('.');
  return isObject(body[owner]) ? body[owner][member] : undefined;
}
