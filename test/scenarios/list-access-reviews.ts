import { expect } from 'vitest';
import { launched } from '../support/governance.ts';
import { scenario } from '../support/scenario.ts';

const people = (output: { principalProfile: { id: string } }[]) =>
  output.map(({ principalProfile }) => principalProfile.id);

export default [
  scenario('list_access_reviews', {
    name: 'lists the reviews of a campaign, over several pages',
    async arrange(org) {
      await launched(org, ['eva', 'jo']);
      const world = await launched(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ campaignId }) => ({ filter: `campaignId eq "${campaignId}"` }),
    check: (output, { members }) => expect(people(output).sort()).toEqual([...members].sort()),
  }),
  scenario('list_access_reviews', {
    name: 'lists the last of all reviews first',
    async arrange(org) {
      await launched(org, ['eva', 'jo']);
      await org.control('POST', '/clock', { advanceMs: 60_000 });
      return launched(org);
    },
    input: () => ({ orderBy: 'created desc', limit: 2 }),
    check: (output, { campaignId }) =>
      expect(output.map((review) => review.campaignId)).toEqual([campaignId, campaignId]),
  }),
];
