import { invalid } from '../errors.ts';
import { isObject } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';

/** The forms in which people enrol. */
export const uiSchemas = defineKind({
  ...{ path: '/api/v1/meta/uischemas', param: 'schemaId', prefix: 'uis', type: 'UISchema' },
  scope: 'okta.uischemas',
  make(_, { uiSchema }) {
    if (!isObject(uiSchema)) throw invalid('uiSchema', 'uiSchema: The field cannot be left blank');
    return {
      uiSchema: { type: 'Group', label: 'Sign in', buttonLabel: 'Submit', elements: [], ...uiSchema },
    };
  },
});
