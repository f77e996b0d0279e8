import type { Client } from '../../client.ts';
import type { Actions } from '../../connector.ts';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { deferred } from '../../http/deferred.ts';
import { note } from '../output.ts';
import type { SetUp } from './answers.ts';

type OidcInput = Actions['set_up_oidc_sso']['input'];
type OidcOutput = Actions['set_up_oidc_sso']['output'];

/** What a sign-in for a test showed, or why there was none. */
export type TestResult = Record<string, unknown>;

/** A sign-in that is under way. */
interface Running {
  state: string;
  signIn: string;
  clientSecret: string;
  authMethod: OidcOutput['authMethod'];
  rules: { audience: 'users' | 'customers'; provisioning: boolean };
}

/** How long the page waits in one call. */
const LOOK_MS = 20_000;

/** How long somebody may take to sign in: meanwhile the app has a redirect URI more. */
const SIGN_IN_MS = 10 * 60_000;

/** How long taking the redirect URI away may take when the wizard ends. */
const CLEAN_UP_MS = 15_000;

const THANKS = 'Thank you. You can close this tab: the page of the wizard shows what was found.';

/**
 * Signs somebody in through the app that was set up, with the wizard in the place of the application. For that time the app has a
 * redirect URI of the wizard.
 */
export class SignInTest {
  readonly #client: Client;
  readonly #callback: string;
  #running: Running | undefined;
  #result: ReturnType<typeof deferred<TestResult>> | undefined;
  #limit: NodeJS.Timeout | undefined;
  /** The last input without our redirect URI, while the app may have it. */
  #dirty: OidcInput | undefined;

  constructor(client: Client, origin: string) {
    this.#client = client;
    this.#callback = `${origin}/callback`;
  }

  /** Prepares the sign-in. @returns where it begins. @throws OktaError; then the app is as before. */
  async begin({ input, output }: SetUp, provisioning: boolean): Promise<{ url: string }> {
    await this.end();
    const { assignGroups: _, assignUsers: __, dryRun: ___, ...before } = input as unknown as OidcInput;
    const { appId, clientId = '', issuer, scopes, authMethod } = output as OidcOutput;
    if (appId === undefined) throw new InputError('No app has been set up yet');
    const clientSecret = (output as OidcOutput).clientSecret ?? (await this.#secretOf(appId));
    this.#dirty = before;
    try {
      await this.#client.run('set_up_oidc_sso', {
        ...before,
        redirectUris: [...before.redirectUris, this.#callback],
      });
      const begun = await this.#client.run('begin_sign_in', {
        ...{ issuer, clientId, scopes, redirectUri: this.#callback },
        prompt: 'login',
      });
      const audience = before.audience === 'customers' ? 'customers' : 'users';
      this.#running = {
        ...{ state: begun.state, signIn: begun.signIn, clientSecret, authMethod },
        rules: { audience, provisioning },
      };
      const result = deferred<TestResult>();
      this.#result = result;
      this.#limit = setTimeout(() => {
        const message = 'Nobody signed in within ten minutes';
        result.resolve({ refused: new OktaError(message, { code: 'timeout', actor: 'caller' }) });
        this.end();
      }, SIGN_IN_MS).unref();
      return { url: begun.url };
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** The browser came back from Okta. @returns a sentence for the tab in which it did. */
  async callback(url: URL): Promise<string> {
    const running = this.#running;
    if (!running || url.searchParams.get('state') !== running.state) {
      return 'This answer belongs to another sign-in. Begin it again on the page of the wizard.';
    }
    this.#running = undefined;
    const { signIn, clientSecret, authMethod, rules } = running;
    try {
      const credential = { clientSecret, authMethod: authMethod as 'client_secret_basic' };
      const given = { signIn, callbackUrl: url.href, ...credential, ...rules };
      const { identity, decision, reason, warnings } = await this.#client.run('complete_sign_in', given);
      this.#result?.resolve({ identity, decision, reason, warnings });
    } catch (error) {
      this.#result?.resolve({ refused: toldOf(error) });
    }
    await this.end();
    return THANKS;
  }

  /** What the sign-in showed; `{ pending: true }` if nobody has come back yet. */
  async result(): Promise<TestResult> {
    if (!this.#result) throw new InputError('No sign-in is under way', { hint: 'Begin one.' });
    const wait = new Promise<TestResult>((resolve) => {
      setTimeout(() => resolve({ pending: true }), LOOK_MS).unref();
    });
    return Promise.race([this.#result.promise, wait]);
  }

  /** Takes the redirect URI away again, also after a failure; says so on the terminal if that fails. */
  async end(): Promise<void> {
    const before = this.#dirty;
    this.#running = undefined;
    clearTimeout(this.#limit);
    if (!before) return;
    this.#dirty = undefined;
    try {
      // Ctrl-C must not stop this.
      await this.#client.run('set_up_oidc_sso', before, { signal: AbortSignal.timeout(CLEAN_UP_MS) });
    } catch (error) {
      this.#dirty = before;
      note(
        `The redirect URI ${this.#callback} could not be taken away from the app ${before.label}: ${toldOf(error).message}. Remove it in the Admin Console, or run the wizard again with the same answers.`,
      );
    }
  }

  /** The secret of an app that was there before: it stays in this process. */
  async #secretOf(appId: string): Promise<string> {
    const path = `/api/v1/apps/${appId}/credentials/secrets`;
    const listed = (await this.#client.run('call_api', { path })) as {
      body?: { status?: string; client_secret?: string }[];
    };
    const secret = listed.body?.findLast(({ status }) => status === 'ACTIVE')?.client_secret;
    if (secret) return secret;
    throw new OktaError('Okta does not tell the secret of this app, so nobody can sign in for a test here', {
      ...{ code: 'not_supported', actor: 'caller' },
      hint: 'Sign in through the application instead, or make a new secret (rotate_client_secret).',
    });
  }
}

const toldOf = (error: unknown) =>
  isOktaError(error)
    ? error
    : new OktaError('The sign-in failed', { code: 'internal_error', actor: 'caller' });
