import type { Mapping } from '../../sync/mapping/mapping.ts';
import {
  decideSignIn,
  type SignInDecision,
  type SignInIdentity,
  type SignInRecord,
  type SignInRules,
} from './decision.ts';
import { profileOf, type SignInProfile } from './profile.ts';

/** What an application does with accounts, and what it has. */
export interface SignInSettings extends SignInRules {
  records: readonly SignInRecord[];
  mapping: Mapping | undefined;
}

/** What a sign-in that was verified means for the application: who it is, and what to do about the account. */
export function outcomeOf(
  identity: SignInIdentity,
  { records, mapping, ...rules }: SignInSettings,
  warnings: readonly string[],
) {
  const { kind, fields, assignments, groupsAreComplete, ...person } = profileOf(identity.claims, mapping);
  const groupsMayBeMissing =
    !groupsAreComplete && (mapping?.usesGroups === true || identity.claims.groups !== undefined);
  const decided = decideSignIn(identity, records, rules);
  const denial = denialOf(decided, person, groupsMayBeMissing);
  const unheeded = [person.refusal, person.problem].filter((one) => one !== undefined && one !== denial);
  return {
    identity: { ...identity },
    ...(kind === undefined ? {} : { kind }),
    ...{ profile: fields, assignments, groupsAreComplete },
    ...(denial === undefined ? decided : { ...decided, decision: 'deny' as const, reason: denial }),
    warnings: [...warnings, ...(unheeded as string[]), ...(groupsMayBeMissing ? [INCOMPLETE] : [])],
  };
}

/** Why the mapping lets nobody in who could come in otherwise. Groups that may be missing shut nobody out of an account. */
function denialOf(
  { decision }: SignInDecision,
  { refusal, problem }: Pick<SignInProfile, 'refusal' | 'problem'>,
  groupsMayBeMissing: boolean,
): string | undefined {
  if (decision === 'create') return refusal ?? problem;
  const isLetIn = decision === 'update' || decision === 'link';
  return isLetIn && !groupsMayBeMissing ? refusal : undefined;
}

const INCOMPLETE =
  'Groups are not in the claims, or so many that some may be missing: take no role away because of them. Narrow the filter of the claim, or read the groups with list_user_groups.';
