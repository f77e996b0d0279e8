import { z } from 'zod';
import type { CheckedConnection } from '../auth/connection.ts';
import type { TokenSource } from '../auth/token-source.ts';
import type { ActionContext, ActionDefinition, ResourceDefinition } from '../define.ts';
import { type ErrorActor, type ErrorCode, isForbidden, isOktaError, OktaError } from '../errors/errors.ts';
import { inSentences } from '../errors/sentences.ts';
import { BLOCKED_ADDRESS } from '../http/from-response.ts';
import { retry } from '../http/retry.ts';
import type { HttpRequest, HttpResponse, Send } from '../http/types.ts';
import type { RunOptions } from './options.ts';
import type { Session } from './session.ts';

/** Whether a connection can run an action, and if not, why. */
export interface ActionAbility {
  key: string;
  can: boolean;
  /** Absent if it can. */
  reason?: string;
}

/** Whether the lists that a scope covers can be read, and if not, why. */
export interface ScopeAbility {
  scope: string;
  can: boolean;
  /** Absent if it can. */
  reason?: string;
}

/** The report of `check` about a connection. */
export interface CheckReport {
  /** True when Okta accepts the credential; scopes may still be missing, see `problems`. */
  ok: boolean;
  orgUrl: string;
  /** Corrections made to the org URL. */
  corrections: string[];
  /** Absent when the host does not answer like an Okta org. `pipeline`: idx is Identity Engine, v1 is Classic. */
  org?: { id?: string; name?: string; pipeline?: string };
  auth: { type: CheckedConnection['auth']['type']; tokenType?: 'SSWS' | 'Bearer' | 'DPoP' };
  /** Who the connection acts as: a user, or the service app itself. */
  principal?: { type: 'user' | 'service_app'; id: string; login?: string; roles?: string[] };
  /** OAuth only. `missing`: requested, but not granted to the app. */
  scopes?: { asked: string[]; granted: string[]; missing: string[] };
  /** What was tried: one request for each kind of list. Empty if the connection does not work. */
  reads: ScopeAbility[];
  actions: ActionAbility[];
  /** What is wrong, most important first. */
  problems: Problem[];
}

/** One thing that is wrong, as an error would say it. */
export interface Problem {
  message: string;
  hint?: string;
  code: ErrorCode;
  actor: ErrorActor;
  /** True when it may resolve itself. */
  retryable: boolean;
  retryAfterMs?: number;
}

/** What the connection is checked with. */
interface Checked {
  actions: readonly ActionDefinition[];
  resources: readonly ResourceDefinition[];
}

interface CheckOptions {
  resources: readonly ResourceDefinition[];
  context: ActionContext;
  /** Unsigned, for Okta's public metadata: a credential must not go to a host that may not be an org. */
  send: Send;
  source?: TokenSource;
}

/** Standard roles and whether they may change users and groups; other roles are not judged. */
const READ_ONLY_ROLES = new Set(['READ_ONLY_ADMIN', 'REPORT_ADMIN']);

/** Not granted as API scopes, so never missing. */
const OIDC_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

/**
 * Tests a connection in the order in which things go wrong: the host, the credential, the scopes, the role. Nothing is
 * changed in Okta, and no credential is sent unless the host answers like an Okta org.
 */
export async function checkConnection(
  session: Session,
  { actions, resources }: Checked,
  run: RunOptions,
): Promise<CheckReport> {
  const { connection, send, source } = session;
  const options = { context: session.reading([], run), send, source, resources };
  const { orgUrl, auth, corrections } = connection;
  const report: CheckReport = {
    ok: false,
    orgUrl,
    corrections,
    auth: { type: auth.type },
    reads: [],
    actions: [],
    problems: [],
  };
  const steps = [orgStep, tokenStep, principalStep, readStep, nameStep];
  for (const step of steps) {
    try {
      await step(report, connection, options);
    } catch (error) {
      if (!isOktaError(error)) throw error;
      const { message, hint, code, actor, retryable, retryAfterMs } = error;
      report.problems.push({ message, hint, code, actor, retryable, retryAfterMs });
      break;
    }
  }
  report.ok = report.problems.every((problem) => problem.code === 'insufficient_scope');
  report.actions = actions.map((action) => abilityOf(action, report));
  return report;
}

type Step = (report: CheckReport, connection: CheckedConnection, options: CheckOptions) => Promise<void>;

const text = z.string().nullish();
const orgAnswer = z.object({ id: z.string().min(1), pipeline: text });
const meAnswer = z.object({ id: z.string(), profile: z.object({ login: text }).nullish() });
const rolesAnswer = z.array(z.object({ type: z.string() }));
const settingsAnswer = z.object({ companyName: text });

const orgStep: Step = async (report, { orgUrl }, { send, context: { clock, signal } }) => {
  const path = '/.well-known/okta-organization';
  const request: HttpRequest = { method: 'GET', path, template: path, idempotent: true, signal };
  let answer: HttpResponse | undefined;
  const kept: Send = async (one) => {
    answer = undefined;
    answer = await send(one);
    return answer;
  };
  const passes = { clock, maxRetries: 3, maxWaitMs: 65_000 };
  const { json, status, headers } = await retry(
    kept,
    passes,
  )(request).catch((error: OktaError) => {
    // A transient failure does not tell whether the host is an Okta org.
    if (error.retryable || answer === undefined) throw error;
    return answer;
  });
  const { data: org } = orgAnswer.safeParse(json);
  if (!org) {
    const location = headers.location;
    const elsewhere = location && URL.canParse(location, orgUrl) ? new URL(location, orgUrl).host : undefined;
    throw new OktaError(
      `${new URL(orgUrl).host} answers, but not like an Okta org (status ${status}${elsewhere ? `, redirect to ${elsewhere}` : ''})`,
      {
        code: 'invalid_connection',
        actor: 'caller',
        hint: inSentences(
          'Use the URL you sign in at; the credential was not sent',
          status === 403 ? BLOCKED_ADDRESS : undefined,
        ),
      },
    );
  }
  report.org = { id: org.id, pipeline: org.pipeline ?? undefined };
};

