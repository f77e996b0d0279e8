import { defineResource } from '../../define.ts';
import { isHookEligible, eventTypes as known } from './catalogue.ts';

const PAGE_SIZE = 50;

/** Types of System Log events, from the catalogue: no request is needed to list them. */
export const eventType = defineResource({
  key: 'event_type',
  title: 'Event type',
  scopes: [],
  choices: {
    key: 'event_types',
    title: 'Event types',
    async load(_, { search = '', cursor = '0' }) {
      const start = Number(cursor);
      const words = search.toLowerCase().split(/\s+/);
      const found = known.filter((type) => words.every((word) => type.includes(word)));
      const items = found.slice(start, start + PAGE_SIZE).map((value) => ({
        value,
        label: isHookEligible(value) ? `${value} (instant)` : value,
      }));
      const next = start + PAGE_SIZE;
      return { items, cursor: next < found.length ? String(next) : undefined };
    },
  },
});
