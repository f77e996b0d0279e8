import type { Client } from '../../client.ts';
import type { Actions } from '../../connector.ts';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { deferred } from '../../http/deferred.ts';
import { note } from '../output.ts';
import type { SetUp } from './answers.ts';
import { TEST_PATH } from './left-over.ts';

type OidcInput = Actions['set_up_oidc_sso']['input'];
type OidcOutput = Actions['set_up_oidc_sso']['output'];

/** What a sign-in for a test showed, or why there was none. */
type TestResult = Record<string, unknown>;

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
  /** The input without our redirect URI, while the app may have it. */
  #dirty: OidcInput | undefined;
  /** One change of the app at a time: what takes away must not overtake what adds. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: Client, origin: string) {
    this.#client = client;
    this.#callback = origin + TEST_PATH;
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Prepares the sign-in. @returns where it begins. @throws OktaError; then the app is as before. */
  begin(setUp: SetUp, provisioning: boolean): Promise<{ url: string }> {
    return this.#serial(async () => {
      await this.#takeAway();
      try {
        return await this.#begin(setUp, provisioning);
      } catch (error) {
        await this.#takeAway();
        throw error;
      }
    });
  }

  async #begin({ input, output }: SetUp, provisioning: boolean): Promise<{ url: string }> {
    const { assignGroups: _, assignUsers: __, ...before } = input as unknown as OidcInput;
    const { appId = '', clientId = '', issuer, scopes, authMethod, ...told } = output as OidcOutput;
    const clientSecret = told.clientSecret ?? (await this.#secretOf(appId));
    this.#dirty = before;
    const redirectUris = [...before.redirectUris, this.#callback];
    await this.#client.run('set_up_oidc_sso', { ...before, redirectUris });
    const { url, state, signIn } = await this.#client.run('begin_sign_in', {
      ...{ issuer, clientId, scopes, redirectUri: this.#callback },
      // Else whoever has a session would be signed in unasked.
      prompt: 'login',
    });
    const audience = before.audience === 'customers' ? 'customers' : 'users';
    this.#running = { state, signIn, clientSecret, authMethod, rules: { audience, provisioning } };
    this.#result = deferred<TestResult>();
    this.#limit = setTimeout(() => {
      const late = new OktaError('Nobody signed in within ten minutes', { code: 'timeout', actor: 'caller' });
      void this.#serial(() => this.#told({ refused: late }));
    }, SIGN_IN_MS).unref();
    return { url };
  }

  /** The browser came back from Okta. @returns a sentence for the tab in which it did. */
  callback(url: URL): Promise<string> {
    // A sign-in that is begun meanwhile must not take this one's answer, nor lose its own redirect URI.
    return this.#serial(async () => {
      const running = this.#running;
      if (!running || url.searchParams.get('state') !== running.state) {
        return 'This answer belongs to another sign-in. Begin it again on the page of the wizard.';
      }
      await this.#told(await this.#completed(running, url.href));
      return THANKS;
    });
  }

  async #completed({ signIn, clientSecret, authMethod, rules }: Running, callbackUrl: string) {
    try {
      const credential = { clientSecret, authMethod: authMethod as 'client_secret_basic' };
      const given = { signIn, callbackUrl, ...credential, ...rules };
      const { identity, decision, reason, warnings } = await this.#client.run('complete_sign_in', given);
      return { identity, decision, reason, warnings };
    } catch (error) {
      return { refused: toldOf(error) };
    }
  }

  /** The page learns the result when the app is as before, or that it is not. */
  async #told(result: TestResult): Promise<void> {
    const left = await this.#takeAway();
    this.#result?.resolve(left === undefined ? result : { ...result, left });
  }

  /** What the sign-in showed; `{ pending: true }` if nobody has come back yet. */
  async result(): Promise<TestResult> {
    if (!this.#result) throw new InputError('No sign-in is under way', { hint: 'Begin one.' });
    const wait = new Promise<TestResult>((resolve) => {
      setTimeout(() => resolve({ pending: true }), LOOK_MS).unref();
    });
    return Promise.race([this.#result.promise, wait]);
  }

  /** Nobody will come back: what waits for the result learns it. */
  stop(): Promise<void> {
    const stopped = new OktaError('The sign-in was stopped', { code: 'aborted', actor: 'caller' });
    return this.#serial(() => this.#told({ refused: stopped }));
  }

  /** Takes the redirect URI away again. @returns what is left to do if that fails, which the terminal shows, too. */
  end(): Promise<string | undefined> {
    return this.#serial(() => this.#takeAway());
  }

  async #takeAway(): Promise<string | undefined> {
    this.#running = undefined;
    clearTimeout(this.#limit);
    const before = this.#dirty;
    if (!before) return undefined;
    try {
      // Ctrl-C must not stop this.
      await this.#client.run('set_up_oidc_sso', before, { signal: AbortSignal.timeout(CLEAN_UP_MS) });
      this.#dirty = undefined;
      return undefined;
    } catch (error) {
      const left = `The redirect URI ${this.#callback} could not be taken away from the app ${before.label}: ${toldOf(error).message}. Remove it in the Admin Console, or run the wizard again with the same answers.`;
      note(left);
      return left;
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
