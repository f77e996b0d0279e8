import type { RequestedAttribute } from '../metadata/entity.ts';
import type { ServiceProvider } from '../metadata/service-provider.ts';
import type { Groups } from './groups.ts';
import { markedNotes, type SsoApp } from './own-app.ts';

const UNSPECIFIED = 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified';
const FORMATS = /^urn:oasis:names:tc:SAML:2\.0:attrname-format:(basic|uri|unspecified)$/;

/** Formats of a NameID, by their short names. */
const NAME_IDS: Readonly<Record<string, string>> = {
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
};

/**
 * The format of the NameID, as Okta names it: as given, else e-mail or unspecified, whichever the service provider names first.
 * Many name transient alone and still need to know who signs in, so that it is never chosen.
 */
export function nameIdFormatOf(given: string | undefined, { nameIdFormats }: ServiceProvider): string {
  const short = (format: string) => format.split(':').at(-1) ?? '';
  const named = nameIdFormats.map(short).find((one) => one === 'emailAddress' || one === 'unspecified');
  return NAME_IDS[given === undefined ? (named ?? 'emailAddress') : short(given)] ?? String(given);
}

/** Expressions for what applications commonly ask for, by the end of the name, in lower case and without marks. */
const USUAL: readonly (readonly [RegExp, string])[] = [
  [/(^|\W)(e?mail|emailaddress|mail)$/i, 'user.email'],
  [/(^|\W)(given_?name|first_?name)$/i, 'user.firstName'],
  [/(^|\W)(sn|surname|family_?name|last_?name)$/i, 'user.lastName'],
  [/(^|\W)(display_?name|name|cn|full_?name)$/i, 'user.displayName'],
  [/(^|\W)(uid|login|user_?name|upn)$/i, 'user.login'],
  [/(^|\W)department$/i, 'user.department'],
];

type Statement = { type: string; name: string; namespace: string } & Record<string, unknown>;

/**
 * The attribute statements: those given, or else what the service provider asks for, as far as it is usual.
 * @returns undefined if none was given or asked for: then those of the app are kept.
 */
export function statementsOf(
  { attributes }: Pick<ServiceProvider, 'attributes'>,
  given: Readonly<Record<string, string>> | undefined,
  groups: Groups | undefined,
): { statements: Statement[] | undefined; unknown: string[] } {
  const asked = given ? [] : attributes.filter(({ name }) => name !== groups?.name);
  const found = asked.map((one) => ({ one, expression: usualFor(one) }));
  const statements = [
    ...Object.entries(given ?? {}).map(([name, expression]) => statement(name, UNSPECIFIED, expression)),
    ...found.flatMap(({ one, expression }) =>
      expression === undefined ? [] : statement(one.name, formatOf(one), expression),
    ),
    ...(groups
      ? [
          {
            ...{ type: 'GROUP', name: groups.name, namespace: UNSPECIFIED },
            ...{ filterType: groups.filterType, filterValue: groups.filterValue },
          },
        ]
      : []),
  ];
  const unknown = found.flatMap(({ one, expression }) => (expression === undefined ? one.name : []));
  return { statements: given || groups || statements.length > 0 ? statements : undefined, unknown };
}

const statement = (name: string, namespace: string, expression: string): Statement => ({
  ...{ type: 'EXPRESSION', name, namespace, values: [expression] },
});

const usualFor = ({ name, friendlyName }: RequestedAttribute): string | undefined =>
  USUAL.find(([pattern]) => [friendlyName, name].some((one) => one !== undefined && pattern.test(one)))?.[1];

const formatOf = ({ nameFormat }: RequestedAttribute): string =>
  nameFormat && FORMATS.test(nameFormat) ? nameFormat : UNSPECIFIED;

interface SamlWanted {
  label: string;
  provider: ServiceProvider;
  nameIdFormat: string;
  statements: Statement[] | undefined;
  /** Where the metadata came from. */
  metadataUrl: string | undefined;
  known: SsoApp | undefined;
}

/** The SAML app as Okta takes it. Both response and assertion are signed: some service providers insist on one, some on both. */
export function samlAppBody({ label, provider, nameIdFormat, statements, metadataUrl, known }: SamlWanted) {
  const { entityId, acsUrl, otherAcsUrls } = provider;
  const isEmail = nameIdFormat === NAME_IDS.emailAddress;
  return {
    label,
    signOnMode: 'SAML_2_0',
    // The NameID is the user name in the app: with the format of an e-mail address, it must be one.
    ...(isEmail
      ? { credentials: { userNameTemplate: { template: `\${source.email}`, type: 'BUILT_IN' } } }
      : {}),
    settings: {
      notes: { admin: markedNotes(known?.settings?.notes?.admin, label, metadataUrl) },
      signOn: {
        ...{ ssoAcsUrl: acsUrl, recipient: acsUrl, destination: acsUrl, audience: entityId },
        ...{ subjectNameIdTemplate: `\${user.userName}`, subjectNameIdFormat: nameIdFormat },
        ...{ responseSigned: true, assertionSigned: true, requestCompressed: false, honorForceAuthn: true },
        ...{ signatureAlgorithm: 'RSA_SHA256', digestAlgorithm: 'SHA256' },
        authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        allowMultipleAcsEndpoints: otherAcsUrls.length > 0,
        acsEndpoints:
          otherAcsUrls.length > 0 ? [acsUrl, ...otherAcsUrls].map((url, index) => ({ url, index })) : [],
        ...(statements ? { attributeStatements: statements } : {}),
      },
    },
  };
}
