import { entitlementsPath, principalEntitlementsPath } from '../../governance/paths.ts';
import { isObject, type Json } from '../../json.ts';
import { appParty, userParty } from '../../system-log/parties.ts';
import type { User } from '../../users/user.ts';
import { type Desk, remoteIdOf } from './desk.ts';

/** Logs what an account has and should not have, or lacks, of the entitlements of an app that is governed. */
export function noteDrift(desk: Desk, account: Json): void {
  const { app, org } = desk;
  const isOfApp = ({ body }: { body: Json }) => (body.parent as Json).externalId === app.id;
  const [entitlement] = [...org.objects.of(entitlementsPath)].filter(isOfApp);
  const [userId = ''] =
    [...app.accounts].find(([, { externalId }]) => externalId === remoteIdOf(account)) ?? [];
  const user = org.users.get(userId);
  if (!entitlement || !user) return;
  const governed = [...org.objects.of(principalEntitlementsPath)].filter(
    (one) => isOfApp(one) && (one.body.targetPrincipal as Json).externalId === userId,
  );
  const [has, should] = [valuesIn(account.entitlements), governed.flatMap(({ body }) => valuesOf(body))];
  const tell = (type: 'ADD' | 'SUB', value: string) =>
    log(desk, user, {
      ...{ driftType: type, driftStatus: 'APPLIED', driftResolution: 'AUTO_ACCEPTED' },
      ...{ entitlementSchemaPropertyId: entitlement.id, entitlementExternalId: value },
    });
  for (const value of has) if (!should.includes(value)) tell('ADD', value);
  for (const value of should) if (!has.includes(value)) tell('SUB', value);
}

const objectsIn = (list: unknown): Json[] => (Array.isArray(list) ? list.filter(isObject) : []);
const valuesIn = (list: unknown): string[] => objectsIn(list).map(({ value }) => String(value));
const valuesOf = ({ values }: Json): string[] =>
  objectsIn(values).map(({ externalValue }) => String(externalValue));

function log({ org, app }: Desk, user: User, debugData: Json): void {
  org.logEvent({
    eventType: 'resource.user_entitlements.drift.detect',
    fields: { target: [userParty(user), appParty(app)], debugContext: { debugData } },
  });
}
