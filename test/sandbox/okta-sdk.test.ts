import { X509Certificate } from 'node:crypto';
import okta from '@okta/okta-sdk-nodejs';
import { beforeAll, describe, expect, it } from 'vitest';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();

type Sdk = InstanceType<typeof okta.Client>;

async function collect<T>(
  collection: Promise<{ each(visit: (item: T | null) => void): Promise<unknown> }>,
): Promise<T[]> {
  const items: T[] = [];
  await (await collection).each((item) => {
    if (item) items.push(item);
  });
  return items;
}

describe.each(['SSWS', 'PrivateKey'])('the official SDK with %s', (authorizationMode) => {
  let sdk: Sdk;

  beforeAll(() => {
    const { orgUrl, apiToken, serviceApp } = client.sandbox;
    const key = { clientId: serviceApp.clientId, privateKey: serviceApp.privateKey, keyId: serviceApp.keyId };
    const scopes = [
      'okta.users.manage',
      'okta.users.read',
      'okta.groups.manage',
      'okta.groups.read',
      'okta.logs.read',
    ];
    const credential =
      authorizationMode === 'SSWS' ? { token: apiToken } : { authorizationMode, scopes, ...key };
    const configuration: object = { orgUrl, testing: { disableHttpsCheck: true }, ...credential };
    sdk = new okta.Client(configuration);
  });

  it('lives through the life of a user', async () => {
    const profile = newProfile(`sdk-${authorizationMode}`);
    const credentials = { password: { value: 'Sdk-pass-12' } };
    const user = await sdk.userApi.createUser({ body: { profile, credentials } });
    const userId = user.id as string;
    expect(user.status).toBe('ACTIVE');

    await sdk.userApi.updateUser({ userId, user: { profile: { nickName: 'Sdk' } } });
    const updated = await sdk.userApi.getUser({ userId });
    expect(updated.profile).toMatchObject({ nickName: 'Sdk', login: profile.login });

    await sdk.userApi.suspendUser({ userId });
    expect((await sdk.userApi.getUser({ userId })).status).toBe('SUSPENDED');
    await sdk.userApi.unsuspendUser({ userId });

    const group = await sdk.groupApi.createGroup({
      group: { profile: { name: `Made by ${authorizationMode}` } },
    });
    const groupId = group.id as string;
    await sdk.groupApi.assignUserToGroup({ groupId, userId });
    const members = await collect(sdk.groupApi.listGroupUsers({ groupId }));
    expect(members.map(({ id }) => id)).toEqual([userId]);
    await sdk.groupApi.deleteGroup({ groupId });

    await sdk.userApi.deactivateUser({ userId });
    await sdk.userApi.deleteUser({ userId });
    await expect(sdk.userApi.getUser({ userId })).rejects.toThrow(/E0000007|Not found/);
  });

  it('reads lists over several pages', async () => {
    const everybody = await collect(sdk.userApi.listUsers({ limit: 15 }));
    expect(everybody).toHaveLength((await client.get('/api/v1/users')).body.length);
    const found = await collect(sdk.userApi.listUsers({ search: 'status eq "SUSPENDED"', limit: 1 }));
    expect(found).toHaveLength(2);
    const { requests } = (await client.control('GET', '/requests?path=/users$')).body;
    const asked = requests.filter((request: { status: number }) => request.status === 200);
    expect(asked.filter((request: { query: string }) => request.query.includes('limit=15'))).toHaveLength(2);
    const scheme = authorizationMode === 'SSWS' ? 'SSWS' : 'DPoP';
    expect(asked.filter((request: { auth: string }) => request.auth === scheme).length).toBeGreaterThan(3);
  });
});

