import type { ActionContext } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { APP_READ_ONLY } from '../../resources/app/schema.ts';
import { change, GONE, replacementOf } from '../../resources/changes.ts';
import type { PlannedChange } from '../../resources/story/steps.ts';
import { isRecord } from '../../schema/record.ts';
import { driftOf } from './drift.ts';
import { ownApp, type SsoApp, type SsoMode, ssoApp } from './own-app.ts';
import type { Made } from './story.ts';

const path = '/api/v1/apps';
const one = `${path}/{appId}`;

/** Requests that finding, creating, changing and taking back an app may send. */
export const APP_CALLS = [
  `GET ${path}`,
  `GET ${one}`,
  `POST ${path}`,
  `PUT ${one}`,
  `POST ${one}/lifecycle/activate`,
  `POST ${one}/lifecycle/deactivate`,
  `DELETE ${one}`,
] as const;

/** The app of a run: undefined until it exists. */
export interface AppState {
  app?: SsoApp;
  /** Whether this run created it. */
  isNew: boolean;
}

interface Wanted {
  label: string;
  mode: SsoMode;
  takeOver: boolean;
  body: Record<string, unknown>;
}

/** Creates the app, or changes what of it is not as wanted: a change is named by the members that differ. */
export function appChanges(
  context: ActionContext,
  state: AppState,
  made: Made[],
  wanted: Wanted,
): PlannedChange[] {
  const { app } = state;
  if (!app) return [creation(context, state, made, wanted)];
  const params = { appId: app.id };
  const drift = driftOf(app, wanted.body);
  const update = {
    ...{ change: 'update_app', id: app.id, name: drift.join(', ') },
    async make() {
      const body = replacementOf(app, pruned(app, wanted.body), APP_READ_ONLY);
      state.app = (await context.call({ method: 'PUT', path: one, params, body, answer: ssoApp })).json;
      return { changed: true };
    },
  };
  const activation = {
    ...{ change: 'activate_app', id: app.id, name: undefined },
    make: () => change(context, { method: 'POST', path: `${one}/lifecycle/activate`, params }, []),
  };
  return [...(drift.length > 0 ? [update] : []), ...(app.status === 'INACTIVE' ? [activation] : [])];
}

/** The wanted members without those that are as wanted, so that what Okta adds to them is kept. */
function pruned(known: unknown, wanted: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(wanted).filter(
    ([name, value]) => driftOf(isRecord(known) ? known[name] : undefined, value).length > 0,
  );
  return Object.fromEntries(
    members.map(([name, value]) => [
      name,
      isRecord(value) ? pruned(isRecord(known) ? known[name] : undefined, value) : value,
    ]),
  );
}

function creation(
  context: ActionContext,
  state: AppState,
  made: Made[],
  { label, mode, takeOver, body }: Wanted,
): PlannedChange {
  return {
    ...{ change: 'create_app', id: undefined, name: label },
    async make() {
      context.signal?.throwIfAborted();
      // Stopped half-way, it would leave an app that nobody knows of.
      const call = {
        method: 'POST',
        path,
        query: { activate: true },
        body,
        answer: ssoApp,
        lasting: true,
      } as const;
      try {
        state.app = (await context.call(call)).json;
      } catch (error) {
        if (isRefusal(error)) throw error;
        // It was not there before. Left alone, nobody would ever be told its secret.
        state.app = await ownApp(context, label, { mode, takeOver }).catch(() => undefined);
        if (!state.app) throw error;
      }
      state.isNew = true;
      const { id } = state.app;
      made.push({ what: `the app ${id}`, takeBack: (lasting) => deleteSsoApp(lasting, id) });
      return { changed: true };
    },
  };
}

/** Whether no app was created: else the answer was lost, or an earlier attempt had none. */
const isRefusal = (error: unknown): boolean =>
  !isOktaError(error) ||
  (String(error.status).startsWith('4') && !(error.code === 'already_exists' && error.mayHaveHappened));

/** Deactivates and deletes an app. */
async function deleteSsoApp(context: ActionContext, appId: string): Promise<{ changed: boolean }> {
  const params = { appId };
  await change(context, { method: 'POST', path: `${one}/lifecycle/deactivate`, params }, [GONE]);
  return change(context, { method: 'DELETE', path: one, params }, [GONE]);
}
