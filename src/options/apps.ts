import { defineOptions } from '../define.ts';
import { optionsPage } from './page.ts';

export const apps = defineOptions({
  key: 'apps',
  title: 'Apps',
  scopes: ['okta.apps.read'],
  fills: ['appId'],
  load: (context, { search, cursor }) =>
    optionsPage(context, '/api/v1/apps', { cursor, query: { q: search || undefined, limit: 50 } }, (app) =>
      String(app.label),
    ),
});
