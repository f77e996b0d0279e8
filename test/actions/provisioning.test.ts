import { describe, expect, it } from 'vitest';
import { FIXTURE_ORG } from '../support/fixture.ts';
import { nock, useNock } from '../support/nock.ts';
import { fixtureClient } from '../support/replay.ts';
import { rejection } from '../support/server.ts';

useNock();

const app = '0oa1abcdefghijklmnop';

describe('before anything is sent', () => {
  it.each([
    [{}, 'There is nothing to update'],
    [{ importRules: { userCreateAndMatch: {} } }, 'importRules cannot be set for USER_PROVISIONING'],
  ])('update_app_feature refuses %j', async (change, message) => {
    const input = { appId: app, featureName: 'USER_PROVISIONING', ...change };
    const error = await rejection(fixtureClient().run('update_app_feature', input as never));
    expect(error).toMatchObject({
      code: 'invalid_input',
      message,
      hint: expect.stringContaining('create and update'),
    });
  });

  it.each([{}, { targetGroupId: '00g2abcdefghijklmnop', targetGroupName: 'CRM sellers' }])(
    'create_group_push_mapping refuses the target %j',
    async (target) => {
      const input = { appId: app, sourceGroupId: '00g1abcdefghijklmnop', ...target };
      const error = await rejection(fixtureClient().run('create_group_push_mapping', input));
      expect(error).toMatchObject({
        code: 'invalid_input',
        message: 'Exactly one of targetGroupId and targetGroupName is needed',
      });
    },
  );
});

describe('what Okta answers', () => {
  it.each([
    {
      errorSummary: 'Api validation failed: feature',
      errorCauses: [{ errorSummary: 'Provisioning is not supported.' }],
    },
    { errorSummary: 'Api validation failed: feature\nProvisioning is not supported.' },
  ])('says in words that an app cannot be provisioned: %j', async (answer) => {
    nock(FIXTURE_ORG)
      .get(`/api/v1/apps/${app}/features/USER_PROVISIONING`)
      .reply(400, { errorCode: 'E0000001', ...answer });
    const input = {
      appId: app,
      featureName: 'USER_PROVISIONING',
      create: { lifecycleCreate: { status: 'ENABLED' } },
    } as const;
    const error = await rejection(fixtureClient().run('update_app_feature', input));
    expect(error).toMatchObject({
      code: 'not_supported',
      actor: 'admin',
      hint: expect.stringContaining('provisioning on'),
    });
  });

  it('is no SAML metadata for an app without a key', async () => {
    nock(FIXTURE_ORG)
      .get(`/api/v1/apps/${app}`)
      .reply(200, { id: app, credentials: { signing: {} } });
    const error = await rejection(fixtureClient().run('get_app_metadata', { appId: app }));
    expect(error).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('SAML 2.0') });
  });

  it('names the group whose mapping an app does not have', async () => {
    nock(FIXTURE_ORG)
      .get(`/api/v1/apps/${app}/group-push/mappings?sourceGroupId=00g1abcdefghijklmnop`)
      .reply(200, []);
    const input = { appId: app, mappingId: '00g1abcdefghijklmnop', deleteTargetGroup: false };
    const error = await rejection(fixtureClient().run('delete_group_push_mapping', input));
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('source group') });
  });
});
