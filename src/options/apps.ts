import { z } from 'zod';
import { defineOptions } from '../define.ts';
import { optionsPage } from './page.ts';

const answer = z.object({ id: z.string(), label: z.string() });

export const apps = defineOptions({
  key: 'apps',
  title: 'Apps',
  scopes: ['okta.apps.read'],
  fills: ['appId'],
  load: (context, { search, cursor }) =>
    optionsPage(
      context,
      { path: '/api/v1/apps', query: { q: search || undefined, limit: 50 }, answer },
      cursor,
      (app) => app.label,
    ),
});
