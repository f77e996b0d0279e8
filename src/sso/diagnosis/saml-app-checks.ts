import { keysOf, SIGNING_CALLS, signingKidOf, signingOf } from '../credentials/saml-signing.ts';
import { certificatePem } from '../metadata/pem.ts';
import { serviceProviderOf } from '../metadata/service-provider.ts';
import type { Check, Fine, Found } from './check.ts';
import { attributeOutcome, causeOf, lastPart, samlSettingsOf } from './saml-outcome.ts';

/** Requests that these checks may send. */
export const SAML_APP_CHECK_CALLS = SIGNING_CALLS;

const DAYS_30_MS = 30 * 24 * 3_600_000;

const certificate: Check = {
  name: 'the certificate',
  needs: ['saml'],
  async run({ context, app, response, text }) {
    if (!app) return [];
    const kid = signingKidOf(app);
    const { certificate: now, entityId, metadataUrl } = await signingOf(context, app.id, kid);
    const others = (await keysOf(context, app.id)).filter((one) => one.kid !== kid);
    const isRefused = /signature|certificate/i.test(text);
    const isOther = response?.certificates.some((one) => certificatePem(one) !== now.pem) ?? false;
    const changed = [
      ...(isOther ? ['The response is signed with another certificate than the app signs with now.'] : []),
      ...(isRefused && others.length > 0
        ? [`The app has had ${others.length + 1} certificates; it signs with ${kid} now.`]
        : []),
    ];
    const ends = Date.parse(now.notAfter ?? '');
    const isOver = ends <= context.clock.now() + DAYS_30_MS;
    return [
      ...(changed.length > 0
        ? [
            causeOf('certificate_changed', isOther ? 'certain' : 'likely', [
              ...changed,
              `The metadata: ${metadataUrl}`,
            ]),
          ]
        : []),
      ...(isOver
        ? [
            {
              ...causeOf('certificate_expired', 'possible', [`The certificate ends at ${now.notAfter}.`]),
              action: { key: 'rotate_saml_certificate', input: { appId: app.id } },
            },
          ]
        : [
            {
              fine: `The certificate is valid until ${now.notAfter}.`,
              not: ['certificate_expired' as const],
            },
          ]),
      ...issuerOutcome(response?.issuer, entityId),
    ];
  },
};

function issuerOutcome(sent: string | undefined, own: string): (Found | Fine)[] {
  if (sent === undefined) return [];
  if (sent === own) return [{ fine: 'The response comes from the app.', not: ['saml_issuer'] }];
  return [causeOf('saml_issuer', 'likely', [`The response comes from ${sent}, the app is ${own}.`])];
}

const signatures: Check = {
  name: 'what is signed',
  needs: ['saml'],
  run({ app, text }) {
    const { responseSigned, assertionSigned } = samlSettingsOf(app);
    const missing = [
      ...(responseSigned === false ? ['the response'] : []),
      ...(assertionSigned === false ? ['the assertion'] : []),
    ];
    if (missing.length === 0)
      return [{ fine: 'The app signs response and assertion.', not: ['signature_missing'] }];
    const certainty = /signature/i.test(text) ? 'likely' : 'possible';
    return [causeOf('signature_missing', certainty, [`The app does not sign ${missing.join(' and ')}.`])];
  },
};

const application: Check = {
  name: 'the metadata of the application',
  needs: ['saml', 'serviceProvider'],
  async run(facts) {
    const entity = await facts.serviceProvider();
    const provider = serviceProviderOf(entity, facts.context.clock.now());
    const {
      audience,
      ssoAcsUrl,
      recipient,
      destination,
      acsEndpoints,
      subjectNameIdFormat,
      attributeStatements,
    } = samlSettingsOf(facts.app);
    const urls = [provider.acsUrl, ...provider.otherAcsUrls];
    const sent = { ssoAcsUrl, recipient, destination };
    const wrong = Object.entries(sent).filter(([, url]) => typeof url === 'string' && !urls.includes(url));
    const taken = entity.nameIdFormats;
    const names = attributeStatements?.flatMap(({ name }) => name ?? []) ?? [];
    return [
      ...(audience === entity.entityId
        ? [{ fine: 'The audience is the entity ID of the application.', not: ['saml_audience' as const] }]
        : [
            causeOf('saml_audience', 'certain', [
              `The audience is ${audience}, the entity ID ${entity.entityId}.`,
            ]),
          ]),
      ...(wrong.length === 0 || acsEndpoints?.some(({ url }) => url === provider.acsUrl)
        ? [{ fine: 'The app sends to the ACS URL of the application.', not: ['saml_acs' as const] }]
        : [
            causeOf('saml_acs', 'certain', [
              ...wrong.map(([name, url]) => `${name} is ${url}.`),
              `The application takes assertions at ${urls.join(', ')}.`,
            ]),
          ]),
      ...formatOutcome(subjectNameIdFormat, taken),
      ...attributeOutcome(
        provider.attributes.map(({ name }) => name),
        names,
        'The app sends',
      ),
    ];
  },
};

/** Applications whose metadata name transient alone take others as well. */
function formatOutcome(format: string | null | undefined, taken: readonly string[]): (Found | Fine)[] {
  const names = taken.map(lastPart);
  const ours = lastPart(format ?? '');
  if (names.length === 0 || names.includes(ours) || names.includes('unspecified')) return [];
  const certainty = names.every((one) => one === 'transient') ? 'possible' : 'likely';
  return [
    causeOf('nameid_format', certainty, [
      `The app sends ${ours}, the application names ${names.join(', ')}.`,
    ]),
  ];
}

/** The settings of a SAML app, and the metadata of its application. */
export const SAML_APP_CHECKS: readonly Check[] = [certificate, signatures, application];
