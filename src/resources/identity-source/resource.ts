import { defineResource } from '../../define.ts';
import { app } from '../app/resource.ts';

/** An app whose users come from outside, through an import. Okta has no list of them, only of all apps. */
export const identitySource = defineResource({
  key: 'identity_source',
  title: 'Identity source',
  job: 'people',
  scopes: ['okta.apps.read'],
  names: app.names,
  ...(app.choices ? { choices: { ...app.choices, key: 'identity_sources', title: 'Identity sources' } } : {}),
});