describe('the official SDK, resource by resource', () => {
  let sdk: Sdk;

  beforeAll(() => {
    const { orgUrl, apiToken } = client.sandbox;
    const configuration: object = { orgUrl, token: apiToken, testing: { disableHttpsCheck: true } };
    sdk = new okta.Client(configuration);
  });

  const bookmark = (label: string) =>
    sdk.applicationApi.createApplication({
      application: {
        ...{ name: 'bookmark', label, signOnMode: 'BOOKMARK' },
        settings: { app: { requestIntegration: false, url: 'https://example.com/page.htm' } },
      } as okta.BookmarkApplication,
    });

  const newUser = async (name: string) => {
    const credentials = { password: { value: 'Sdk-pass-12' } };
    const user = await sdk.userApi.createUser({ body: { profile: newProfile(name), credentials } });
    return user.id as string;
  };

  const newGroup = async (name: string) =>
    (await sdk.groupApi.createGroup({ group: { profile: { name } } })).id as string;

  it('H. gives apps keys and shares them', async () => {
    const [one, other] = [await bookmark('One'), await bookmark('Other')];
    expect(one).toBeInstanceOf(okta.BookmarkApplication);
    const appId = one.id as string;
    const key = await sdk.applicationApi.generateApplicationKey({ appId, validityYears: 2 });
    const [keyId, targetAid] = [key.kid as string, other.id as string];
    await sdk.applicationApi.cloneApplicationKey({ appId, keyId, targetAid });
    const shared = await sdk.applicationApi.getApplicationKey({ appId: targetAid, keyId });
    expect(shared.n).toBe(key.n);
    const keys = await collect(sdk.applicationApi.listApplicationKeys({ appId }));
    expect(keys.map(({ kid }) => kid)).toContain(keyId);
    expect(await client.events('app.keys.clone')).toHaveLength(1);
  });

  it('H. publishes the certificate of a signing request', async () => {
    const { id } = await bookmark('Signed');
    const appId = id as string;
    const metadata = {
      subject: { commonName: 'Issuer', organizationName: 'Acme' },
      subjectAltNames: { dnsNames: ['dev.example.com'] },
    };
    const made: unknown = await sdk.applicationApi.generateCsrForApplication({ appId, metadata });
    const { id: csrId, csr } = made as { id: string; csr: string };
    expect(Buffer.from(csr, 'base64').includes('dev.example.com')).toBe(true);
    const foreign = await sdk.applicationApi.generateApplicationKey({ appId, validityYears: 2 });
    const data = Buffer.from(foreign.x5c?.[0] as string);
    const publish = sdk.applicationApi.publishCsrFromApplication({
      ...{ appId, csrId },
      body: { data, name: 'certificate.cer' },
    });
    await expect(publish).rejects.toThrow(/not for the key of this request/);
    expect(await collect(sdk.applicationApi.listCsrsForApplication({ appId }))).toHaveLength(1);
    await sdk.applicationApi.revokeCsrFromApplication({ appId, csrId });

    const key = new X509Certificate(Buffer.from(foreign.x5c?.[0] as string, 'base64'));
    const spki = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const path = `/api/v1/apps/${appId}/credentials/csrs`;
    const pem = key.toString();
    for (const [n, file] of [pem, key.raw.toString('base64'), key.raw.toString('latin1')].entries()) {
      await client.control('PUT', '/objects', { path: `${path}/csr${n}`, body: { csr: spki, kty: 'RSA' } });
      const published = await sdk.applicationApi.publishCsrFromApplication({
        ...{ appId, csrId: `csr${n}` },
        body: { data: Buffer.from(file), name: 'certificate' },
      });
      expect(published.x5c).toEqual(foreign.x5c);
    }
    expect(await collect(sdk.applicationApi.listCsrsForApplication({ appId }))).toEqual([]);
    await client.control('PUT', '/objects', { path: `${path}/csr3`, body: { csr: spki, kty: 'RSA' } });
    const headers = { 'content-type': 'application/x-pem-file' };
    const broken = await client.post(`${path}/csr3/lifecycle/publish`, 'no certificate', headers);
    expect(broken.body.errorCauses[0].errorSummary).toContain('Invalid certificate');
    expect((await client.post(`${path}/csr3/lifecycle/publish`, {})).body.errorCode).toBe('E0000021');
  });

  it('H. exchanges the secret of a client', async () => {
    const { webApp } = client.sandbox;
    const appId = webApp.clientId;
    const api = sdk.applicationSSOPublicKeysApi;
    const added = await api.createOAuth2ClientSecret({
      appId,
      oAuth2ClientSecretRequestBody: { client_secret: 'another-secret-of-mine' },
    });
    const all = await collect(api.listOAuth2ClientSecrets({ appId }));
    const old = all.find(({ client_secret }) => client_secret === webApp.clientSecret);
    await api.deactivateOAuth2ClientSecret({ appId, secretId: old?.id as string });
    const last = { appId, secretId: added.id as string };
    await expect(api.deactivateOAuth2ClientSecret(last)).rejects.toThrow(/only active client secret/);
    await expect(api.deleteOAuth2ClientSecret(last)).rejects.toThrow(/can't delete an active/);
    const tokenWith = async (secret: string) => {
      const basic = Buffer.from(`${appId}:${secret}`).toString('base64');
      const headers = {
        authorization: `Basic ${basic}`,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const body = new URLSearchParams({ token: 'x' });
      const path = new URL('/oauth2/v1/revoke', client.sandbox.orgUrl);
      return (await fetch(path, { method: 'POST', headers, body })).status;
    };
    expect(await tokenWith('another-secret-of-mine')).toBe(200);
    expect(await tokenWith(webApp.clientSecret)).toBe(401);
    await api.deleteOAuth2ClientSecret({ appId, secretId: old?.id as string });
    expect(await collect(api.listOAuth2ClientSecrets({ appId }))).toHaveLength(1);
  });

  it('H. changes the priority of a group in an app', async () => {
    const { id } = await bookmark('For groups');
    const [appId, groupId] = [id as string, await newGroup('Of the app')];
    await sdk.applicationApi.assignGroupToApplication({ appId, groupId });
    const operation = { op: 'replace', path: '/priority', value: 7 } as object;
    const patched = await sdk.applicationApi.updateGroupAssignmentToApplication({
      ...{ appId, groupId },
      jsonPatchOperation: [operation],
    });
    expect(patched.priority).toBe(7);
    const wrong = { ...operation, path: '/id' };
    const refused = sdk.applicationApi.updateGroupAssignmentToApplication({
      ...{ appId, groupId },
      jsonPatchOperation: [wrong],
    });
    await expect(refused).rejects.toThrow(/not supported/);
  });

  it('H. limits the role of a user to groups', async () => {
    const userId = await newUser('limited');
    const [first, second] = [await newGroup('First'), await newGroup('Second')];
    await client.post(`/api/v1/users/${userId}/roles`, { type: 'HELP_DESK_ADMIN' });
    const [role] = await collect(sdk.roleAssignmentApi.listAssignedRolesForUser({ userId }));
    const roleId = role?.id as string;
    for (const groupId of [first, second])
      await sdk.roleTargetApi.assignGroupTargetToUserRole({ userId, roleId, groupId });
    const targets = () => collect(sdk.roleTargetApi.listGroupTargetsForRole({ userId, roleId }));
    expect((await targets()).map(({ id }) => id)).toEqual([first, second]);
    await sdk.roleTargetApi.unassignGroupTargetFromUserAdminRole({ userId, roleId, groupId: first });
    expect((await targets()).map(({ id }) => id)).toEqual([second]);
  });

  it('H. subscribes to notifications', async () => {
    const userId = await newUser('subscriber');
    const notificationType = 'OKTA_UPDATE' as const;
    const role = { roleTypeOrRoleId: 'ORG_ADMIN', notificationType };
    const api = sdk.subscriptionApi;
    await api.unsubscribeRoleSubscriptionByNotificationType(role);
    expect((await api.listRoleSubscriptionsByNotificationType(role)).status).toBe('unsubscribed');
    await api.subscribeRoleSubscriptionByNotificationType(role);
    expect((await api.listRoleSubscriptionsByNotificationType(role)).status).toBe('subscribed');
    await api.unsubscribeUserSubscriptionByNotificationType({ userId, notificationType });
    const own = await collect(api.listUserSubscriptions({ userId }));
    expect(own.filter(({ status }) => status === 'unsubscribed')).toHaveLength(1);
    const unknown = { ...role, notificationType: 'NONE' as typeof notificationType };
    await expect(api.listRoleSubscriptionsByNotificationType(unknown)).rejects.toThrow(/E0000007/);
    const nobody = { ...role, roleTypeOrRoleId: 'NOBODY' };
    await expect(api.listRoleSubscriptionsByNotificationType(nobody)).rejects.toThrow(/E0000007/);
  });

  it('H. deactivates only authenticators that no policy uses', async () => {
    const all = await collect(sdk.authenticatorApi.listAuthenticators());
    const idOf = (key: string) => all.find((one) => one.key === key)?.id as string;
    const deactivate = (key: string) =>
      sdk.authenticatorApi.deactivateAuthenticator({ authenticatorId: idOf(key) });
    await expect(deactivate('okta_verify')).rejects.toThrow(/E0000148/);
    expect((await deactivate('security_question')).status).toBe('INACTIVE');
    await expect(deactivate('security_question')).rejects.toThrow(/unsupported/);
    await sdk.authenticatorApi.activateAuthenticator({ authenticatorId: idOf('security_question') });
    await expect(deactivate('security_question')).rejects.toThrow(/E0000148/);
    expect(await client.events('security.authenticator.lifecycle.deactivate')).toHaveLength(1);
  });

  it('H. registers models of security keys', async () => {
    const all = await collect(sdk.authenticatorApi.listAuthenticators());
    const authenticatorId = all.find(({ key }) => key === 'webauthn')?.id as string;
    const path = `/api/v1/authenticators/${authenticatorId}/aaguids`;
    const aaguid = 'cb69481e-8ff7-4039-93ec-0a2729a15499';
    const model = { aaguid, name: 'Key of Acme', authenticatorCharacteristics: { fipsCompliant: true } };
    expect((await client.post(path, model)).body).toMatchObject(model);
    for (const wrong of [model, { ...model, aaguid: 'x' }, { aaguid: `ab${aaguid.slice(2)}`, name: '' }])
      expect((await client.post(path, wrong)).status).toBe(400);
    const change = { name: 'Renamed' };
    expect((await client.call('PATCH', `${path}/${aaguid}`, change)).body).toMatchObject(change);
    await sdk.authenticatorApi.deleteCustomAAGUID({ authenticatorId, aaguid });
    expect((await client.get(path)).body).toEqual([]);
  });

  it('H. gives a domain its brand', async () => {
    const domain = await sdk.customDomainApi.createCustomDomain({
      domain: { domain: 'login.example.com', certificateSourceType: 'MANUAL' },
    });
    const [domainId, brandId] = [domain.id as string, domain.brandId as string];
    expect((await sdk.customDomainApi.listCustomDomains()).domains).toHaveLength(1);
    const certificate = { certificate: 'c', privateKey: 'k', certificateChain: 'x', type: 'PEM' } as const;
    const early = sdk.customDomainApi.upsertCertificate({ domainId, certificate });
    await expect(early).rejects.toMatchObject({ status: 403 });
    expect((await sdk.customDomainApi.verifyDomain({ domainId })).validationStatus).toBe('FAILED_TO_VERIFY');
    const { body } = await client.get(`/api/v1/brands/${brandId}/domains`);
    expect(body.domains).toHaveLength(1);
    await expect(sdk.customizationApi.deleteBrand({ brandId })).rejects.toThrow(/E0000201/);
    const again = { domain: 'login.example.com', certificateSourceType: 'NONE' };
    expect((await client.post('/api/v1/domains', again)).body.errorCauses).toHaveLength(2);
    const other = (await client.post('/api/v1/brands', { name: 'Other' })).body.id;
    const moved = await client.put(`/api/v1/domains/${domainId}`, { brandId: other });
    expect(moved.body.brandId).toBe(other);
    const verified = { validationStatus: 'VERIFIED', brandId };
    await client.control('PUT', '/objects', { path: `/api/v1/domains/${domainId}`, body: verified });
    await sdk.customDomainApi.upsertCertificate({ domainId, certificate });
    const done = await sdk.customDomainApi.getCustomDomain({ domainId });
    expect(done.validationStatus).toBe('COMPLETED');
    await sdk.customDomainApi.deleteCustomDomain({ domainId });
    await sdk.customizationApi.deleteBrand({ brandId });
  });

  it('H. changes the pictures and pages of a brand', async () => {
    const { id: brandId } = (await client.post('/api/v1/brands', { name: 'Of the SDK' })).body;
    const [theme] = await collect(sdk.customizationApi.listBrandThemes({ brandId }));
    const themeId = theme?.id as string;
    const file = { data: Buffer.from([0x89, 0x50, 0xff]), name: 'logo.png' };
    const { url } = await sdk.customizationApi.uploadBrandThemeLogo({ brandId, themeId, file });
    expect((await sdk.customizationApi.getBrandTheme({ brandId, themeId })).logo).toBe(url);
    await sdk.customizationApi.deleteBrandThemeLogo({ brandId, themeId });
    expect((await sdk.customizationApi.getBrandTheme({ brandId, themeId })).logo).toBe(theme?.logo);
    const page = `/api/v1/brands/${brandId}/pages/error`;
    expect((await client.get(`${page}/customized`)).status).toBe(404);
    await client.put(`${page}/customized`, { pageContent: '<html></html>' });
    const shown = await client.get(`${page}${query({ expand: 'default,customized,previewUrl' })}`);
    expect(Object.keys(shown.body._embedded)).toEqual(['default', 'customized', 'previewUrl']);
    expect((await client.get(page)).body._embedded).toBeUndefined();
    expect((await client.get(`/api/v1/brands/${brandId}/pages/none`)).status).toBe(404);
    const signOut = `/api/v1/brands/${brandId}/pages/sign-out/customized`;
    expect((await client.get(signOut)).body).toEqual({ type: 'OKTA_DEFAULT' });
    const hosted = { type: 'EXTERNALLY_HOSTED', url: 'https://example.com/bye' };
    await client.put(signOut, hosted);
    expect((await client.get(signOut)).body).toEqual(hosted);
    const versions = sdk.customizationApi.listAllSignInWidgetVersions({ brandId });
    expect(await collect(versions)).toContain('^7');
  });

  it('H. signs a user in', async () => {
    const userId = await newUser('signs-in');
    const { login } = (await client.get(`/api/v1/users/${userId}`)).body.profile;
    const signIn = (username: string, password: string) =>
      client.post('/api/v1/authn', { username, password }, { authorization: '' });
    expect((await signIn(login, 'wrong')).body.errorCode).toBe('E0000004');
    expect((await signIn('nobody@example.com', 'wrong')).body.errorCode).toBe('E0000004');
    const { body } = await signIn(login, 'Sdk-pass-12');
    expect(body).toMatchObject({ status: 'SUCCESS', _embedded: { user: { id: userId } } });
    const createSessionRequest = { sessionToken: body.sessionToken };
    const session = await sdk.sessionApi.createSession({ createSessionRequest });
    expect((await sdk.sessionApi.getSession({ sessionId: session.id as string })).login).toBe(login);
    expect(await client.events('user.session.start')).not.toHaveLength(0);
    await sdk.userApi.expirePassword({ userId });
    expect((await signIn(login, 'Sdk-pass-12')).body.status).toBe('PASSWORD_EXPIRED');
  });

  it('H. links a user to an identity provider and back', async () => {
    const userId = await newUser('linked');
    const provider = await client.post('/api/v1/idps', {
      ...{ type: 'FACEBOOK', name: 'Faces', policy: {} },
      protocol: { type: 'OAUTH2', credentials: { client: { client_id: 'a', client_secret: 'b' } } },
    });
    const { id: idpId } = provider.body;
    await client.post(`/api/v1/idps/${idpId}/users/${userId}`, { externalId: '1' });
    const [linked] = await collect(sdk.userApi.listUserIdentityProviders({ userId }));
    expect(linked?.id).toBe(idpId);
    const metadata = { subject: { commonName: 'Issuer' } };
    const request = await sdk.identityProviderApi.generateCsrForIdentityProvider({ idpId, metadata });
    const csr = { idpId, csrId: request.id as string };
    await sdk.identityProviderApi.revokeCsrForIdentityProvider(csr);
    await expect(sdk.identityProviderApi.getCsrForIdentityProvider(csr)).rejects.toThrow(/E0000007/);
  });

  it('H. reads what streams need, servers for mail and settings', async () => {
    const schemas = (await client.get('/api/v1/meta/schemas/logStream')).body;
    expect(schemas).toHaveLength(2);
    const logStreamType = 'splunk_cloud_logstreaming';
    const schema = (await client.get(`/api/v1/meta/schemas/logStream/${logStreamType}`)).body;
    expect(schema.properties.settings.required).toEqual(['host', 'token']);
    expect((await client.get('/api/v1/meta/schemas/logStream/none')).status).toBe(404);

    const servers = '/api/v1/email-servers';
    expect((await client.post(servers, { alias: 'A' })).body.errorCauses).toHaveLength(3);
    const mail = { alias: 'A', host: 'mail.example.com', port: 587, username: 'u', password: 'secret' };
    const { body: made } = await client.post(servers, mail);
    expect(made).not.toHaveProperty('password');
    await client.call('PATCH', `${servers}/${made.id}`, { enabled: true });
    expect((await client.get(servers)).body['email-servers']).toMatchObject([{ alias: 'A', enabled: true }]);
    const sent = { from: 'a@example.com', to: 'b@example.com' };
    expect((await client.post(`${servers}/${made.id}/test`, sent)).status).toBe(204);
    expect((await client.post(`${servers}/${made.id}/test`, {})).status).toBe(400);

    const userId = await newUser('lite');
    const classification = `/api/v1/users/${userId}/classification`;
    expect((await client.get(classification)).body.type).toBe('STANDARD');
    expect((await client.put(classification, { type: 'LITE' })).body.type).toBe('LITE');
    expect((await client.put(classification, { type: 'NONE' })).status).toBe(400);

    const pin = { desktopMFARecoveryPinOrgSetting: { desktopMFARecoveryPinEnabled: true } };
    await sdk.deviceAccessApi.replaceDesktopMFARecoveryPinOrgSetting(pin);
    const read = await sdk.deviceAccessApi.getDesktopMFARecoveryPinOrgSetting();
    expect(read.desktopMFARecoveryPinEnabled).toBe(true);
    expect(await collect(sdk.agentPoolsApi.listAgentPools())).toEqual([]);
    expect((await client.get('/api/v1/org/privacy/oktaSupport/cases')).body).toEqual({ supportCases: [] });
    const file = { data: Buffer.from([1, 255]), name: 'logo.png' };
    await sdk.orgSettingApi.uploadOrgLogo({ file });
  });

  it('H. reads the log from any date on', async () => {
    const [since, until] = ['2018-01-26T00:00:00Z', '2038-01-26T00:00:00Z'];
    const filter = 'severity eq "INFO"';
    const first = sdk.systemLogApi.listLogEvents({ since, until, filter, sortOrder: 'DESCENDING', limit: 5 });
    expect((await collect(first)).length).toBeGreaterThan(5);
    const appName = 'admin-console';
    const settings = await sdk.oktaApplicationSettingsApi.getFirstPartyAppSettings({ appName });
    expect(settings.sessionIdleTimeoutMinutes).toBe(15);
  });

  it('H. selects trusted origins and text messages', async () => {
    for (const type of ['CORS', 'REDIRECT'])
      await client.post('/api/v1/trustedOrigins', {
        ...{ name: type, origin: `https://${type.toLowerCase()}.example.com`, scopes: [{ type }] },
      });
    const filter = 'type eq "REDIRECT" and status eq "ACTIVE"';
    const origins = await collect(sdk.trustedOriginApi.listTrustedOrigins({ filter }));
    expect(origins.map(({ name }) => name)).toEqual(['REDIRECT']);
    const wrong = await client.get(`/api/v1/trustedOrigins${query({ filter: 'scope eq "X"' })}`);
    expect(wrong.body.errorCode).toBe('E0000031');
    const template = { name: 'n', type: 'OTHER', template: `Code: \${code}` };
    await client.post('/api/v1/templates/sms', template);
    const none = await client.get('/api/v1/templates/sms?templateType=SMS_VERIFY_CODE');
    expect(none.body).toEqual([]);
  });
});
