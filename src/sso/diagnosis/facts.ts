import { z } from 'zod';
import { isLoopback } from '../../auth/org-url.ts';
import type { ActionContext } from '../../define.ts';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { unlessGone } from '../../resources/changes.ts';
import { collect } from '../../resources/collect.ts';
import { groupsOfUser } from '../../resources/group/membership.ts';
import { userRef } from '../../resources/user/reference.ts';
import { userSchema } from '../../resources/user/schema.ts';
import { type SamlEntity, samlEntity } from '../metadata/entity.ts';
import { fetchMetadata } from '../metadata/fetch.ts';
import { ssoApp } from '../set-up/own-app.ts';
import { type AddressBar, addressBarOf } from './address-bar.ts';
import { type FailedEvent, failedEvents } from './log-events.ts';
import { type SamlResponse, samlResponseOf } from './saml-response.ts';

const text = z.string().nullish().catch(undefined);
const texts = z.array(z.string()).nullish().catch(undefined);

/** An app as far as a diagnosis reads it: members that Okta leaves out or changes only make checks say less. */
const diagnosedApp = ssoApp.extend({
  ...{ status: text, signOnMode: text },
  profile: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  settings: z
    .looseObject({
      oauthClient: z
        .looseObject({
          ...{ redirect_uris: texts, response_types: texts, grant_types: texts },
          ...{ issuer_mode: text, post_logout_redirect_uris: texts },
        })
        .nullish()
        .catch(undefined),
      signOn: z
        .looseObject({
          ...{
            audience: text,
            ssoAcsUrl: text,
            recipient: text,
            destination: text,
            subjectNameIdFormat: text,
          },
          responseSigned: z.boolean().nullish().catch(undefined),
          assertionSigned: z.boolean().nullish().catch(undefined),
          acsEndpoints: z
            .array(z.looseObject({ url: text }))
            .nullish()
            .catch(undefined),
          attributeStatements: z
            .array(z.looseObject({ type: text, name: text }))
            .nullish()
            .catch(undefined),
        })
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
  credentials: z
    .looseObject({
      signing: z.looseObject({ kid: text }).nullish().catch(undefined),
      oauthClient: z
        .looseObject({
          ...{ client_id: text, token_endpoint_auth_method: text },
          pkce_required: z.boolean().nullish().catch(undefined),
        })
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
  _links: z
    .looseObject({ accessPolicy: z.looseObject({ href: text }).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** An app as a diagnosis reads it. */
export type DiagnosedApp = z.output<typeof diagnosedApp>;

/** What a person gives to a diagnosis. */
export interface DiagnosisInput {
  appId?: string | undefined;
  user?: string | undefined;
  error?: string | undefined;
  url?: string | undefined;
  samlResponse?: string | undefined;
  issuer?: string | undefined;
  redirectUri?: string | undefined;
  clientSecret?: string | undefined;
  spMetadataUrl?: string | undefined;
  spMetadataXml?: string | undefined;
  since?: string | undefined;
}

/** What is known of the sign-in that failed. */
export interface Facts {
  context: ActionContext;
  input: DiagnosisInput;
  bar: AddressBar | undefined;
  /** Everything that a person saw as text. */
  text: string;
  response: SamlResponse | undefined;
  app: DiagnosedApp | undefined;
  user: z.output<typeof userSchema> | undefined;
  /** The Date of Okta's answer minus the clock of this machine, in milliseconds. */
  aheadMs: number | undefined;
  /** Read once, when a check asks. */
  groups(): Promise<{ id: string }[]>;
  events(): Promise<FailedEvent[]>;
  serviceProvider(): Promise<SamlEntity>;
}

/** Requests that gathering the facts may send. */
export const FACTS_CALLS = [
  'GET /api/v1/apps/{appId}',
  'GET /api/v1/users/{userId}',
  'GET /api/v1/users/{userId}/groups',
  'GET /api/v1/logs',
] as const;

/** Takes apart what was given, before anything is sent. @throws InputError for what cannot be read, or if it says nowhere where to look. */
export async function factsOf(context: ActionContext, input: DiagnosisInput): Promise<Facts> {
  const { appId, user, error, url, samlResponse, issuer } = input;
  if ([appId, user, error, url, samlResponse, issuer].every((one) => one === undefined)) {
    throw new InputError('Nothing says where to look', {
      hint: 'Give at least one of appId, user, error, url, samlResponse and issuer; an app, a user and the text are the best.',
    });
  }
  if (issuer !== undefined && !URL.canParse(issuer)) {
    throw new InputError('issuer is not a URL', { hint: 'Give it as https://acme.okta.com/oauth2/default.' });
  }
  const bar = url === undefined ? undefined : addressBarOf(url);
  const facts: Facts = {
    ...{ context, input, bar, app: undefined, user: undefined, aheadMs: undefined },
    text: [error, bar?.says].filter((one) => one !== undefined).join('\n'),
    response: samlResponse === undefined ? undefined : await samlResponseOf(samlResponse),
    groups: once(() => collect(groupsOfUser(context, facts.user?.id ?? ''))),
    events: once(() =>
      failedEvents(context, { appId: facts.app?.id, userId: facts.user?.id, since: input.since }),
    ),
    serviceProvider: once(() => serviceProviderOfInput(context, input)),
  };
  return facts;
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= read();
    return known;
  };
}

/** The app that was named, or else that of the client ID in the address bar; undefined if there is none of this client ID. */
export async function readApp(facts: Facts): Promise<'read' | 'unknown' | 'not given'> {
  const { context, input, bar } = facts;
  const clientId = bar?.params.get('client_id') ?? undefined;
  if (input.appId === undefined && clientId === undefined) return 'not given';
  const appId = input.appId === undefined ? String(clientId) : await appIdOf(context, input.appId);
  const path = '/api/v1/apps/{appId}';
  const call = { method: 'GET', path, params: { appId }, answer: needsOf(diagnosedApp) } as const;
  const found = await context.call(call).catch(unlessGone);
  if (!found) return 'unknown';
  facts.app = diagnosedApp.parse(found.json);
  const date = Date.parse(found.headers.date ?? '');
  if (!Number.isNaN(date)) facts.aheadMs = date - context.clock.now();
  return 'read';
}

/** The user who was named. */
export async function readUser(facts: Facts): Promise<'read' | 'unknown' | 'not given'> {
  const { context, input } = facts;
  if (input.user === undefined) return 'not given';
  const path = '/api/v1/users/{userId}';
  try {
    const params = { userId: await userRef(context, input.user) };
    facts.user = (await context.call({ method: 'GET', path, params, answer: needsOf(userSchema) })).json;
    return 'read';
  } catch (error) {
    if (isOktaError(error) && error.code === 'not_found') return 'unknown';
    throw error;
  }
}

async function serviceProviderOfInput(
  { orgUrl, signal }: ActionContext,
  { spMetadataXml, spMetadataUrl }: DiagnosisInput,
): Promise<SamlEntity> {
  return samlEntity(
    spMetadataXml ??
      (await fetchMetadata(String(spMetadataUrl), { allowLoopback: isLoopback(orgUrl), signal })),
  );
}