const tokenStep: Step = async (report, { auth }, { source, context }) => {
  if (auth.type === 'api_token' || !source) {
    report.auth.tokenType = 'SSWS';
    return;
  }
  const { tokenType, scope } = await source.get(context.signal);
  const granted = scope.split(' ').filter(Boolean);
  const missing = auth.scopes.filter((one) => !granted.includes(one) && !OIDC_SCOPES.has(one));
  report.auth.tokenType = tokenType;
  report.scopes = { asked: auth.scopes, granted, missing };
  if (missing.length > 0) {
    report.problems.push({
      message: `Okta granted fewer scopes than requested: ${missing.join(', ')} is missing`,
      hint: 'Grant them to the app under "Okta API Scopes" in the Admin Console, then connect again.',
      code: 'insufficient_scope',
      actor: 'admin',
      retryable: false,
    });
  }
};

const NOT_EVEN_ME =
  'Okta refuses even to say whose token this is: its creator is no longer an admin, or the token (Security > API > Tokens) is restricted to network zones that lack the address of this machine.';

const principalStep: Step = async (report, { auth }, options) => {
  const { context } = options;
  if (auth.type === 'client_credentials') {
    report.principal = { type: 'service_app', id: auth.clientId };
    if (grants(report, 'okta.roles.read')) {
      report.principal.roles = await rolesOf(context, '/oauth2/v1/clients/{clientId}/roles', {
        clientId: auth.clientId,
      });
    }
    return;
  }
  // A sign-in without a user scope cannot read its own user; the connection is still fine.
  if (!grants(report, 'okta.users.read')) return;
  const call = { method: 'GET', path: '/api/v1/users/me', answer: meAnswer } as const;
  const { json: me } = await context.call(call).catch((error) => {
    throw auth.type === 'api_token' && isForbidden(error) && error.oktaCode
      ? error.with({ hint: NOT_EVEN_ME })
      : error;
  });
  report.principal = {
    type: 'user',
    id: me.id,
    login: me.profile?.login ?? undefined,
    roles: await rolesOf(context, '/api/v1/users/{userId}/roles', { userId: me.id }),
  };
};

/** A manage scope includes reading; without OAuth there are no scopes, and the role alone decides. */
function grants({ scopes }: CheckReport, scope: string): boolean {
  const covering = [scope, scope.replace(/\.read$/, '.manage')];
  return scopes === undefined || covering.some((one) => scopes.granted.includes(one));
}

/**
 * A scope alone lets nothing be read: the role must allow it too. A service app has no "me", so this also proves that its
 * token is accepted. @throws the first refusal if there is nothing that can be read.
 */
const readStep: Step = async (report, _, { context, resources }) => {
  let refusal: OktaError | undefined;
  for (const { table, scopes } of resources) {
    if (!table) continue;
    const reads = (reason?: string) =>
      report.reads.push(...scopes.map((scope) => ({ scope, can: reason === undefined, reason })));
    if (!scopes.every((scope) => grants(report, scope))) {
      reads('the scope is not granted');
      continue;
    }
    try {
      await context.call({
        method: 'GET',
        path: table.path,
        query: { limit: 1 },
        answer: z.array(z.unknown()),
      });
      reads();
    } catch (error) {
      if (!isForbidden(error)) throw error;
      refusal ??= error as OktaError;
      reads((error as OktaError).message);
    }
  }
  if (refusal && !report.reads.some(({ can }) => can)) throw refusal;
};

/** Undefined where the connection may not read roles. */
async function rolesOf(
  context: ActionContext,
  path: string,
  params: Record<string, string>,
): Promise<string[] | undefined> {
  try {
    const call = { method: 'GET', path, params, idempotent: false, answer: rolesAnswer } as const;
    return (await context.call(call)).json.map((role) => role.type);
  } catch {
    return undefined;
  }
}

const nameStep: Step = async (report, _, { context }) => {
  const settings = await context
    .call({ method: 'GET', path: '/api/v1/org', idempotent: false, answer: settingsAnswer })
    .catch(() => undefined);
  const name = settings?.json.companyName;
  if (report.org && name) report.org.name = name;
};

function abilityOf(action: ActionDefinition, report: CheckReport): ActionAbility {
  const { key, scopes, effect, effectWhen = [] } = action;
  const broken = report.problems.find((problem) => problem.code !== 'insufficient_scope');
  if (broken) return { key, can: false, reason: 'the connection does not work, see problems' };
  const missing = scopes.filter((scope) => !grants(report, scope));
  if (missing.length > 0) return { key, can: false, reason: `scope ${missing.join(', ')} is not granted` };
  const roles = report.principal?.roles;
  const alwaysWrites = effect.kind === 'write' && effectWhen.every((one) => one.effect.kind !== 'read');
  if (alwaysWrites && roles?.length && roles.every((role) => READ_ONLY_ROLES.has(role))) {
    return { key, can: false, reason: `the role ${roles.join(', ')} only reads` };
  }
  if (roles?.length === 0)
    return {
      key,
      can: false,
      reason: `the ${report.principal?.type === 'user' ? 'user' : 'app'} has no admin role`,
    };
  return { key, can: true };
}
