import type { Facts } from './facts.ts';

/** The issuer at which the application asks, without a slash at its end; undefined if nothing tells it. */
export function askedIssuer({ context, input, bar, app, text }: Facts): string | undefined {
  const given = input.issuer ?? bar?.issuer;
  if (given !== undefined) return URL.canParse(given) ? given.replace(/\/+$/, '') : undefined;
  // A page that is missing, and is not one of the application.
  if (bar?.kind === 'other' && /\b404\b|not found/i.test(text)) return bar.url.origin;
  const server = app?.profile?.connectorServer;
  if (typeof server === 'string') return `${context.orgUrl}/oauth2/${server}`;
  return app?.signOnMode === 'OPENID_CONNECT' ? context.orgUrl : undefined;
}

/** The custom authorization server of it: its id, or `default`. */
export const askedServer = (facts: Facts): string | undefined =>
  /\/oauth2\/([^/]+)$/.exec(askedIssuer(facts) ?? '')?.[1];
