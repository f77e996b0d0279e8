import { type NodeType, secretsOf } from '../node-types.ts';
import type { StoredValues } from '../values.ts';
import { ask } from './api.ts';
import { ConnectionForm } from './connection-form.ts';
import { OperationForm } from './operation-form.ts';
import { category, type EditorNode, editor, types } from './red.ts';

/** The form that is open; there is one at a time for each kind. */
let operationForm: OperationForm | undefined;
let connectionForm: ConnectionForm | undefined;

const credentialsOf = (type: NodeType) =>
  Object.fromEntries(secretsOf(type).map((name) => [name, { type: 'password' as const }]));

const connectionType = types.find((type) => type.kind === 'connection') as NodeType;

function registerConnection(type: NodeType): void {
  editor.nodes.registerType(type.type, {
    category: 'config',
    defaults: {
      name: { value: '' },
      orgUrl: { value: '', required: true },
      auth: { value: { type: type.authModes[0]?.type } },
    },
    credentials: credentialsOf(type),
    label() {
      return this.name || this.orgUrl.replace(/^https?:\/\//, '') || type.label;
    },
    oneditprepare() {
      connectionForm = new ConnectionForm(this, type);
    },
    oneditsave() {
      if (!connectionForm) return;
      this.auth = connectionForm.read();
      connectionForm.saveSecrets();
    },
  });
}

/** What all nodes on the canvas have. */
function operationNode(type: NodeType) {
  const titleOf = (key: string) => type.operations.find((one) => one.key === key)?.title;
  return {
    category,
    paletteLabel: type.label,
    credentials: credentialsOf(type),
    defaults: {
      name: { value: '' },
      connection: { value: '', type: connectionType.type, required: true },
      operation: { value: type.operations[0]?.key, required: true },
      fields: {
        value: {},
        validate(this: EditorNode, fields: StoredValues) {
          const operation = type.operations.find((one) => one.key === this.operation);
          return (operation?.fields ?? []).every(
            (field) =>
              !field.required ||
              fields?.[field.name] !== undefined ||
              (field.fields?.every((one) => !one.required || fields?.[one.name] !== undefined) ?? false),
          );
        },
      },
    },
    label(this: EditorNode) {
      return this.name || titleOf(this.operation) || type.label;
    },
    labelStyle(this: EditorNode) {
      return this.name ? 'node_label_italic' : '';
    },
    oneditprepare(this: EditorNode) {
      chooseOnlyConnection();
      operationForm = new OperationForm(this, type);
      const store = $('#node-input-store');
      const { stores, default: preset } = editor.settings.context;
      for (const name of stores) $('<option>').val(name).text(name).appendTo(store);
      store.val((this as EditorNode & { store?: string }).store || preset);
      showHookUrl(this);
    },
    oneditsave(this: EditorNode) {
      if (operationForm) this.fields = operationForm.read();
    },
  };
}

/** With a single connection there is nothing to choose. */
function chooseOnlyConnection(): void {
  const select = $('#node-input-connection');
  const ids = [...select.find('option')].map((option) => (option as HTMLOptionElement).value);
  const [only, ...others] = ids.filter((id) => id !== '' && id !== '_ADD_');
  if (only && others.length === 0 && !editor.nodes.node(String(select.val())))
    select.val(only).trigger('change');
}

/** What the service will call, as the public URL is typed. */
function showHookUrl({ id }: EditorNode): void {
  const input = $('#node-input-publicUrl');
  const show = () => {
    const root = (editor.settings.httpNodeRoot || '').replace(/\/+$/, '');
    const base = String(input.val() ?? '').replace(/\/+$/, '');
    $('#okta-hook-url').text(base ? `${base}${root}/okta-connector/${id}` : '');
  };
  if (input.length > 0 && !input.val()) input.val(location.origin);
  input.on('input change', show);
  show();
}

function registerAction(type: NodeType): void {
  const node = operationNode(type);
  editor.nodes.registerType(type.type, {
    ...node,
    color: '#b7d3ea',
    icon: 'okta-connector-action.svg',
    inputs: 1,
    outputs: 1,
    defaults: { ...node.defaults, output: { value: 'whole' } },
  });
}

const TRIGGER_DEFAULTS = {
  polling: { interval: { value: '60', required: true } },
  schedule: { cron: { value: '0 7 * * *', required: true }, timeZone: { value: '' } },
  webhook: { publicUrl: { value: '', required: true }, keepHook: { value: false } },
};

function registerTrigger(type: NodeType): void {
  const node = operationNode(type);
  const own = TRIGGER_DEFAULTS[type.kind as keyof typeof TRIGGER_DEFAULTS];
  editor.nodes.registerType(type.type, {
    ...node,
    color: '#cfe3b4',
    icon: `okta-connector-${type.kind}.svg`,
    inputs: 0,
    outputs: 1,
    defaults: { ...node.defaults, store: { value: '' }, ...own },
    button: {
      enabled() {
        return !this.changed;
      },
      onclick() {
        ask<{ count: number }>(`sample/${this.id}`).then(
          ({ count }) =>
            editor.notify(this._('message.samples', { count: String(count) }), {
              type: 'success',
              timeout: 3_000,
            }),
          (error: Error) => editor.notify(error.message, { type: 'error' }),
        );
      },
    },
  });
}

/** For the tests of the forms. */
(window as unknown as { OKTA_FORMS: NodeType[] }).OKTA_FORMS = types;

for (const type of types) {
  if (type.kind === 'connection') registerConnection(type);
  else if (type.kind === 'action') registerAction(type);
  else registerTrigger(type);
}
