import { BASE_ATTRIBUTES } from '../../sync/mapping/preset.ts';
import type { Assertion } from './assertion.ts';

/** What an assertion says about a person, as sign-ins take it. */
export interface SamlClaims {
  /** One value as a text, several as a list; also under the names of Okta's attributes where others are used. */
  claims: Record<string, unknown>;
  email: string | undefined;
  warnings: string[];
}

/** Ends of common names, in small letters without marks, and Okta's attributes for them. */
const USUAL: Readonly<Record<string, string>> = {
  ...{ mail: 'email', emailaddress: 'email', '0.9.2342.19200300.100.1.3': 'email' },
  ...{ givenname: 'firstName', '2.5.4.42': 'firstName' },
  ...{ sn: 'lastName', surname: 'lastName', familyname: 'lastName', '2.5.4.4': 'lastName' },
  ...{ username: 'login', name: 'displayName' },
};

const STANDARD = [...BASE_ATTRIBUTES, 'groups'];

/** From here on a list of groups may be cut. */
const MANY_GROUPS = 100;

const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Names of attributes are case-sensitive, and every application wants others: what was taken for what is told. */
export function claimsOf({ attributes, nameId, nameIdFormat }: Assertion): SamlClaims {
  const warnings: string[] = [];
  const flat: Record<string, unknown> = Object.fromEntries(
    Object.entries(attributes).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
  const claims = { ...flat };
  for (const wanted of STANDARD) {
    if (Object.hasOwn(flat, wanted)) continue;
    const [found, ...others] = Object.keys(flat).filter((name) => standardFor(name) === wanted);
    if (found === undefined) continue;
    if (others.length > 0) {
      warnings.push(
        `Several attributes could be ${wanted}, so none was taken: ${[found, ...others].join(', ')}.`,
      );
      continue;
    }
    claims[wanted] = flat[found];
    warnings.push(
      `There is no attribute ${wanted}: ${found} was taken. Names are case-sensitive; send it as ${wanted}.`,
    );
  }
  const format = nameIdFormat?.split(':').at(-1);
  if (format === 'transient') {
    warnings.push(
      'The NameID is transient: it is another one each time, so that nobody is recognised by it.',
    );
  } else if (format !== 'persistent') {
    claims.login ??= nameId;
  }
  const said = typeof claims.email === 'string' && claims.email !== '' ? claims.email : undefined;
  if (format === 'emailAddress' && !EMAIL.test(nameId)) {
    warnings.push(
      'The format of the NameID says e-mail address, but its value is none: send the e-mail address.',
    );
  }
  if (said !== undefined && format === 'emailAddress' && said.toLowerCase() !== nameId.toLowerCase()) {
    warnings.push(
      `The NameID is not the e-mail address of the attributes (${said}): accounts are matched by the latter.`,
    );
  }
  const groups = attributes.groups ?? [claims.groups ?? []].flat();
  if (groups.length >= MANY_GROUPS) {
    warnings.push(
      `There are ${groups.length} groups, and some may be missing: narrow the filter of the app.`,
    );
  }
  const isAddress = format !== 'transient' && format !== 'persistent' && EMAIL.test(nameId);
  return { claims: { sub: nameId, ...claims }, email: said ?? (isAddress ? nameId : undefined), warnings };
}

/** The standard attribute that a name could mean: `http://schemas.xmlsoap.org/…/claims/emailaddress` is the e-mail address. */
function standardFor(name: string): string | undefined {
  const end = (/^urn:oid:(.+)$/.exec(name)?.[1] ?? name.split(/[/:#]/).at(-1) ?? '')
    .toLowerCase()
    .replace(/[_-]/g, '');
  return STANDARD.find((one) => one.toLowerCase() === end) ?? USUAL[end];
}
