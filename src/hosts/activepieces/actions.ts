import { type Action, createAction } from '@activepieces/pieces-framework';
import { destructiveness } from '../../actions/effect.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { HostField } from '../fields.ts';
import { flatInput } from '../flat-form.ts';
import { remoteFields, remoteOperations } from '../remote.ts';
import { tellingErrors } from '../words.ts';
import type { OktaAuth } from './auth.ts';
import { pieceClient } from './connection.ts';
import { type FormOf, piecePropertiesOf } from './properties.ts';

/** Every action that can run in a service. */
export const pieceActions = (manifest: Manifest, form: FormOf): Action[] =>
  remoteOperations(manifest).actions.map((action) => pieceAction(action, form));

/** The fields of an action. A list starts with a limit: all of a large org is more than a step can hold. */
export const actionForm = (action: Manifest['actions'][number]): HostField[] =>
  remoteFields(action).map((field) =>
    action.list && field.name === 'limit'
      ? { ...field, default: field.default ?? 100, description: `${field.description} Empty: all of them.` }
      : field,
  );

function pieceAction(action: Manifest['actions'][number], form: FormOf): Action {
  const { key, title, description, effect } = action;
  const fields = actionForm(action);
  const isDestructive = destructiveness(action);
  const warning = {
    always: ' This cannot be undone.',
    sometimes: ' Some inputs cannot be undone.',
    never: '',
  };
  // Repeating a write whose outcome is unknown could do it twice.
  const repeats = effect.kind === 'read' || effect.idempotent;
  return createAction<OktaAuth>({
    ...{ auth: form.auth, name: key, displayName: title, description },
    props: piecePropertiesOf(form, fields),
    errorHandlingOptions: {
      continueOnFailure: { defaultValue: false },
      retryOnFailure: { defaultValue: false, hide: !repeats },
    },
    // Activepieces asks nobody before an agent acts.
    audience: isDestructive === 'always' ? 'human' : 'both',
    aiMetadata: { description: `${description}${warning[isDestructive]}`, idempotent: repeats },
    run: ({ auth, propsValue }) =>
      tellingErrors(async () => pieceClient(auth).run(key, flatInput(action, fields, propsValue))),
  });
}
