import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONNECTION } from '../../examples/node-red/flows.ts';
import { EXAMPLE_CONNECTION } from '../../src/hosts/node-red/examples.ts';
import { type OrgAndEditor, startOrgAndEditor, until } from './support.ts';

const json = (value: unknown) => ({ type: 'json', value: JSON.stringify(value) });
const text = (value: string) => ({ type: 'str', value });

/** A tab with one operation: a button, the node, and what it told, without the secret. */
function flowOf(operation: string, fields: Record<string, object>) {
  const id = (part: string) => `${operation}-${part}`;
  // Without a place, Node-RED takes a node for a configuration.
  const common = { z: id('tab'), x: 100, y: 100 };
  const func = `const { appId, changed, clientSecret, configuration } = msg.payload;
    return { payload: { appId, changed, configuration, hasSecret: Boolean(clientSecret) } };`;
  return [
    { id: id('tab'), type: 'tab', label: operation },
    { ...common, id: id('go'), type: 'inject', props: [], repeat: '', crontab: '', wires: [[operation]] },
    {
      ...{ ...common, id: operation, type: 'okta-app', connection: CONNECTION, operation, fields },
      ...{ output: 'whole', wires: [[id('choose')]] },
    },
    { ...common, id: id('choose'), type: 'function', outputs: 1, func, wires: [[id('told')]] },
    {
      ...common,
      id: id('told'),
      type: 'debug',
      active: true,
      tosidebar: true,
      complete: 'payload',
      wires: [],
    },
  ];
}

describe.each([4, 5] as const)('Node-RED %s sets single sign-on up', (version) => {
  let rig: OrgAndEditor;
  beforeAll(async () => {
    const uri = 'https://app.acme.test';
    const flows = [
      EXAMPLE_CONNECTION,
      ...flowOf('set_up_oidc_sso', {
        ...{ label: text('OneDesk'), application: { type: 'choice', value: 'onedesk' } },
        ...{ redirectUris: json([`${uri}/sso/openid`]), postLogoutRedirectUris: json([`${uri}/`]) },
        assignGroups: json(['Sales']),
      }),
      ...flowOf('set_up_saml_sso', {
        ...{ label: text('CRM'), entityId: text(`${uri}/saml`), acsUrl: text(`${uri}/acs`) },
        ...{ application: { type: 'choice', value: 'onedesk' }, assignGroups: json(['Sales']) },
      }),
    ];
    rig = await startOrgAndEditor(version, { flows, port: 19_600 + version * 10 });
  }, 60_000);
  afterAll(() => rig?.close());

  it.each([
    ['OD-1 OD-2', 'set_up_oidc_sso', 'OPENID_CONNECT', 'Token endpoint: ', true],
    ['OD-8 OD-11', 'set_up_saml_sso', 'SAML_2_0', 'IdP metadata URL: ', false],
  ])('%s by %s, and changes nothing the second time', async (_, operation, mode, line, hasSecret) => {
    const press = async () => {
      const before = rig.debugs.length;
      // The editor answers before its flows have started.
      const pressed = () =>
        rig.press(`${operation}-go`).then(
          () => true,
          () => false,
        );
      await until(pressed, { tell: 'the button is not there' });
      return until(() => rig.debugs[before]?.value as { appId: string; configuration: string }, {
        tell: () => `nothing was told: ${[...rig.statuses]}`,
      });
    };
    const first = await press();
    expect(first).toMatchObject({ changed: true, hasSecret, configuration: expect.stringContaining(line) });
    const { signOnMode, status } = await rig.api(`/api/v1/apps/${first.appId}`);
    expect({ signOnMode, status }).toEqual({ signOnMode: mode, status: 'ACTIVE' });
    expect(await rig.api(`/api/v1/apps/${first.appId}/groups`)).toHaveLength(1);
    expect(await press()).toMatchObject({ appId: first.appId, changed: false, hasSecret: false });
  });
});
