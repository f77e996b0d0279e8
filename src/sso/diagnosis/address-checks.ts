import { parseUrl } from '../../text/url.ts';
import type { Check, Found } from './check.ts';
import type { Facts } from './facts.ts';

/** The addresses of Okta that were given, each once. */
export const oktaAddresses = ({ bar, input }: Facts): URL[] => {
  const given = [
    input.issuer,
    bar?.issuer === undefined && bar?.kind !== 'other' ? undefined : bar?.url.href,
  ];
  return given.flatMap((one) => (one === undefined ? [] : (parseUrl(one) ?? [])));
};

const ADMIN = /-admin(?=\.(okta|oktapreview|okta-emea)\.com$)/;
/** Whole labels only: somethingecom.com is a fine host. */
const TWICE = /\.([a-z]{2,})\.\1$/;

/** Whether nobody can be signed in at a host, so that nothing is asked of it. */
export const isWrongHost = (hostname: string): boolean => ADMIN.test(hostname) || TWICE.test(hostname);

const hosts: Check = {
  name: 'the host',
  run(facts) {
    const found = oktaAddresses(facts).flatMap(({ hostname }): Found[] => [
      ...(ADMIN.test(hostname)
        ? [
            {
              ...{ code: 'admin_host' as const, certainty: 'certain' as const },
              evidence: [`The host is ${hostname}; without -admin it is ${withoutAdmin(hostname, facts)}`],
            },
          ]
        : []),
      ...(TWICE.test(hostname)
        ? [
            {
              code: 'host_typo' as const,
              certainty: 'certain' as const,
              evidence: [`The host is ${hostname}`],
            },
          ]
        : []),
    ]);
    return found.length > 0 || oktaAddresses(facts).length === 0
      ? found
      : [{ fine: 'The host has the form of an org or a custom domain.', not: ['admin_host', 'host_typo'] }];
  },
};

function withoutAdmin(hostname: string, { context }: Facts): string {
  const stripped = hostname.replace(ADMIN, '');
  return new URL(context.orgUrl).hostname === stripped ? `${stripped}, the org of this connection` : stripped;
}

const slashes: Check = {
  name: 'the slashes of the address',
  run({ input, bar }) {
    const evidence = [
      ...(input.issuer?.endsWith('/') ? [`The issuer is ${input.issuer}`] : []),
      ...(bar?.issuer !== undefined && bar.url.pathname.includes('//')
        ? [`The path is ${bar.url.pathname}`]
        : []),
    ];
    return evidence.length > 0 ? [{ code: 'issuer_slash', certainty: 'certain', evidence }] : [];
  },
};

/** Characters that Okta takes in a state. */
const STATE = /^[A-Za-z0-9,._-]+$/;

const state: Check = {
  name: 'the state',
  needs: ['bar'],
  run({ bar }) {
    if (bar?.kind !== 'authorize') return [];
    const given = bar.params.get('state');
    if (given !== null && STATE.test(given)) return [{ fine: 'The request has a state that Okta takes.' }];
    const others = [...new Set((given ?? '').replace(/[A-Za-z0-9,._-]/g, ''))].join(' ');
    const evidence = [given ? `The state has other characters: ${others}` : 'The request has no state.'];
    // Okta documents the characters; that it refuses others has not been seen.
    return [{ code: 'state_invalid', certainty: given ? 'likely' : 'certain', evidence }];
  },
};

const tile: Check = {
  name: 'who began the sign-in',
  needs: ['bar'],
  run({ bar }) {
    if (bar?.kind !== 'tile') return [];
    const evidence = [`The address has iss=${bar.params.get('iss')}, and neither code nor state.`];
    return [{ code: 'initiated_by_tile', certainty: 'likely', evidence }];
  },
};

/** What the addresses show by themselves: no request is sent. */
export const ADDRESS_CHECKS: readonly Check[] = [hosts, slashes, state, tile];
