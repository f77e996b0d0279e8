import { changeAccess } from '../apps/access.ts';
import { invalid, notFound, oktaError } from '../errors.ts';
import { applyRules } from '../group-objects/rule-members.ts';
import { addMember, editableGroup } from '../groups/membership.ts';
import { type Answer, type Call, flag, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { readPassword } from './password.ts';
import { writeProfile } from './profile.ts';
import { readQuestion } from './question.ts';
import { defaultRealmId, type ProviderType, type User, type UserStatus } from './user.ts';
import type { UserType } from './user-type.ts';
import { userView } from './view.ts';

const maximumGroups = 20;

/** `activate`, `nextLogin` and the credentials together determine the initial status. */
export function postUsers(call: Call): Answer {
  const { org } = call;
  const body = objectBody(call);
  const activate = flag(call, 'activate', true);
  const credentials = isObject(body.credentials) ? body.credentials : {};
  const provider = readProvider(call, credentials);
  const password = readPassword(credentials.password);
  if (password && provider !== 'OKTA')
    throw invalid('password', `password: not allowed with provider ${provider}`);
  const expired = readNextLogin(call, activate, password !== undefined);
  const type = readType(call, body.type);
  const question = readQuestion(credentials.recovery_question);
  const profile = writeProfile(org, org.schemaOf(type.id), isObject(body.profile) ? body.profile : {}, {});
  const groups = readGroups(call, body.groupIds);

  const now = org.clock.seconds();
  const status = firstStatus(activate, provider, password !== undefined, expired);
  const user: User = {
    id: org.ids.next('00u'),
    status,
    created: now,
    activated: status === 'STAGED' ? null : now,
    statusChanged: status === 'STAGED' && !password ? null : now,
    lastLogin: null,
    lastUpdated: now,
    passwordChanged: password ? now : null,
    typeId: type.id,
    profile,
    provider: password?.imported ? 'IMPORT' : provider,
    password: password?.digest,
    question,
    realmId: typeof body.realmId === 'string' ? body.realmId : defaultRealmId,
  };
  changeAccess(call, user, () => {
    org.saveUser(user);
    org.groups.everyone.lastMembershipUpdated = now;
    record(call, 'user.lifecycle.create', { target: [userParty(user)] });
    if (status !== 'STAGED') record(call, 'user.lifecycle.activate', { target: [userParty(user)] });
  });
  for (const group of groups) addMember(call, group, user);
  applyRules(call, user);
  return ok(userView(call, user));
}

function firstStatus(
  activate: boolean,
  provider: ProviderType,
  password: boolean,
  expired: boolean,
): UserStatus {
  if (!activate) return 'STAGED';
  if (expired) return 'PASSWORD_EXPIRED';
  return password || provider !== 'OKTA' ? 'ACTIVE' : 'PROVISIONED';
}

function readNextLogin(call: Call, activate: boolean, password: boolean): boolean {
  if (call.query.get('nextLogin') !== 'changePassword') return false;
  if (!activate) throw oktaError('E0000125');
  if (!password) throw oktaError('E0000124');
  return true;
}

/** FEDERATION and SOCIAL require the query parameter `provider`; without it the provider is OKTA. */
function readProvider(call: Call, credentials: Json): ProviderType {
  const type = isObject(credentials.provider) ? credentials.provider.type : undefined;
  const external = type === 'FEDERATION' || type === 'SOCIAL';
  return external && flag(call, 'provider', false) ? type : 'OKTA';
}

function readType(call: Call, type: unknown): UserType {
  const { org } = call;
  const id = isObject(type) ? type.id : undefined;
  if (id === undefined) return org.defaultUserType();
  const found = org.userTypes.find((candidate) => candidate.id === id);
  if (!found) throw notFound(String(id), 'UserType');
  return found;
}

function readGroups(call: Call, groupIds: unknown) {
  if (groupIds === undefined || groupIds === null) return [];
  if (!Array.isArray(groupIds)) throw oktaError('E0000003');
  if (groupIds.length > maximumGroups) throw oktaError('E0000093');
  return groupIds.map((id) => editableGroup(call, String(id)));
}
