import type { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { appCertificateSchema } from '../../resources/app/certificate.ts';
import { APP_READ_ONLY } from '../../resources/app/schema.ts';
import { mergeInto } from '../../resources/changes.ts';
import { ssoApp } from '../set-up/own-app.ts';
import { KEYS, keysOf, signingKidOf } from './saml-signing.ts';

const one = '/api/v1/apps/{appId}';

/** Requests that rotating the certificate of an app may send, besides those that read it. */
export const ROTATION_CALLS = [`GET ${one}`, `PUT ${one}`, `POST ${KEYS}/generate`] as const;

type Key = z.output<typeof appCertificateSchema>;

/** The key with which an app signs, and the newest of those that were made after it. */
async function keysInUse(context: ActionContext, appId: string) {
  const call = { method: 'GET', path: one, params: { appId }, answer: ssoApp } as const;
  const kid = signingKidOf((await context.call(call)).json);
  const keys = await keysOf(context, appId);
  const at = keys.findIndex((key) => key.kid === kid);
  const since = keys[at]?.created ?? '';
  const isLater = (key: Key, place: number) => {
    const created = key.created ?? '';
    return created > since || (created === since && place > at);
  };
  const later = keys.filter((key, place) => key.kid !== kid && isLater(key, place));
  const [next] = later.toSorted((a, b) => String(b.created ?? '').localeCompare(String(a.created ?? '')));
  return { kid, next: next?.kid };
}

/** Makes the next key, unless there is one; the app goes on signing with the present one. */
export async function makeNextKey(context: ActionContext, appId: string, validityYears: number) {
  const { next } = await keysInUse(context, appId);
  if (next !== undefined) return { kid: next, changed: false };
  const { json } = await context.call({
    ...{ method: 'POST', path: `${KEYS}/generate`, params: { appId }, query: { validityYears } },
    answer: needsOf(appCertificateSchema),
  });
  return { kid: json.kid, changed: true };
}

/** Lets the app sign with the next key, if there is one. */
export async function useNextKey(context: ActionContext, appId: string) {
  const { kid, next = kid } = await keysInUse(context, appId);
  const call = { path: one, params: { appId }, answer: ssoApp };
  const { changed } = await mergeInto(
    context,
    call,
    { credentials: { signing: { kid: next } } },
    APP_READ_ONLY,
  );
  return { kid: next, changed };
}
