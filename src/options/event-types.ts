import { defineOptions } from '../define.ts';
import { isHookEligible, eventTypes as known } from '../triggers/sources/event-types.ts';

const PAGE_SIZE = 50;

export const eventTypes = defineOptions({
  key: 'event_types',
  title: 'Event types',
  scopes: [],
  fills: ['eventTypes'],
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
});
