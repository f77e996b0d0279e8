import type { ActionContext } from '../../define.ts';
import { isOktaError, type OktaError } from '../../errors/errors.ts';
import { redact } from '../../errors/redact.ts';
import { inSentences } from '../../errors/sentences.ts';
import { ADDRESS_CHECKS } from './address-checks.ts';
import { CAUSE_CODES, type CauseCode, causeRow } from './causes.ts';
import { CERTAINTIES, type Check, type Fine, type Found, type Need } from './check.ts';
import { CLIENT_CHECK_CALLS, CLIENT_CHECKS } from './client-checks.ts';
import { CLOCK_CHECK } from './clock-check.ts';
import { type DiagnosisInput, FACTS_CALLS, type Facts, factsOf, readApp, readUser } from './facts.ts';
import { ISSUER_CHECK_CALLS, ISSUER_CHECKS } from './issuer-checks.ts';
import { PERSON_CHECK_CALLS, PERSON_CHECKS } from './person-checks.ts';
import { SAML_CHECK_CALLS, SAML_CHECKS } from './saml-checks.ts';
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
    ...SAML_CHECK_CALLS,
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
  ...SAML_CHECKS,
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

/** Walks all checks. @throws InputError for what cannot be read; a check that Okta refuses is only not made. */
export async function diagnosed(context: ActionContext, input: DiagnosisInput) {
  const facts = factsOf(context, input);
  const found: Found[] = [];
  const fine: Fine[] = [];
  const notChecked: { check: string; reason: string }[] = [];
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
      if (!isOktaError(error) || error.code === 'aborted') throw error;
      notChecked.push({ check: check.name, reason: reasonOf(error) });
      if (error.code === 'authentication_failed') found.push(refusedCredential(error));
    }
  }
  return reported(facts, { found, fine, notChecked });
}

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

interface Outcome {
  found: Found[];
  fine: Fine[];
  notChecked: { check: string; reason: string }[];
}

/** The causes, each once, most likely first. */
function reported(facts: Facts, { found, fine, notChecked }: Outcome) {
  const ruledOut = new Map<CauseCode, string>();
  for (const { fine: sentence, not = [] } of fine) for (const code of not) ruledOut.set(code, sentence);
  const causes = [...Map.groupBy(found, ({ code }) => code)]
    .map(([code, same]) => merged(code, same, ruledOut.get(code)))
    .sort(byLikelihood)
    .map((one) => {
      const { cause, fix, who } = causeRow(one.code);
      const { code, certainty, evidence, action } = one;
      return { code, certainty, cause, evidence, fix, who, ...(action ? { action } : {}) };
    });
  return {
    summary: summaryOf(causes),
    causes,
    checked: fine.map(({ fine: sentence }) => sentence),
    notChecked,
    ...(causes.some(({ certainty }) => certainty !== 'possible') ? {} : { next: nextOf(facts) }),
  };
}

/** One cause from all that was found of it. What a text says, and a check finds in order, may have been mended since. */
function merged(code: CauseCode, same: readonly Found[], inOrder: string | undefined): Found {
  const best = CERTAINTIES.find((one) => same.some(({ certainty }) => certainty === one)) ?? 'possible';
  const certainty = inOrder !== undefined && best !== 'certain' ? 'possible' : best;
  const evidence = [...new Set(same.flatMap((one) => one.evidence))].map((one) => redact(one));
  const action = same.find((one) => one.action)?.action;
  return {
    ...{ code, certainty },
    evidence: inOrder === undefined ? evidence : [...evidence, `Now: ${inOrder}`],
    ...(action ? { action } : {}),
  };
}

const byLikelihood = (a: Found, b: Found): number =>
  CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty) ||
  b.evidence.length - a.evidence.length ||
  CAUSE_CODES.indexOf(a.code) - CAUSE_CODES.indexOf(b.code);

function summaryOf([first]: readonly { certainty: string; cause: string; fix: string }[]): string {
  if (!first) return 'No cause was found: see next.';
  const how = { certain: 'The cause', likely: 'Most likely', possible: 'Possibly' }[first.certainty];
  return `${how}: ${first.cause} ${first.fix}`;
}

/** What would tell more. */
function nextOf({ input, text, response, app }: Facts): string[] {
  const { appId, user, error, url, clientSecret, spMetadataUrl, spMetadataXml } = input;
  const isSaml = /^SAML/.test(app?.signOnMode ?? '');
  const isOidc = app?.signOnMode === 'OPENID_CONNECT';
  return [
    ...(appId === undefined && !app ? ['Give appId: most checks are about the app.'] : []),
    ...(user === undefined ? ['Give user: status, assignment and policies are then looked at.'] : []),
    ...(url === undefined ? ['Give url: the whole address bar where it stopped.'] : []),
    ...(error === undefined && text === ''
      ? ['Give error: the text of the page, or the line of the error log of the application.']
      : [
          'Give error: the line of the error log of the application at that time; it often says more than the page.',
        ]),
    ...(isOidc && clientSecret === undefined
      ? ['Give clientSecret: it is compared with those of the app.']
      : []),
    ...(isSaml && !response ? ['Give samlResponse: a SAML tracer in the browser shows it.'] : []),
    ...(isSaml && spMetadataUrl === undefined && spMetadataXml === undefined
      ? ['Give spMetadataUrl: the app is compared with it.']
      : []),
    'Sign in again in a private window, and run the diagnosis right after: the System Log then has it.',
  ];
}
