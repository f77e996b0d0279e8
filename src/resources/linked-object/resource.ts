import { z } from 'zod';
import { defineResource } from '../../define.ts';

const side = z.object({ name: z.string(), title: z.string().nullish() });
const definition = z.object({ primary: side, associated: side });

/** What links users to each other. An input names one of its two sides. */
export const linkedObject = defineResource({
  key: 'linked_object',
  title: 'Linked object',
  scopes: ['okta.linkedObjects.read'],
  choices: {
    key: 'relationships',
    title: 'Relationships',
    async load(context, { search = '' }) {
      const path = '/api/v1/meta/schemas/user/linkedObjects';
      const { items } = await context.page({ method: 'GET', path, answer: definition });
      const sides = items.flatMap(({ primary, associated }) => [
        { value: primary.name, label: `${primary.title ?? primary.name} (primary)` },
        { value: associated.name, label: `${associated.title ?? associated.name} (associated)` },
      ]);
      return { items: sides.filter(({ label }) => label.toLowerCase().includes(search.toLowerCase())) };
    },
  },
});
