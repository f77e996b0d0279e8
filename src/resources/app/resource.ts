import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { choicesPage } from '../choices.ts';
import { appIdOf } from './reference.ts';

const labelled = z.object({ id: z.string(), label: z.string() });

export const app = defineResource({
  key: 'app',
  title: 'App',
  job: 'apps',
  scopes: ['okta.apps.read'],
  one: '/api/v1/apps/{appId}',
  names: {
    words: 'Id or exact label',
    example: '0oa1abcdefghijklmnop',
    handle: 'Acme CRM',
    calls: ['GET /api/v1/apps'],
    resolve: appIdOf,
  },
  table: {
    path: '/api/v1/apps',
    pageSize: 200,
    columns: () => ['id', 'label', 'name', 'status', 'signOnMode', 'created', 'lastUpdated'],
    further: [
      ...[
        'accessibility',
        'credentials',
        'features',
        'licensing',
        'orn',
        'profile',
        'settings',
        'visibility',
      ],
      ...['universalLogout', 'expressConfiguration', '_links', '_embedded'],
    ],
  },
  choices: {
    key: 'apps',
    title: 'Apps',
    load(context, { search, cursor }) {
      const query = { q: search || undefined, limit: 50 };
      return choicesPage(
        context,
        { path: '/api/v1/apps', query, answer: labelled },
        cursor,
        (one) => one.label,
      );
    },
  },
});
