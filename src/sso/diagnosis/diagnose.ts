import type { ActionContext } from '../../define.ts';
import { isOktaError, type OktaError } from '../../errors/errors.ts';
import { redact } from '../../errors/redact.ts';
import { inSentences } from '../../errors/sentences.ts';
import { ADDRESS_CHECKS } from './address-checks.ts';
import type { Check, Found, Need } from './check.ts';
import { CLIENT_CHECK_CALLS, CLIENT_CHECKS } from './client-checks.ts';
import { CLOCK_CHECK } from './clock-check.ts';
import { type DiagnosisInput, FACTS_CALLS, type Facts, factsOf, readApp, readUser } from './facts.ts';
import { ISSUER_CHECK_CALLS, ISSUER_CHECKS } from './issuer-checks.ts';
import { PERSON_CHECK_CALLS, PERSON_CHECKS } from './person-checks.ts';
import { type Findings, reported } from './report.ts';
import { SAML_APP_CHECK_CALLS, SAML_APP_CHECKS } from './saml-app-checks.ts';
import { SAML_RESPONSE_CHECKS } from './saml-response-checks.ts';
import { SERVER_CHECK_CALLS, SERVER_CHECKS } from './server-checks.ts';
import { TEXT_CHECKS } from './text-checks.ts';

/** Requests that a diagnosis may send; it changes nothing. */
export const DIAGNOSIS_CALLS = [
  ...new Set([
    ...FACTS_CALLS,
    ...ISSUER_CHECK_CALLS,
    ...SERVER_CHECK_CALLS,
    ...CLIENT_CHECK_CALLS,
    ...PERSON_CHECK_CALLS,
    ...SAML_APP_CHECK_CALLS,
  ]),
];

const app: Check = {
  name: 'the app',
  async run(facts) {
    if ((await readApp(facts)) !== 'unknown') {
      return facts.app ? [{ fine: `The org has the app ${facts.app.label}.`, not: ['client_unknown'] }] : [];
    }
    const clientId = facts.input.appId ?? facts.bar?.params.get('client_id');
    return [
      {
        ...{ code: 'client_unknown', certainty: 'certain' },
        evidence: [`The org ${facts.context.orgUrl} has no app ${clientId}.`],
      },
    ];
  },
};

const user: Check = {
  name: 'the user',
  async run(facts) {
    if ((await readUser(facts)) !== 'unknown') {
      return facts.user ? [{ fine: 'The org has the user.', not: ['user_unknown'] }] : [];
    }
    const evidence = [`The org ${facts.context.orgUrl} has no user ${facts.input.user}.`];
    return [{ code: 'user_unknown', certainty: 'certain', evidence }];
  },
};

/** In this order: the first two find what the others look at. */
const CHECKS: readonly Check[] = [
  ...[app, user],
  ...ADDRESS_CHECKS,
  ...ISSUER_CHECKS,
  ...SERVER_CHECKS,
  ...CLIENT_CHECKS,
  ...PERSON_CHECKS,
  ...SAML_APP_CHECKS,
  ...SAML_RESPONSE_CHECKS,
  CLOCK_CHECK,
  ...TEXT_CHECKS,
];

/** What each need takes, and what to do without it; none where the check would say nothing about this sign-in. */
const NEEDS: Readonly<
  Record<Need, { has(facts: Facts): boolean; give?: string; given?: keyof DiagnosisInput }>
> = {
  app: { has: ({ app }) => app !== undefined, give: 'Give appId.', given: 'appId' },
  oidc: { has: ({ app }) => app === undefined || app.signOnMode === 'OPENID_CONNECT' },
  saml: { has: ({ app }) => app === undefined || /^SAML/.test(app.signOnMode ?? '') },
  user: { has: ({ user }) => user !== undefined, give: 'Give user.', given: 'user' },
  response: {
    has: ({ response }) => response !== undefined,
    give: 'Give samlResponse.',
  },
  serviceProvider: {
    has: ({ input }) => input.spMetadataUrl !== undefined || input.spMetadataXml !== undefined,
    give: 'Give spMetadataUrl or spMetadataXml.',
  },
  text: { has: ({ text }) => text !== '', give: 'Give error, as the person saw it or as a log has it.' },
  bar: { has: ({ bar }) => bar !== undefined, give: 'Give url, the whole address bar.' },
};

/**
 * Walks all checks; one that Okta refuses is only not made.
 * @throws InputError for what cannot be read; OktaError `not_found` for a label that no app has.
 */
export async function diagnosed(context: ActionContext, input: DiagnosisInput) {
  const facts = await factsOf(context, input);
  const findings: Findings = { found: [], fine: [], notChecked: [] };
  const { found, fine, notChecked } = findings;
  for (const check of CHECKS) {
    const needs = needsOfCheck(check);
    const missing = needs.find((need) => !NEEDS[need].has(facts));
    if (missing !== undefined) {
      const { give, given } = NEEDS[missing];
      const reason =
        given !== undefined && input[given] !== undefined ? `There is no ${missing} to look at.` : give;
      if (reason !== undefined && isAbout(check, facts)) notChecked.push({ check: check.name, reason });
      continue;
    }
    try {
      for (const one of await check.run(facts)) 'fine' in one ? fine.push(one) : found.push(one);
    } catch (error) {
      if (!isOktaError(error) || error.code === 'aborted' || isMistaken(check, error)) throw error;
      notChecked.push({ check: check.name, reason: reasonOf(error) });
      if (error.code === 'authentication_failed') found.push(refusedCredential(error));
    }
  }
  return reported(facts, findings);
}

/** A name that nothing or several have is a mistake of the caller, not a cause. */
const isMistaken = (check: Check, { code }: OktaError): boolean =>
  [app, user].includes(check) && ['not_found', 'invalid_input'].includes(code);

/** What is said of an app needs the app. */
const needsOfCheck = ({ needs = [] }: Check): Need[] =>
  needs.flatMap((need): Need[] => (need === 'oidc' || need === 'saml' ? [need, 'app'] : [need]));

/** Whether a check concerns the protocol of the app, as far as it is known. */
const isAbout = ({ needs = [] }: Check, facts: Facts): boolean =>
  facts.app !== undefined &&
  !(needs.includes('response') && !NEEDS.saml.has(facts)) &&
  needs.every((need) => NEEDS[need].give !== undefined || NEEDS[need].has(facts));

const reasonOf = ({ message, hint }: OktaError): string => redact(inSentences(message, hint));

const refusedCredential = (error: OktaError): Found => ({
  ...{ code: 'api_token_invalid', certainty: 'certain', evidence: [reasonOf(error)] },
});
