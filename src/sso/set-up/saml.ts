import { isLoopback } from '../../auth/org-url.ts';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import type { StoryStep } from '../../resources/story/steps.ts';
import { signingKidOf, signingOf } from '../credentials/saml-signing.ts';
import { samlEntity } from '../metadata/entity.ts';
import { fetchMetadata } from '../metadata/fetch.ts';
import {
  assertAcsUrl,
  assertEntityId,
  type ServiceProvider,
  serviceProviderOf,
} from '../metadata/service-provider.ts';
import { accessOf, groupsToAssign, hinderedOf, usersToAssign } from './access.ts';
import { type AppState, appChanges } from './app-step.ts';
import { type Groups, matchesAll } from './groups.ts';
import { ownApp } from './own-app.ts';
import { nameIdFormatOf, samlAppBody, statementsOf } from './saml-app.ts';
import { type SamlApplication, samlConfiguration } from './saml-configuration.ts';
import { type Made, setUp } from './story.ts';

/** The steps in the order in which they run. */
export const SAML_STEPS = ['create_or_update_app', 'assign_groups', 'assign_users'] as const;

type Step = (typeof SAML_STEPS)[number];

interface SamlInput {
  label: string;
  spMetadataXml?: string | undefined;
  spMetadataUrl?: string | undefined;
  entityId?: string | undefined;
  acsUrl?: string | undefined;
  nameIdFormat?: string | undefined;
  attributes?: Record<string, string> | undefined;
  application: SamlApplication;
  groups?: Groups | undefined;
  assignGroups?: string[] | undefined;
  assignUsers?: string[] | undefined;
  takeOver: boolean;
  dryRun: boolean;
}

/** Sets a SAML app up, or tells what is left to do. @throws OktaError; what was made before is taken back. */
export async function setUpSaml(context: ActionContext, input: SamlInput) {
  const { label, application, groups, attributes: given, takeOver, dryRun, spMetadataUrl } = input;
  const { provider, logsOut } = await providerOf(context, input);
  const nameIdFormat = nameIdFormatOf(input.nameIdFormat, provider);
  const { statements, unknown } = statementsOf(provider, given, groups);
  const access = await accessOf(context, input);
  const { cannotSignIn, isReady, warnings: unseen } = await hinderedOf(context, access);
  const app = await ownApp(context, label, { mode: 'SAML_2_0', takeOver });
  const state: AppState = { app, isNew: false };
  const body = samlAppBody({
    label,
    provider,
    nameIdFormat,
    statements,
    metadataUrl: spMetadataUrl,
    known: app,
  });
  const made: Made[] = [];
  const appId = () => state.app?.id;
  const plans: Record<Step, StoryStep['plan']> = {
    create_or_update_app: async () =>
      appChanges(context, state, made, { label, mode: 'SAML_2_0', takeOver, body }),
    assign_groups: () => groupsToAssign(context, appId, access),
    assign_users: () => usersToAssign(context, appId, access),
  };
  const steps = await setUp(
    context,
    SAML_STEPS.map((step) => ({ step, plan: plans[step] })),
    { dryRun, made },
  );
  const names = (statements ?? []).map(({ name }) => name);
  const values = { spEntityId: provider.entityId, acsUrl: provider.acsUrl, nameIdFormat, attributes: names };
  const warnings = [
    ...unknown.map(
      (name) => `The application asks for the attribute ${name}, which is not known: give it in attributes.`,
    ),
    ...(logsOut
      ? ['The application offers single logout, which is not set up: sign-out ends its own session only.']
      : []),
    ...(groups && matchesAll(groups)
      ? ['The groups are not filtered: an assertion with very many may be too long for the application.']
      : []),
    ...unseen,
  ];
  return {
    dryRun,
    changed: steps.some(({ status }) => status === 'done'),
    ...(state.app ? await toldOf(context, state.app, application, values) : {}),
    ...values,
    ...{ cannotSignIn, readyForAutoRedirect: isReady && !dryRun, warnings, steps },
  };
}

/** What is known once the app exists. */
async function toldOf(
  context: ActionContext,
  app: NonNullable<AppState['app']>,
  application: SamlApplication,
  values: { spEntityId: string; acsUrl: string; nameIdFormat: string; attributes: string[] },
) {
  const { kid, ...signing } = await signingOf(context, app.id, signingKidOf(app));
  return {
    appId: app.id,
    ...signing,
    configuration: samlConfiguration(application, { ...signing, ...values }),
  };
}

/** The service provider, from its metadata or as given. @throws InputError for what is missing or cannot be used. */
async function providerOf(
  context: ActionContext,
  { spMetadataXml, spMetadataUrl, entityId, acsUrl }: SamlInput,
): Promise<{ provider: ServiceProvider; logsOut: boolean }> {
  if (spMetadataXml === undefined && spMetadataUrl === undefined) {
    if (entityId === undefined || acsUrl === undefined) {
      throw new InputError('Nothing says where the application takes assertions', {
        hint: 'Give spMetadataXml, spMetadataUrl, or entityId together with acsUrl.',
      });
    }
    const none = { otherAcsUrls: [], nameIdFormats: [], attributes: [] };
    return {
      provider: { entityId: assertEntityId(entityId), acsUrl: assertAcsUrl(acsUrl), ...none },
      logsOut: false,
    };
  }
  const { orgUrl, signal, clock } = context;
  const xml =
    spMetadataXml ??
    (await fetchMetadata(String(spMetadataUrl), { allowLoopback: isLoopback(orgUrl), signal }));
  const entity = await samlEntity(xml, entityId);
  const provider = serviceProviderOf(entity, clock.now());
  return {
    provider: acsUrl === undefined ? provider : sendingTo(provider, acsUrl),
    logsOut: entity.logout.length > 0,
  };
}

/** The same service provider with another of its services first. */
function sendingTo(provider: ServiceProvider, acsUrl: string): ServiceProvider {
  const all = [provider.acsUrl, ...provider.otherAcsUrls];
  if (all.includes(acsUrl)) return { ...provider, acsUrl, otherAcsUrls: all.filter((one) => one !== acsUrl) };
  throw new InputError('The SAML metadata has no assertion consumer service at acsUrl', {
    causes: all,
    hint: 'Leave acsUrl out, or give one of these.',
  });
}
