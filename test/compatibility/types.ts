/**
 * A program written against the types of 0.1.0. It is compiled with the project and never run: what does not compile any
 * more would not compile for its users either.
 */
import type { library, sandboxLibrary } from './current.ts';

declare const okta: typeof library;
declare const local: typeof sandboxLibrary;

export const connections: library.Connection[] = [
  { orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: 'x' } },
  {
    orgUrl: 'https://acme.okta.com',
    auth: {
      type: 'client_credentials',
      clientId: 'x',
      privateKey: { kty: 'RSA' },
      keyId: 'x',
      scopes: ['x'],
    },
  },
  {
    orgUrl: 'https://acme.okta.com',
    auth: {
      ...{ type: 'client_credentials', clientId: 'x', privateKey: 'x', scopes: ['x'] },
      ...{ dpop: 'auto', algorithm: 'ES256' },
    },
  },
  {
    orgUrl: 'https://acme.okta.com',
    auth: {
      ...{ type: 'authorization_code', clientId: 'x', clientSecret: 'x', scopes: ['x'], redirectUri: 'x' },
      ...{ clientAuthentication: 'client_secret_post', dpop: true },
      tokens: {
        accessToken: 'x',
        tokenType: 'DPoP',
        expiresAt: 1,
        scope: 'x',
        refreshToken: 'x',
        dpopKey: { kty: 'EC' },
      },
    },
  },
];

const clock: library.Clock = { now: () => 0, sleep: async (_ms: number, _signal?: AbortSignal) => {} };
const store: library.StateStore = {
  get: async (_key: string) => undefined,
  compareAndSet: async (_key: string, _expected: string | undefined, _next: string, _ttlMs?: number) => true,
};
const tokenStore: library.TokenStore = {
  read: async () => undefined,
  write: async (_tokens: library.Tokens) => {},
  exclusively: async (work) => work(),
};
const transport: library.Transport = async (
  request: library.TransportRequest,
): Promise<library.TransportResponse> => {
  const parts: [string, string, Record<string, string>] = [request.method, request.url, request.headers];
  return { status: parts.length, headers: {}, text: '' };
};
const progress: library.Progress = (_message: string, wait?: library.Wait) => void wait?.until;

export const options: library.ConnectOptions = {
  ...{ rateLimitShare: 0.5, concurrency: 3, maxRetries: 1, maxWaitMs: 1, attemptTimeoutMs: 1, deadlineMs: 1 },
  ...{ requestLog: (entry: library.RequestLogEntry) => void entry, logPersonalData: true, userAgent: 'x' },
  ...{ budget: store, tokens: tokenStore, progress, notice: progress, clock, transport },
};
export const inFiles: library.ConnectOptions = { budget: 'budget.json', tokens: 'tokens.json' };

export async function program(connection: library.Connection, signal: AbortSignal): Promise<unknown[]> {
  const client: library.Client = okta.connect(connection, options);
  const seen: unknown[] = [
    client.orgUrl,
    await client.run('get_user', { userId: 'me' }, { signal, progress }),
  ];
  for await (const item of client.stream('search_users', {})) seen.push(item);
  const bulk: library.BulkOptions = { concurrency: 2, maxErrors: '5%', dryRun: true, signal };
  for await (const { row, key, status, changed, output, error, would, calls } of client.bulk(
    'x',
    [{}],
    bulk,
  )) {
    const end: 'ok' | 'error' | 'unknown' = status;
    seen.push(row.toFixed(), key?.trim(), end, changed, output, error?.code, would?.path, calls);
  }
  const query: library.ExportQuery = { search: 'x', limit: 1 };
  for await (const item of client.export('users' satisfies library.ExportKind, query)) seen.push(item);
  const poll: library.PollOptions = { state: 'state.json', maxPages: 1, signal };
  for await (const item of client.poll('new_event', {}, poll)) seen.push(item);
  const follow: library.FollowOptions = { state: store, interval: () => 1, signal };
  for await (const item of client.follow('new_event', {}, follow)) seen.push(item);
  const samples: library.TriggerItem[] = await client.sample('new_event', {}, { limit: 1 });
  const hooks: library.WebhookOptions = { publicUrl: 'x', state: store, reconcileMs: 1 };
  const webhook: library.Webhook = await client.webhook(hooks);
  const deliver: library.Deliver = async (item: library.EventItem) =>
    void seen.push(item.id, item.event.uuid);
  const subscription: library.WebhookSubscription = { key: 'new_event_instant', input: {}, deliver };
  await webhook.subscribe(subscription);
  const response: Response = await webhook.fetch(new Request('x'));
  await webhook.stop({ keepHook: true });
  await webhook.ended;
  const report: library.CheckReport = await client.test({ signal });
  const page: library.OptionsPage = await client.options('users', { search: 'x', cursor: 'x' });
  const attributes: library.ProfileAttribute[] | undefined = await client.fields('default');
  const budget: library.Budget[] = client.budget();
  seen.push(samples, response.status, report, page.items.length, attributes?.length, budget[0]?.remaining);
  client.close();
  return seen;
}

export async function signIn(connection: library.Connection): Promise<library.Tokens> {
  const pending: library.PendingLogin = await okta.startSignIn(connection);
  const file: library.TokenStore = okta.fileTokenStore('tokens.json');
  const tokens = await okta.completeSignIn(connection, pending, 'https://app.example/callback?code=x');
  await file.exclusively(() => file.write(tokens));
  return tokens;
}

export function stores(adapter: library.KeyvAdapter): library.StateStore[] {
  return [okta.fileStateStore('state.json'), okta.memoryStateStore(), okta.keyvStateStore(adapter)];
}

export function errors(error: unknown): string | undefined {
  if (error instanceof okta.RateLimitError) return error.retryAfterMs?.toFixed();
  if (error instanceof okta.AuthenticationError || error instanceof okta.NetworkError) return error.hint;
  if (error instanceof okta.InputError) return error.message;
  if (!(error instanceof okta.OktaError)) return undefined;
  const { code, actor, causes, retryable, status }: library.OktaError = error;
  const typed: [library.ErrorCode, library.ErrorActor, boolean] = [code, actor, retryable];
  return [...typed, causes.join(), status].join();
}

export const keys: string[] = [
  ...okta.connector.actions.map((action: library.ActionDefinition) => action.key),
  ...okta.connector.triggers.map((trigger: library.TriggerDefinition) => trigger.key),
  ...okta.manifest().actions.map((action) => action.key),
];
export const fromEnvironment: library.Connection = okta.connectionFromEnvironment({
  OKTA_CLIENT_ORGURL: 'x',
});

export async function sandbox(): Promise<unknown> {
  const options: sandboxLibrary.SandboxOptions = { port: 0, seed: 'small', now: Date.now };
  const org: sandboxLibrary.Sandbox = await local.startSandbox(options);
  const app: sandboxLibrary.ServiceApp = org.dpopServiceApp;
  const facts = local.describeSandbox(org);
  await org.close();
  return [
    app.clientId,
    app.keyId,
    app.privateKey,
    app.scopes,
    org.webApp.clientSecret,
    org.admin.login,
    facts,
  ];
}
