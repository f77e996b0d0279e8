import { isInputError, type OktaError } from '../../errors/errors.ts';
import { certificateIn } from './certificate.ts';
import { type SamlEntity, samlEntity } from './entity.ts';
import { isProtected, serviceProviderOf } from './service-provider.ts';

const DAY_MS = 24 * 3_600_000;

/** What is wrong with metadata: problems keep people from signing in, warnings do not, or not yet. */
interface Findings {
  problems: string[];
  warnings: string[];
}

/**
 * Looks through the metadata of one entity.
 * @param now milliseconds since the epoch.
 * @throws InputError for what is no SAML 2.0 metadata.
 */
export async function validated(xml: string, entityId: string | undefined, now: number) {
  const entity = await samlEntity(xml, entityId);
  const found: Findings = { problems: [], warnings: [] };
  const certificates = entity.certificates.flatMap(({ use, base64 }) => {
    const read = certificateIn(base64);
    if (!read) found.problems.push('A certificate of the metadata cannot be read.');
    return read ? [{ ...(use === undefined ? {} : { use }), ...read }] : [];
  });
  for (const { notBefore, notAfter } of certificates) checkTime(found, { notBefore, notAfter, now });
  if (entity.isIdentityProvider) checkIdentityProvider(found, entity);
  const acsUrl = entity.isIdentityProvider ? undefined : serviceProviderIn(found, entity, now);
  const role = entity.isIdentityProvider ? ('identity_provider' as const) : ('service_provider' as const);
  return {
    ...{ valid: found.problems.length === 0, role, entityId: entity.entityId },
    ...(validUntilOf(entity, found, now) ?? {}),
    ...{ ssoUrls: entity.signOn, sloUrls: entity.logout, nameIdFormats: entity.nameIdFormats },
    ...{ acsUrls: entity.acs.map(({ binding, url }) => ({ binding, url })), ...(acsUrl ? { acsUrl } : {}) },
    ...{ certificates, ...found },
  };
}

/** Neither mod_auth_mellon nor node-saml refuses an expired certificate of the other side, so it is no problem by itself. */
function checkTime(
  { warnings }: Findings,
  times: { notBefore: string; notAfter: string; now: number },
): void {
  const { notBefore, notAfter, now } = times;
  if (Date.parse(notBefore) > now) warnings.push(`A certificate is not valid before ${notBefore}.`);
  if (Date.parse(notAfter) <= now) warnings.push(`A certificate expired at ${notAfter}.`);
  else if (Date.parse(notAfter) <= now + 30 * DAY_MS) warnings.push(`A certificate expires at ${notAfter}.`);
}

function checkIdentityProvider({ problems, warnings }: Findings, { signOn, certificates }: SamlEntity): void {
  const known = signOn.filter(({ binding }) => /^HTTP-(POST|Redirect)$/.test(binding));
  if (known.length === 0) problems.push('No sign-on service takes HTTP POST or HTTP Redirect.');
  if (!known.every(({ url }) => isProtected(url))) warnings.push('A sign-on service has no https URL.');
  const signing = certificates.filter(({ use }) => use !== 'encryption');
  if (signing.length === 0) problems.push('There is no certificate to check signatures with.');
  if (signing.length > 1) {
    warnings.push('There are several certificates: some applications take the first one only.');
  }
}

function serviceProviderIn({ problems }: Findings, entity: SamlEntity, now: number): string | undefined {
  try {
    return serviceProviderOf({ ...entity, validUntil: undefined }, now).acsUrl;
  } catch (error) {
    if (!isInputError(error)) throw error;
    problems.push(`${(error as OktaError).message}.`);
    return undefined;
  }
}

function validUntilOf({ validUntil }: SamlEntity, { problems }: Findings, now: number) {
  if (validUntil === undefined) return undefined;
  if (Number.isNaN(validUntil)) {
    problems.push('The metadata say until when they are valid, but not as a time that can be read.');
    return undefined;
  }
  const end = new Date(validUntil).toISOString();
  if (validUntil <= now) problems.push(`The metadata were valid until ${end}.`);
  return { validUntil: end };
}
