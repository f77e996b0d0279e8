import { defineResource } from '../../define.ts';
import { choicesPage } from '../choices.ts';
import { FACTORS, factorLabel, factorRef, listedFactor } from './reference.ts';
import { factorSchema } from './schema.ts';

/** How a user proves an identity besides the password: push, SMS, app, security key. */
export const factor = defineResource({
  key: 'factor',
  title: 'Factor',
  job: 'help',
  scopes: ['okta.users.read'],
  schema: factorSchema,
  names: {
    words: 'Id, or type if the user has only one of it',
    example: 'opf1abcdefghijklmnop',
    handle: 'push',
    calls: [`GET ${FACTORS}`],
    resolve: factorRef,
  },
  choices: {
    key: 'factors',
    title: 'Factors',
    within: ['userId'],
    load: (context, { search, cursor, within: params }) =>
      choicesPage(context, { path: FACTORS, params, answer: listedFactor }, cursor, factorLabel, search),
  },
});
