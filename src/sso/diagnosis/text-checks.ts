import { redact } from '../../errors/redact.ts';
import { grouped } from '../../text/grouped.ts';
import { causesIn } from './causes.ts';
import type { Check, Fine, Found } from './check.ts';
import { excerptOf } from './excerpt.ts';
import { type FailedEvent, signedInAfter } from './log-events.ts';

/** What the person saw. */
const words: Check = {
  name: 'the text',
  needs: ['text'],
  run({ text, input }) {
    const secrets = input.clientSecret === undefined ? [] : [input.clientSecret];
    return causesIn(text).map(({ code, by }) => ({
      ...{ code, certainty: by === 'says' ? 'likely' : 'possible' },
      evidence: [`The text ${by === 'says' ? 'says so' : 'fits'}: ${excerptOf(text, secrets)}`],
    }));
  },
};

/** What Okta wrote down. */
const systemLog: Check = {
  name: 'the System Log',
  async run(facts) {
    const { app, user } = facts;
    if (!app && !user) return [];
    const events = await facts.events();
    if (events.length === 0) return [{ fine: 'The System Log has no failures of the app or the user.' }];
    const said = causesIn(facts.text).filter(({ by }) => by === 'says');
    const found: (Found | Fine)[] = [];
    for (const [what, same] of grouped(events, whatOf)) {
      const causes = causesIn(what.replace(SESSION_START, ''));
      for (const { code, by } of causes) {
        const isIt = user ? isAbout(same, user.id) : said.every((one) => one.code === code);
        found.push({
          ...{ code, certainty: by === 'says' && isIt ? 'likely' : 'possible' },
          evidence: [told(what, same)],
        });
      }
      if (user && SESSION_START.test(what)) {
        const since = await signedInAfter(facts.context, user.id, same[0]?.published ?? '');
        const fine = `The user signed in to Okta at ${since}, after that.`;
        if (since !== undefined) found.push({ fine, not: causes.map(({ code }) => code) });
      }
    }
    return found;
  },
};

const SESSION_START = /^user\.session\.start /;

const whatOf = ({ eventType, result, reason }: FailedEvent): string => `${eventType} ${result} ${reason}`;

/** Failures of other people say less of this one. */
const isAbout = (events: readonly FailedEvent[], userId: string): boolean =>
  events.some(({ actorId, isOfApp }) => actorId === userId || (isOfApp && !actorId?.startsWith('00u')));

function told(what: string, [newest, ...others]: readonly FailedEvent[]): string {
  const who = newest?.login === undefined ? '' : ` of ${newest.login}`;
  const sent = newest?.redirectUri === undefined ? '' : `, with the redirect URI ${newest.redirectUri}`;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return redact(`System Log, ${newest?.published}: ${what.trim()}${who}${sent}${more}`);
}

/** Causes that a text names: of the person and of Okta. */
export const TEXT_CHECKS: readonly Check[] = [words, systemLog];
