import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { OktaError } from '../errors/errors.ts';
import { targetUrl } from '../sync/targets/http.ts';
import { signedPost } from '../sync/targets/signed-post.ts';
import type { ScimEvent } from './store/store.ts';
import type { Decide, ScimRefusalAnswer } from './write/decide.ts';
import type { TakePassword } from './write/writer.ts';

/** With pauses that double from half a second, about two minutes. */
const TRIES = 8;

/** What a workflow behind a URL is reached with. */
export interface PostOptions {
  url: string;
  /** `whsec_` and 24 to 64 bytes as base64. */
  secret: string | undefined;
  /** Value of the Authorization header, for workflows that check no signature. */
  authorization?: string;
}

/** @param flag of the command that takes such a URL. */
const workflow = (flag: string, url: string, how: Omit<PostOptions, 'url'>) => {
  const example = `okta-connector scim ${flag} https://n8n.acme.test/webhook/okta`;
  return signedPost({ url: targetUrl('workflow', url, example), ...how, name: 'The workflow' });
};

/**
 * Posts events one by one, each until it is answered with 2xx. The id of the message is the one of the event, so that a receiver
 * can drop what it already has.
 * @throws InputError for a URL or a secret that cannot be used.
 */
export function scimEventPost({ url, ...how }: PostOptions) {
  const http = workflow('--post', url, how);
  return {
    /** @throws OktaError when it was not taken. */
    async deliver(event: ScimEvent, signal: AbortSignal): Promise<void> {
      const body = JSON.stringify({ type: event.kind, timestamp: event.at, data: event });
      const { status } = await http.post(event.id, body, { tries: TRIES, signal });
      if (status >= 200 && status < 300) return;
      throw http.failed(`answered ${status} to an event`, {
        ...{ code: 'target_refused', status, retryable: status !== 410 },
        hint: 'Check the URL, the secret and the log of the workflow. The event is kept.',
      });
    },
    close: http.close,
  };
}

/**
 * Posts each password to a workflow, in one try. It is nowhere else.
 * @throws InputError for a URL or a secret that cannot be used.
 */
export function scimPasswordPost({ url, ...how }: PostOptions): { password: TakePassword; close(): void } {
  const http = workflow('--passwords', url, how);
  return {
    async password(resourceId, value, userName) {
      const data = { resourceId, userName, password: value };
      const body = JSON.stringify({ type: 'user.password', timestamp: new Date().toISOString(), data });
      const { status } = await http.post(randomUUID(), body, { tries: 1 });
      if (status < 200 || status > 299) throw http.failed(`answered ${status} to a password`, { status });
    },
    close: http.close,
  };
}

/**
 * Asks a workflow behind a URL before a change is stored. It agrees with 2xx and an empty answer or `{}`, and refuses with
 * `{ "refuse": "why not", "status": 400 }`. Whatever else comes means that nothing is stored.
 * @throws InputError for a URL or a secret that cannot be used.
 */
export function scimAskPost({ url, ...how }: PostOptions): { decide: Decide; close(): void } {
  const http = workflow('--ask', url, how);
  const cannot = (why: string): ScimRefusalAnswer => ({
    refuse: `The workflow cannot be asked now (${why}); nothing was changed`,
    status: 503,
  });
  return {
    async decide(change) {
      const body = JSON.stringify({ type: 'ask', timestamp: new Date().toISOString(), data: change });
      try {
        const { status, text } = await http.post(randomUUID(), body, { tries: 1 });
        if (status < 200 || status > 299) return cannot(`it answered ${status}`);
        return answerIn(text);
      } catch (error) {
        return cannot(
          error instanceof OktaError ? error.message : 'its answer is neither {} nor { "refuse": "why not" }',
        );
      }
    },
    close: http.close,
  };
}

/** Consent says nothing; a status without a reason, or an empty reason, is a mistake and none. */
const answer = z.union([
  z.strictObject({ refuse: z.null().optional() }),
  z.strictObject({
    refuse: z.string().trim().min(1),
    status: z.int().optional(),
    scimType: z.string().optional(),
  }),
]);

/**
 * What the workflow says; some answer with a list of items, of which each may refuse. An empty list is what remains when a
 * workflow stopped in the middle.
 * @throws SyntaxError, ZodError for anything else: what a host answers by itself ("Workflow was started") is no consent.
 */
function answerIn(text: string): ScimRefusalAnswer | undefined {
  if (text.trim() === '') return undefined;
  const items = z.tuple([answer], answer).parse([JSON.parse(text)].flat());
  return items.find(({ refuse }) => refuse) as ScimRefusalAnswer | undefined;
}
