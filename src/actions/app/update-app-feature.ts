import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import {
  capabilityInputs,
  FEATURE_MEMBERS,
  featureName,
  featureSample,
  featureSchema,
} from '../../resources/app-feature/schema.ts';
import { replacementOf } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { changed } from '../../schema/fields.ts';

const path = '/api/v1/apps/{appId}/features/{featureName}';

export const updateAppFeature = defineAction({
  key: 'update_app_feature',
  resource: app,
  noun: 'app feature',
  title: 'Update app feature',
  description:
    'Changes what an app provisions: accounts that Okta creates and updates in the app, or people whom Okta imports from it. The app must support provisioning. Okta takes about 50 such calls a minute.',
  docsUrl: docsOf('ApplicationFeatures', 'updateFeatureForApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ appId: ref(app), featureName, ...capabilityInputs }),
  output: featureSchema.extend({ changed }),
  calls: [`GET ${path}`, `PUT ${path}`],
  async run(context, { appId, featureName, ...changes }) {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const known: readonly string[] = FEATURE_MEMBERS[featureName];
    const hint = `${featureName} has ${known.join(' and ')}.`;
    if (given.length === 0) throw new InputError('There is nothing to update', { hint });
    const foreign = given.map(([name]) => name).filter((name) => !known.includes(name));
    if (foreign.length > 0)
      throw new InputError(`${foreign.join(', ')} cannot be set for ${featureName}`, { hint });
    const call = {
      path,
      params: { appId: await appIdOf(context, appId), featureName },
      answer: featureSchema,
    };
    const { json } = await context.call({ method: 'GET', ...call });
    const body = replacementOf(json.capabilities, Object.fromEntries(given));
    if (!body) return { ...json, changed: false };
    const after = await context.call({ method: 'PUT', ...call, body });
    return { ...after.json, changed: true };
  },
  sample: {
    input: {
      appId: '0oa1abcdefghijklmnop',
      featureName: 'USER_PROVISIONING',
      create: { lifecycleCreate: { status: 'ENABLED' } },
    },
    output: { ...featureSample, changed: true },
  },
});
