import type { App } from '../apps/app-store.ts';
import { claimValue, groupNames } from '../apps/claim-values.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { federatedClaimKind } from '../provisioning/federated-claims.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { NamedRefusal } from './errors.ts';
import type { TokenIssuer } from './issuer.ts';

interface Claimant {
  clientId: string;
  scopes: readonly string[];
  user: User;
  /** Whether only what is always in ID tokens is wanted. */
  isThin: boolean;
}

/** What a token or the userinfo endpoint says about a user. @throws Refusal for a claim that cannot be told. */
export function identityClaims(call: Call, issuer: TokenIssuer, claimant: Claimant): Json {
  const { clientId, scopes, user, isThin } = claimant;
  const about = profileClaims(user, scopes);
  if (!issuer.server) {
    const claims = [...call.org.objects.of(federatedClaimKind.path.replace(':appId', clientId))];
    const own = claims.map(({ body }) => ({
      name: body.name,
      valueType: 'EXPRESSION',
      value: body.expression,
    }));
    return { ...(isThin ? {} : about), ...valuesOf(call, clientId, user, own) };
  }
  const claims = claimsOf(call, issuer, 'IDENTITY', scopes).filter(
    ({ alwaysIncludeInToken }) => !isThin || alwaysIncludeInToken === true,
  );
  const system = claims.filter(({ valueType, name }) => valueType === 'SYSTEM' && String(name) in about);
  return {
    ...Object.fromEntries(system.map(({ name }) => [name, about[String(name)]])),
    ...valuesOf(call, clientId, user, claims),
  };
}

/** What an access token of a custom authorization server says beyond the rest. */
export function accessClaims(
  call: Call,
  issuer: TokenIssuer,
  { clientId, scopes }: Pick<Claimant, 'clientId' | 'scopes'>,
  user: User | undefined,
): Json {
  const claims = issuer.server ? claimsOf(call, issuer, 'RESOURCE', scopes) : [];
  // `sub` is one of them; the sandbox computes it itself.
  return user
    ? valuesOf(
        call,
        clientId,
        user,
        claims.filter(({ system }) => system !== true),
      )
    : {};
}

function claimsOf(call: Call, { server }: TokenIssuer, claimType: string, scopes: readonly string[]): Json[] {
  const all = [...call.org.objects.of(`${server?.list}/${server?.id}/claims`)].map(({ body }) => body);
  return all.filter((claim) => {
    const wanted = (claim.conditions as { scopes?: string[] } | undefined)?.scopes ?? [];
    const isAsked = wanted.length === 0 || wanted.some((one) => scopes.includes(one));
    return claim.claimType === claimType && claim.status === 'ACTIVE' && isAsked;
  });
}

function valuesOf(call: Call, clientId: string, user: User, claims: readonly Json[]): Json {
  const app = call.org.apps.get(clientId) as App;
  const values = claims.map((claim): [string, unknown] => {
    try {
      return [String(claim.name), computed(call, app, user, claim)];
    } catch (error) {
      const refusal = error instanceof NamedRefusal ? error : cannotEvaluate();
      const outcome = { result: 'FAILURE', reason: refusal.reason };
      const asUser = { ...call, principal: { actor: userParty(user), clientId } };
      const debugData = { claim: claim.name };
      record(asUser, 'app.oauth2.as.evaluate.claim', { target: [appParty(app)], outcome, debugData });
      throw refusal;
    }
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
}

const maximumGroups = 100;

/** @throws NamedRefusal for more groups than a token may have; other errors for what the sandbox does not compute. */
function computed({ org }: Call, app: App, user: User, { valueType, value, ...claim }: Json): unknown {
  if (valueType === 'SYSTEM') return undefined;
  const found =
    valueType === 'GROUPS'
      ? groupNames(org, user, { filterType: claim.group_filter_type, filterValue: value })
      : claimValue(org, app, user, String(value));
  if (!Array.isArray(found)) return found;
  if (found.length > maximumGroups)
    throw new NamedRefusal(
      ...(['too_many_groups_in_groups_claim', 400, 'server_error'] as const),
      'The groups claim matched too many groups and must be configured to match fewer groups.',
    );
  return found.length > 0 ? found : undefined;
}

/** Okta leaves the place of the claim's name unfilled. */
function cannotEvaluate(): NamedRefusal {
  const text = "The '{0}' system claim could not be evaluated.";
  return new NamedRefusal('system_claim_evaluation_failure', 400, 'server_error', text);
}

/** The claims that the scopes of OpenID Connect stand for. */
function profileClaims({ profile, lastUpdated, status }: User, scopes: readonly string[]): Json {
  const { firstName, lastName, ...rest } = profile;
  const claims: Record<string, Json> = {
    profile: {
      name: [firstName, lastName].filter(Boolean).join(' ') || undefined,
      nickname: rest.nickName,
      given_name: firstName,
      middle_name: rest.middleName,
      family_name: lastName,
      profile: rest.profileUrl,
      zoneinfo: rest.timezone ?? 'America/Los_Angeles',
      locale: rest.locale ?? 'en_US',
      preferred_username: rest.login,
      updated_at: Math.floor(lastUpdated / 1000),
    },
    email: { email: rest.email, email_verified: rest.email ? status === 'ACTIVE' : undefined },
    phone: { phone_number: rest.primaryPhone ?? rest.mobilePhone },
    address: { address: addressOf(rest) },
  };
  const members = scopes.flatMap((scope) => Object.entries(claims[scope] ?? {}));
  return Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null));
}

function addressOf({ streetAddress, city, state, zipCode, countryCode }: Json): Json | undefined {
  const address = {
    ...{ street_address: streetAddress, locality: city, region: state },
    ...{ postal_code: zipCode, country: countryCode },
  };
  return Object.values(address).some(Boolean) ? address : undefined;
}
