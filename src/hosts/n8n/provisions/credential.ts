import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { PROVISIONS_CREDENTIAL } from './settings.ts';

export class OktaProvisionsApi implements ICredentialType {
  name = PROVISIONS_CREDENTIAL;
  displayName = 'Okta Provisions API';
  icon: Icon = { light: 'file:../icons/okta-connector.svg', dark: 'file:../icons/okta-connector.dark.svg' };
  properties: INodeProperties[] = [
    {
      displayName: 'Token',
      name: 'token',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'A long random text of your choice; enter the same as authorization in Okta',
    },
    {
      displayName: 'State',
      name: 'state',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. /home/node/.n8n/okta-people.db or postgres://scim@db.acme.test/people',
      description:
        'Where people, groups and events are kept: a file of this machine (Node 22.20 or newer), or a Postgres database',
    },
    {
      displayName: 'Database Password',
      name: 'databasePassword',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For Postgres',
    },
  ];
}
