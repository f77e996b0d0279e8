import type { Client } from '../client.ts';
import { OktaError } from '../errors/errors.ts';
import type { CheckReport } from '../session/check.ts';
import { grouped } from '../text/grouped.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { printJson, writeOut } from './output.ts';
import { onInterrupt } from './signals.ts';
import { plainText } from './table.ts';

interface CheckFlags extends ConnectionFlags {
  json?: boolean;
}

/** Prints the report of the connection test. @throws OktaError after the report when the connection does not work. */
export const check = (flags: CheckFlags): Promise<void> =>
  tested(flags, async (report) => printReport(report, flags));

/** Prints who the connection acts as, and what is left of the rate limits. @throws like check. */
export const whoami = (flags: CheckFlags): Promise<void> =>
  tested(flags, async (report, client) => {
    const { orgUrl, org, auth, principal, scopes } = report;
    const budget = client.budget();
    if (isForPrograms(flags))
      return printJson({ orgUrl, org, auth, principal, scopes: scopes?.granted, budget });
    const now = Date.now();
    await printLines([
      ...identityLines(report),
      ...budget.map(
        ({ bucket, remaining, limit, resetAt }) =>
          `Budget   ${remaining} of ${limit} left for ${Math.max(0, Math.ceil((resetAt - now) / 1000))} s: ${bucket}`,
      ),
    ]);
  });

async function tested(
  flags: ConnectionFlags,
  print: (report: CheckReport, client: Client) => Promise<void>,
): Promise<void> {
  const client = await openClient(flags);
  try {
    const report = await client.test({ signal: onInterrupt() });
    await print(report, client);
    assertWorks(report);
  } finally {
    client.close();
  }
}

/** Missing scopes alone leave a connection that works. @throws OktaError for anything else that is wrong. */
export function assertWorks({ problems }: CheckReport): void {
  const problem = problems.find((one) => one.code !== 'insufficient_scope');
  if (problem) throw new OktaError(problem.message, problem);
}

const isForPrograms = ({ json }: CheckFlags) => json || !process.stdout.isTTY;

/** The report for people on a terminal, otherwise as JSON. */
export async function printReport(report: CheckReport, flags: CheckFlags): Promise<void> {
  if (isForPrograms(flags)) return printJson(report);
  const { ok, orgUrl, corrections, reads, actions, problems } = report;
  const cannot = grouped(
    actions.filter(({ can }) => !can),
    ({ reason }) => reason,
  );
  await printLines([
    ok ? `The connection to ${orgUrl} works.` : `The connection to ${orgUrl} does not work.`,
    ...identityLines(report).slice(1),
    ...corrections.map((one) => `Note     org URL: ${one}`),
    ...problems.flatMap(({ message, hint }) => [
      `Problem  ${message}`,
      ...(hint ? [`         ${hint}`] : []),
    ]),
    ...reads.map(({ scope, can, reason }) => `Reads    ${can ? scope : `not ${scope}: ${reason}`}`),
    ...(ok
      ? [`Actions  ${actions.length - [...cannot.values()].flat().length} of ${actions.length} can be run`]
      : []),
    ...(ok
      ? [...cannot].map(
          ([reason, some]) => `         not ${some.map(({ key }) => key).join(', ')}: ${reason}`,
        )
      : []),
  ]);
}

const PIPELINES: Record<string, string> = { idx: 'Identity Engine', v1: 'Classic Engine' };
const KINDS = {
  api_token: 'API token',
  client_credentials: 'service app (private key)',
  authorization_code: 'sign-in',
};

function identityLines({ orgUrl, org, auth, principal, scopes }: CheckReport): string[] {
  const { name, id, pipeline = '' } = org ?? {};
  const about = [name, id, PIPELINES[pipeline]].filter(Boolean).join(', ');
  const roles = principal?.roles;
  const missing = scopes?.missing.length ? `; not granted: ${scopes.missing.join(', ')}` : '';
  const tokenType = auth.tokenType === 'DPoP' ? ', DPoP' : '';
  return [
    `Org      ${orgUrl}`,
    ...(about ? [`         ${about}`] : []),
    `Sign-in  ${KINDS[auth.type]}${tokenType}`,
    ...(principal
      ? [`Acts as  ${principal.type === 'user' ? 'user' : 'service app'} ${principal.login ?? principal.id}`]
      : []),
    ...(roles ? [`Roles    ${roles.join(', ') || 'none'}`] : []),
    ...(scopes ? [`Scopes   ${scopes.granted.join(', ') || 'none'}${missing}`] : []),
  ];
}

const printLines = (lines: readonly string[]) => writeOut(`${lines.map(plainText).join('\n')}\n`);
