import { keysOf, SIGNING_CALLS, signingKidOf, signingOf } from '../credentials/saml-signing.ts';
import { certificatePem } from '../metadata/pem.ts';
import { serviceProviderOf } from '../metadata/service-provider.ts';
import type { Check, Fine, Found } from './check.ts';
import type { Facts } from './facts.ts';

/** Requests that these checks may send. */
export const SAML_CHECK_CALLS = SIGNING_CALLS;

const DAYS_30_MS = 30 * 24 * 3_600_000;
const signOnOf = ({ app }: Facts) => app?.settings?.signOn ?? {};

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
            found('certificate_changed', isOther ? 'certain' : 'likely', [
              ...changed,
              `The metadata: ${metadataUrl}`,
            ]),
          ]
        : []),
      ...(isOver
        ? [
            {
              ...found('certificate_expired', 'possible', [`The certificate ends at ${now.notAfter}.`]),
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

const found = (code: Found['code'], certainty: Found['certainty'], evidence: string[]): Found => ({
  ...{ code, certainty, evidence },
});

function issuerOutcome(sent: string | undefined, own: string): (Found | Fine)[] {
  if (sent === undefined) return [];
  if (sent === own) return [{ fine: 'The response comes from the app.', not: ['saml_issuer'] }];
  return [found('saml_issuer', 'likely', [`The response comes from ${sent}, the app is ${own}.`])];
}

const signatures: Check = {
  name: 'what is signed',
  needs: ['saml'],
  run(facts) {
    const { responseSigned, assertionSigned } = signOnOf(facts);
    const missing = [
      ...(responseSigned === false ? ['the response'] : []),
      ...(assertionSigned === false ? ['the assertion'] : []),
    ];
    if (missing.length === 0)
      return [{ fine: 'The app signs response and assertion.', not: ['signature_missing'] }];
    const certainty = /signature/i.test(facts.text) ? 'likely' : 'possible';
    return [found('signature_missing', certainty, [`The app does not sign ${missing.join(' and ')}.`])];
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
    } = signOnOf(facts);
    const urls = [provider.acsUrl, ...provider.otherAcsUrls];
    const sent = { ssoAcsUrl, recipient, destination };
    const wrong = Object.entries(sent).filter(([, url]) => typeof url === 'string' && !urls.includes(url));
    const taken = entity.nameIdFormats;
    const names = attributeStatements?.flatMap(({ name }) => name ?? []) ?? [];
    return [
      ...(audience === entity.entityId
        ? [{ fine: 'The audience is the entity ID of the application.', not: ['saml_audience' as const] }]
        : [
            found('saml_audience', 'certain', [
              `The audience is ${audience}, the entity ID ${entity.entityId}.`,
            ]),
          ]),
      ...(wrong.length === 0 || acsEndpoints?.some(({ url }) => url === provider.acsUrl)
        ? [{ fine: 'The app sends to the ACS URL of the application.', not: ['saml_acs' as const] }]
        : [
            found('saml_acs', 'certain', [
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

const lastPart = (format: string): string => format.split(':').at(-1) ?? format;

/** Applications whose metadata name transient alone take others as well. */
function formatOutcome(format: string | null | undefined, taken: readonly string[]): (Found | Fine)[] {
  const names = taken.map(lastPart);
  const ours = lastPart(format ?? '');
  if (names.length === 0 || names.includes(ours) || names.includes('unspecified')) return [];
  const certainty = names.every((one) => one === 'transient') ? 'possible' : 'likely';
  return [
    found('nameid_format', certainty, [`The app sends ${ours}, the application names ${names.join(', ')}.`]),
  ];
}

/** @param sent names of attributes, as sent. */
function attributeOutcome(wanted: readonly string[], sent: readonly string[], by: string): (Found | Fine)[] {
  const missing = wanted.filter((one) => !sent.includes(one));
  const inOtherCase = missing.flatMap((one) => {
    const other = sent.find((name) => name.toLowerCase() === one.toLowerCase());
    return other === undefined ? [] : [`${by} ${other}, the application asks for ${one}.`];
  });
  if (inOtherCase.length > 0) return [found('attribute_case', 'certain', inOtherCase)];
  if (missing.length === 0) return wanted.length > 0 ? [{ fine: 'All attributes are sent.' }] : [];
  const evidence = [
    `${by} ${sent.join(', ') || 'none'}; the application also asks for ${missing.join(', ')}.`,
  ];
  return [found('attribute_missing', 'likely', evidence)];
}

const answer: Check = {
  name: 'the SAML response',
  needs: ['response'],
  run(facts) {
    const { response } = facts;
    if (!response) return [];
    const { audience, ssoAcsUrl, recipient, destination } = signOnOf(facts);
    const isSuccess = response.status[0] === 'Success';
    const places = [
      ...(response.destination === undefined ? [] : [response.destination]),
      ...response.recipients,
    ];
    const known = [ssoAcsUrl, recipient, destination].filter((one) => typeof one === 'string');
    const strange = facts.app ? places.filter((one) => !known.includes(one)) : [];
    const others = facts.app ? response.audiences.filter((one) => one !== audience) : [];
    return [
      ...(isSuccess
        ? [{ fine: 'The response says Success.', not: ['saml_status' as const] }]
        : [
            found('saml_status', 'certain', [
              `The response says ${response.status.join(', ') || 'nothing'}${response.statusMessage ? `: ${response.statusMessage}` : ''}.`,
            ]),
          ]),
      ...(strange.length > 0
        ? [
            found('saml_acs', 'likely', [
              `The response is for ${strange.join(', ')}, the app now sends to ${ssoAcsUrl}.`,
            ]),
          ]
        : []),
      ...(others.length > 0
        ? [
            found('saml_audience', 'likely', [
              `The response is for ${others.join(', ')}, the audience of the app is ${audience}.`,
            ]),
          ]
        : []),
      ...(/InResponseTo/i.test(facts.text)
        ? [
            found('unsolicited_response', 'likely', [
              response.inResponseTo === undefined
                ? 'The response has no InResponseTo: Okta began the sign-in.'
                : 'The response has an InResponseTo: the application has forgotten its request.',
            ]),
          ]
        : []),
      ...nameIdOutcome(facts),
    ];
  },
};

function nameIdOutcome({ response, user, app }: Facts): (Found | Fine)[] {
  const { value = '', format = '' } = response?.nameId ?? {};
  if (value === '') return [];
  const emails = (response?.attributes ?? [])
    .filter(({ name }) => /e-?mail/i.test(name))
    .flatMap(({ values }) => values);
  const other = emails.find((one) => one.toLowerCase() !== value.toLowerCase());
  const isEmail = lastPart(format) === 'emailAddress';
  const set = app?.settings?.signOn?.subjectNameIdFormat;
  const known = [user?.profile?.login, user?.profile?.email].filter((one) => typeof one === 'string');
  const inOtherCase = known.find((one) => one !== value && one.toLowerCase() === value.toLowerCase());
  const values = [
    ...(isEmail && !value.includes('@') ? [`The format is emailAddress, and ${value} is no address.`] : []),
    ...(isEmail && other !== undefined ? [`The NameID is ${value}, the e-mail attribute ${other}.`] : []),
  ];
  return [
    ...(values.length > 0 ? [found('nameid_value', 'likely', values)] : []),
    ...(inOtherCase === undefined && value === value.toLowerCase()
      ? []
      : [
          found('nameid_case', 'possible', [
            `The NameID is ${value}${inOtherCase === undefined ? ', with capital letters' : `, Okta's account ${inOtherCase}`}.`,
          ]),
        ]),
    ...(set && lastPart(set) !== lastPart(format)
      ? [
          found('nameid_format', 'likely', [
            `The response has ${lastPart(format)}, the app is set to ${lastPart(set)}.`,
          ]),
        ]
      : []),
  ];
}

const attributes: Check = {
  name: 'the attributes of the response',
  needs: ['response', 'serviceProvider'],
  async run({ response, serviceProvider }) {
    if (!response || response.isEncrypted) return [];
    const { attributes: wanted, entityId } = await serviceProvider();
    const sent = response.attributes.map(({ name }) => name);
    return [
      ...(response.audiences.includes(entityId) || response.audiences.length === 0
        ? []
        : [
            found('saml_audience', 'certain', [
              `The response is for ${response.audiences.join(', ')}, the application is ${entityId}.`,
            ]),
          ]),
      ...attributeOutcome(
        wanted.map(({ name }) => name),
        sent,
        'The response has',
      ),
    ];
  },
};

/** SAML: the settings of the app, the metadata of the application, and a response. */
export const SAML_CHECKS: readonly Check[] = [certificate, signatures, application, answer, attributes];
