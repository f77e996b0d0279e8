import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { collect } from '../../resources/collect.ts';

/** Path of the secrets of an OAuth client; at most two. */
export const SECRETS = '/api/v1/apps/{appId}/credentials/secrets';

const clientSecret = z.looseObject({
  id: z.string(),
  created: z.string().nullish(),
  status: z.string(),
  client_secret: z.string().nullish(),
});

export type ClientSecret = z.output<typeof clientSecret>;

/** The secrets of an OAuth client, oldest first. They come in clear: never hand them on as they are. */
export async function clientSecretsOf(context: ActionContext, appId: string): Promise<ClientSecret[]> {
  const all = await collect(
    context.list({ method: 'GET', path: SECRETS, params: { appId }, answer: clientSecret }),
  );
  return all.sort((a, b) => String(a.created ?? '').localeCompare(String(b.created ?? '')));
}
