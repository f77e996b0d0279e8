import { redactor } from '../../errors/redact.ts';
import { grouped } from '../../text/grouped.ts';
import { CAUSE_CODES, type CauseCode, causeRow } from './causes.ts';
import { CERTAINTIES, type Fine, type Found } from './check.ts';
import type { Facts } from './facts.ts';

/** What the checks told. */
export interface Findings {
  found: Found[];
  fine: Fine[];
  notChecked: { check: string; reason: string }[];
}

/** The answer: the causes, each once, most likely first, and what was and was not looked at. */
export function reported(facts: Facts, { found, fine, notChecked }: Findings) {
  const clean = redactor([facts.input.clientSecret ?? []].flat());
  const ruledOut = new Map<CauseCode, string>();
  for (const { fine: sentence, not = [] } of fine) for (const code of not) ruledOut.set(code, sentence);
  const causes = [...grouped(found, ({ code }) => code)]
    .map(([code, same]) => merged(code, same, ruledOut.get(code)))
    .sort((a, b) => byLikelihood(a, b, ruledOut))
    .map((one) => {
      const { cause, fix, who } = causeRow(one.code);
      const { code, certainty, evidence, action } = one;
      return {
        code,
        certainty,
        cause,
        evidence: evidence.map((text) => clean(text)),
        fix,
        who,
        ...(action ? { action } : {}),
      };
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
  const evidence = [...new Set(same.flatMap((one) => one.evidence))];
  const action = same.find((one) => one.action)?.action;
  return {
    ...{ code, certainty },
    evidence: inOrder === undefined ? evidence : [...evidence, `Now: ${inOrder}`],
    ...(action ? { action } : {}),
  };
}

const byLikelihood = (a: Found, b: Found, ruledOut: ReadonlyMap<CauseCode, string>): number =>
  CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty) ||
  Number(ruledOut.has(a.code)) - Number(ruledOut.has(b.code)) ||
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
