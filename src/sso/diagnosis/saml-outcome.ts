import type { Fine, Found } from './check.ts';
import type { DiagnosedApp } from './facts.ts';

/** How an app signs on with SAML. */
export const samlSettingsOf = (app: DiagnosedApp | undefined) => app?.settings?.signOn ?? {};

/** A cause. */
export const causeOf = (code: Found['code'], certainty: Found['certainty'], evidence: string[]): Found => ({
  ...{ code, certainty, evidence },
});

/** The last part of a URN, such as the name of a NameID format. */
export const lastPart = (format: string): string => format.split(':').at(-1) ?? format;

/** Whether all attributes that an application asks for are sent. @param by who sends them, for the evidence. */
export function attributeOutcome(
  wanted: readonly string[],
  sent: readonly string[],
  by: string,
): (Found | Fine)[] {
  const missing = wanted.filter((one) => !sent.includes(one));
  const inOtherCase = missing.flatMap((one) => {
    const other = sent.find((name) => name.toLowerCase() === one.toLowerCase());
    return other === undefined ? [] : [`${by} ${other}, the application asks for ${one}.`];
  });
  if (inOtherCase.length > 0) return [causeOf('attribute_case', 'certain', inOtherCase)];
  if (missing.length === 0) return wanted.length > 0 ? [{ fine: 'All attributes are sent.' }] : [];
  const evidence = [
    `${by} ${sent.join(', ') || 'none'}; the application also asks for ${missing.join(', ')}.`,
  ];
  return [causeOf('attribute_missing', 'likely', evidence)];
}
