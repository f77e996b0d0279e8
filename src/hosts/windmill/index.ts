import type { Client } from '../../client.ts';
import { connect } from '../../connect.ts';
import type { Option } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { manifest } from '../../manifest/manifest.ts';
import { isRecord } from '../../schema/record.ts';
import { connectionOfForm } from '../connection-form.ts';
import { flatInput, flatName } from '../flat-form.ts';
import { keptClients } from '../kept-clients.ts';
import type { RemoteOperation } from '../remote.ts';
import { tellingErrors } from '../words.ts';
import { scriptFields } from './fields.ts';
import { moreOf } from './names.ts';

/** A resource of the type okta_connector. */
interface OktaResource {
  /** `https://acme.okta.com`. */
  orgUrl: string;
  /** API token. Without it, the service app is used. */
  token?: string;
  clientId?: string;
  /** PEM or JWK. */
  privateKey?: string;
  keyId?: string;
  /** Separated by spaces. */
  scopes?: string;
}

/** The name from which Windmill's parser derives that of the resource type. */
export type { OktaResource as OktaConnector };

/** What Windmill keeps for a script, from windmill-client. */
export interface ScriptState {
  getState(): Promise<unknown>;
  setState(state: unknown): Promise<void>;
}

/** The values of the arguments, by their names. */
type Arguments = Record<string, unknown>;

/** A worker keeps the process of a dedicated script: its client keeps its token. */
const clientFor = keptClients();

function clientOfResource(okta: OktaResource): Client {
  const connection = connectionOfForm({ ...okta });
  return clientFor(connection, () => connect(connection, { userAgent: 'windmill-okta-connector' }));
}

/** One run of a trigger returns no more; the next one goes on from there. */
const MOST_ITEMS = 5_000;

/** Choices of a drop-down without a second page: what follows is found by typing. */
const MOST_CHOICES = 200;

/**
 * Runs an action with the arguments of its script, whose result is of the type that the script declares.
 * @throws Error that says in words what happened and what to do, with the stable `code`.
 */
export const runScript = <T = unknown>(okta: OktaResource, key: string, values: Arguments): Promise<T> =>
  tellingErrors(async () => {
    const action = operationNamed(manifest().actions, key);
    return (await clientOfResource(okta).run(key, inputOf(action, values))) as T;
  });

/**
 * What is new since the last run of a trigger's script. The first run begins now, or at its input `since`.
 * @param state from windmill-client: Windmill keeps one for each script and schedule.
 * @throws Error as `runScript`.
 */
export const pullTrigger = <T = unknown>(
  okta: OktaResource,
  key: string,
  values: Arguments,
  state: ScriptState,
): Promise<T[]> =>
  tellingErrors(async () => {
    const trigger = operationNamed(manifest().triggers, key);
    const client = clientOfResource(okta);
    const input = inputOf(trigger, values, 'polling');
    let cursor = cursorIn(await state.getState());
    const items: T[] = [];
    let more = true;
    while (more && items.length < MOST_ITEMS) {
      const pulled = await client.pull(key, input, { cursor });
      items.push(...(pulled.items as T[]));
      ({ cursor, more } = pulled);
    }
    await state.setState({ cursor });
    return items;
  });

/**
 * The choices of a drop-down.
 * @param search what people typed.
 * @param within values of the inputs on which it depends.
 */
export const chooseFrom = (
  okta: OktaResource,
  key: string,
  search?: string,
  within: Record<string, string | undefined> = {},
): Promise<Option[]> =>
  tellingErrors(async () => {
    const client = clientOfResource(okta);
    const known = Object.entries(within).flatMap(([name, value]) => (value ? [[name, value]] : []));
    const found: Option[] = [];
    let cursor: string | undefined;
    do {
      const query = { search: search || undefined, within: Object.fromEntries(known), cursor };
      const page = await client.options(key, query);
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor && found.length < MOST_CHOICES);
    return found;
  });

function operationNamed<T extends { key: string }>(all: readonly T[], key: string): T {
  const found = all.find((one) => one.key === key);
  if (found) return found;
  throw new InputError(`This version of okta-connector has no ${key}`, {
    code: 'unknown_operation',
    hint: 'Generate the scripts again with the version that the workspace uses.',
  });
}

function inputOf(operation: RemoteOperation, values: Arguments, use?: 'polling'): Record<string, unknown> {
  const fields = scriptFields(operation);
  const form = { ...values };
  for (const field of fields.filter(({ kind }) => kind === 'attributes')) {
    const [known, others] = [form[flatName(field.name)], form[moreOf(field)]];
    form[flatName(field.name)] = { ...(isRecord(known) ? known : {}), ...(isRecord(others) ? others : {}) };
    if (!field.required && Object.keys(form[flatName(field.name)] as object).length === 0)
      delete form[flatName(field.name)];
  }
  return flatInput(operation, fields, form, use);
}

const cursorIn = (state: unknown): string | undefined =>
  isRecord(state) && typeof state.cursor === 'string' ? state.cursor : undefined;
