import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError, OktaError } from '../../errors/errors.ts';

const text = z.string().nullish();

/** An app as far as single sign-on needs it. */
export const ssoApp = z.looseObject({
  id: z.string(),
  label: z.string(),
  status: text,
  signOnMode: text,
  profile: z.record(z.string(), z.unknown()).nullish(),
  settings: z
    .looseObject({
      notes: z.looseObject({ admin: text }).nullish(),
      oauthClient: z.looseObject({ post_logout_redirect_uris: z.array(z.string()).nullish() }).nullish(),
      signOn: z
        .looseObject({
          ...{ audience: text, ssoAcsUrl: text },
          acsEndpoints: z.array(z.looseObject({ url: text })).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  credentials: z
    .looseObject({
      signing: z.looseObject({ kid: text }).nullish(),
      oauthClient: z.looseObject({ client_id: text, client_secret: text }).nullish(),
    })
    .nullish(),
  _links: z.looseObject({ metadata: z.looseObject({ href: text }).nullish() }).nullish(),
});

export type SsoApp = z.output<typeof ssoApp>;

/** The sign-on modes that are set up. */
export type SsoMode = 'OPENID_CONNECT' | 'SAML_2_0';

/** What an app carries that was set up under a label: it is found by it although somebody renamed it. */
export const markOf = (label: string): string => `sso:${label}`;

/** How the note of a SAML app begins that carries the mark; such apps have no attributes of their own. */
const NOTE = 'okta-connector ';

/** The notes for admins with the mark in a line of its own; other lines are kept. @param from URL of the metadata. */
export function markedNotes(known: string | null | undefined, label: string, from?: string): string {
  const others = (known ?? '').split('\n').filter((line) => line !== '' && !line.startsWith(NOTE));
  return [
    ...others,
    `${NOTE}${markOf(label)}`,
    ...(from ? [`${NOTE}metadata: ${new URL(from).href}`] : []),
  ].join('\n');
}

/** The mark of an app; undefined if it was set up by other means. */
export function markIn({ profile, settings }: SsoApp): string | undefined {
  if (typeof profile?.connectorKey === 'string') return profile.connectorKey;
  const lines = settings?.notes?.admin?.split('\n') ?? [];
  return lines.find((line) => line.startsWith(`${NOTE}sso:`))?.slice(NOTE.length);
}

const path = '/api/v1/apps';

/**
 * The app that was set up under a label: the one that has the label, or else the one that carries its mark.
 * @param takeOver take an app with the label that lacks the mark.
 * @throws InputError for a label that no mark can hold; OktaError `already_exists` for an app with the label that is not ours.
 */
export async function ownApp(
  context: ActionContext,
  label: string,
  { mode, takeOver }: { mode: SsoMode; takeOver: boolean },
): Promise<SsoApp | undefined> {
  if (/\p{Cc}/u.test(label)) {
    throw new InputError('The label has line breaks or control characters', {
      hint: 'Give a name of one line: an app is found again by it.',
    });
  }
  const labelled = await find(context, { q: label }, (one) => one.label === label);
  if (labelled) {
    if (labelled.signOnMode !== mode) throw foreign(labelled, `its sign-on mode is ${labelled.signOnMode}`);
    if (markIn(labelled) === undefined && !takeOver) {
      throw foreign(labelled, 'it was not set up by this action', ' To take it over, set takeOver to true.');
    }
    return labelled;
  }
  // Okta has no filter for the mark: the apps of the mode have to be read.
  const filter = mode === 'OPENID_CONNECT' ? 'name eq "oidc_client"' : undefined;
  return find(context, { filter }, (one) => one.signOnMode === mode && markIn(one) === markOf(label));
}

async function find(
  context: ActionContext,
  query: Record<string, string | undefined>,
  isIt: (app: SsoApp) => boolean,
): Promise<SsoApp | undefined> {
  const call = { method: 'GET', path, query: { ...query, limit: 200 }, answer: ssoApp } as const;
  for await (const one of context.list(call)) if (isIt(one)) return one;
  return undefined;
}

function foreign({ id }: SsoApp, why: string, more = ''): OktaError {
  return new OktaError(`The app ${id} has this label, and ${why}`, {
    ...{ code: 'already_exists', actor: 'caller' },
    hint: `Choose another label, or delete the app.${more}`,
  });
}
