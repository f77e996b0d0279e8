import { describe, expect, it } from 'vitest';
import { enterprise, newUser, pushingApp } from './scim-app.ts';
import { useScimRecorder } from './scim-recorder.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const server = useScimRecorder();

describe('a user who is assigned', () => {
  it.each(['WIZARD', 'NETWORK'] as const)('is looked for and created, to the byte (%s)', async (kind) => {
    const app = await pushingApp(client, server, kind);
    const id = await newUser(client, 'Ruiz', {
      firstName: 'Ana',
      login: 'ana+b@x.test',
      email: 'ana@x.test',
    });
    server.forget();
    await app.assign(id);
    expect(await app.settled()).toEqual([]);
    const [asked, made, ...rest] = server.recorded;
    expect(rest).toEqual([]);
    const host = new URL(server.baseUrl).host;
    const common = ['Accept', 'application/scim+json', 'Accept-Charset', 'utf-8'];
    const last = ['Host', host, 'Connection', 'Keep-Alive', 'Accept-Encoding', 'gzip,deflate'];
    const agent = ['User-Agent', 'Okta SCIM Client 1.0.0', 'Authorization', 'Bearer tok-5f1'];
    expect(asked).toMatchObject({
      method: 'GET',
      url: '/scim/v2/Users?filter=userName%20eq%20%22ana%2Bb%40x.test%22&startIndex=1&count=100',
      headers: [...common, ...agent, ...last],
      text: '',
    });
    const { password } = JSON.parse(made?.text ?? '');
    expect(password).toMatch(/^[\w-]{8}$/);
    const body =
      '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ana+b@x.test",' +
      '"name":{"givenName":"Ana","familyName":"Ruiz"},' +
      '"emails":[{"primary":true,"value":"ana@x.test","type":"work"}],"displayName":"Ana Ruiz",' +
      `"locale":"en-US","externalId":"${id}","groups":[],"password":"${password}","active":true}`;
    expect(made).toMatchObject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers: [
        ...common,
        ...['Content-Type', 'application/scim+json; charset=utf-8'],
        ...agent,
        ...['Content-Length', String(body.length)],
        ...last,
      ],
      text: body,
    });
    expect((await client.get(`/api/v1/apps/${app.id}/users/${id}`)).body).toMatchObject({
      externalId: server.user('ana+b@x.test').id,
      status: 'PROVISIONED',
      syncState: 'SYNCHRONIZED',
    });
    const [event] = await client.events('application.provision.user.push');
    expect(event.outcome).toEqual({ result: 'SUCCESS', reason: null });
    expect(event.target.map(({ type }: { type: string }) => type)).toEqual([
      'AppUser',
      'AppInstance',
      'User',
    ]);
  });
});
