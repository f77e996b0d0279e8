import type { Check, Fine, Found } from './check.ts';
import type { Facts } from './facts.ts';
import { attributeOutcome, causeOf, lastPart, samlSettingsOf } from './saml-outcome.ts';

const answer: Check = {
  name: 'the SAML response',
  needs: ['response'],
  run(facts) {
    const { response } = facts;
    if (!response) return [];
    const { audience, ssoAcsUrl, recipient, destination } = samlSettingsOf(facts.app);
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
            causeOf('saml_status', 'certain', [
              `The response says ${response.status.join(', ') || 'nothing'}${response.statusMessage ? `: ${response.statusMessage}` : ''}.`,
            ]),
          ]),
      ...(strange.length > 0
        ? [
            causeOf('saml_acs', 'likely', [
              `The response is for ${strange.join(', ')}, the app now sends to ${ssoAcsUrl}.`,
            ]),
          ]
        : []),
      ...(others.length > 0
        ? [
            causeOf('saml_audience', 'likely', [
              `The response is for ${others.join(', ')}, the audience of the app is ${audience}.`,
            ]),
          ]
        : []),
      ...(/InResponseTo/i.test(facts.text)
        ? [
            causeOf('unsolicited_response', 'likely', [
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
    ...(values.length > 0 ? [causeOf('nameid_value', 'likely', values)] : []),
    ...(inOtherCase === undefined && value === value.toLowerCase()
      ? []
      : [
          causeOf('nameid_case', 'possible', [
            `The NameID is ${value}${inOtherCase === undefined ? ', with capital letters' : `, Okta's account ${inOtherCase}`}.`,
          ]),
        ]),
    ...(set && lastPart(set) !== lastPart(format)
      ? [
          causeOf('nameid_format', 'likely', [
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
            causeOf('saml_audience', 'certain', [
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

/** What a SAML response has. */
export const SAML_RESPONSE_CHECKS: readonly Check[] = [answer, attributes];
