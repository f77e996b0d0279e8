import type { Admission } from '../apps/admission.ts';
import type { App } from '../apps/app-store.ts';
import { claimValues, groupNames } from '../apps/claim-values.ts';
import { Refusal } from '../errors.ts';
import { NotComputed } from '../group-objects/rule-expression.ts';
import { isObject, type Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { User } from '../users/user.ts';
import { SamlProblem } from './problem.ts';
import { signOnOf } from './sign-on.ts';

/** An attribute of an assertion. */
export interface Statement {
  name: string;
  /** URI. */
  format: string;
  values: string[];
}

/** Who signs in to an app. */
export interface SignedIn {
  app: App;
  user: User;
  assignment: Admission;
}

const unspecified = 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified';

/** What the assertion says of a person: statements of the app, then its federated claims; none without a value. @throws SamlProblem */
export function samlAttributesOf(org: Org, { app, user }: SignedIn): Statement[] {
  const { attributeStatements } = signOnOf(app);
  const own = (Array.isArray(attributeStatements) ? attributeStatements : []).filter(isObject);
  const claims = [...org.objects.of(`/api/v1/apps/${app.id}/federated-claims`)].map(({ body }) => body);
  return [
    ...own.map((statement) => ({
      name: String(statement.name),
      format: String(statement.namespace ?? unspecified),
      values: computed(`attribute ${statement.name}`, () => valuesOf(org, app, user, statement)),
    })),
    ...claims.map(({ name, expression }) => ({
      name: String(name),
      format: unspecified,
      values: computed(`claim ${name}`, () => claimValues(org, app, user, String(expression))),
    })),
  ].filter(({ values }) => values.length > 0);
}

function valuesOf(org: Org, app: App, user: User, { type, values, ...filter }: Json): string[] {
  if (type === 'GROUP') return groupNames(org, user, filter);
  return (Array.isArray(values) ? values : []).flatMap((one) => claimValues(org, app, user, String(one)));
}

/** The NameID: the template of the app, in which the user name is that of the person in the app. @throws SamlProblem */
export function nameIdOf(org: Org, { app, user, assignment }: SignedIn): string {
  const template = String(signOnOf(app).subjectNameIdTemplate || `\${user.userName}`);
  const partOf = (expression: string) => {
    const name = expression.trim().replace(/^source\./, 'user.');
    if (name === 'user.userName') return assignment.userName;
    return computed('subjectNameIdTemplate', () => claimValues(org, app, user, name)).join('');
  };
  const name = template.includes('${')
    ? template.replace(/\$\{([^}]*)\}/g, (_, expression: string) => partOf(expression))
    : partOf(template);
  if (name) return name;
  throw new SamlProblem(`The subjectNameIdTemplate ${template} has no value for this person.`);
}

function computed(what: string, compute: () => string[]): string[] {
  try {
    return compute();
  } catch (error) {
    if (error instanceof NotComputed)
      throw new SamlProblem(`The ${what} has no value: ${error.message}.`, 501);
    if (error instanceof Refusal)
      throw new SamlProblem(`The ${what} has no value: it is not a valid expression.`);
    throw error;
  }
}
