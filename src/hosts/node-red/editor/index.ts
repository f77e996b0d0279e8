import type { NodeType } from '../node-types.ts';
import type { StoredValue, StoredValues } from '../values.ts';
import { ask } from './api.ts';
import { ConnectionForm } from './connection-form.ts';
import { OperationForm } from './operation-form.ts';
import { type EditorNode, editor, types } from './red.ts';

/** The open form; at most one of each kind at a time. */
let operationForm: OperationForm | undefined;
let connectionForm: ConnectionForm | undefined;

/** Behaviour of a node type in the editor; its data is part of the registration. */
export interface Forms {
  label(this: EditorNode): string;
  labelStyle(this: EditorNode): string;
  /** True when every required value is present and all values can be parsed. */
  validate(this: EditorNode, fields: StoredValues): boolean;
  oneditprepare(this: EditorNode): void;
  oneditsave(this: EditorNode): void;
  /** Trigger nodes only: sends a few recent events. */
  button: { enabled(this: EditorNode): boolean; onclick(this: EditorNode): void };
}

/** The behaviour of one node type. */
export function formsOf(name: string): Forms {
  const type = types.find((one) => one.type === name) as NodeType;
  return type.kind === 'connection' ? connectionForms(type) : operationForms(type);
}

const labelStyle = function (this: EditorNode) {
  return this.name ? 'node_label_italic' : '';
};

const button: Forms['button'] = {
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
      // As text, not HTML: the message may repeat content of a flow that someone else wrote.
      (error: Error) => editor.notify($('<p>').text(error.message), { type: 'error' }),
    );
  },
};

const connectionForms = (type: NodeType): Forms => ({
  ...{ labelStyle, button, validate: () => true },
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

const operationForms = (type: NodeType): Forms => ({
  ...{ labelStyle, button },
  label() {
    const chosen = type.operations.find((one) => one.key === this.operation);
    return this.name || chosen?.title || type.label;
  },
  validate(fields) {
    const chosen = type.operations.find((one) => one.key === this.operation);
    // An unknown key belongs to an operation of another version of the package.
    if (!chosen) return false;
    const isSet = (name: string) => fields?.[name] !== undefined;
    if (!Object.values(fields ?? {}).every(isReadable)) return false;
    return chosen.fields
      .filter((field) => field.required)
      .every(
        (field) =>
          isSet(field.name) || (field.fields?.every((one) => !one.required || isSet(one.name)) ?? false),
      );
  },
  oneditprepare() {
    chooseOnlyConnection();
    operationForm = new OperationForm(this, type);
    const store = $('#node-input-store');
    const { stores, default: preset } = editor.settings.context;
    $('<option value="">').text(`(${preset})`).appendTo(store);
    for (const name of stores) if (name !== preset) $('<option>').val(name).text(name).appendTo(store);
    store.val((this as EditorNode & { store?: string }).store ?? '');
    showHookUrl(this);
  },
  oneditsave() {
    if (operationForm) this.fields = operationForm.read();
  },
});

/** False for invalid JSON or numbers; the value that Node-RED substitutes for `${NAME}` is not known here. */
function isReadable({ type, value, rows = [] }: StoredValue): boolean {
  if (rows.length > 0) return rows.every((row) => Object.values(row).every(isReadable));
  if (/^\$\{[^}]+\}$/.test(value)) return true;
  if (type === 'num') return Number.isFinite(Number(value));
  if (type !== 'json') return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Preselects the connection when there is only one. */
function chooseOnlyConnection(): void {
  const select = $('#node-input-connection');
  const ids = [...select.find('option')].map((option) => (option as HTMLOptionElement).value);
  const [only, ...others] = ids.filter((id) => id !== '' && id !== '_ADD_');
  if (only && others.length === 0 && !editor.nodes.node(String(select.val())))
    select.val(only).trigger('change');
}

/** Shows the URL that the service will call while the public URL is being typed. */
function showHookUrl({ id }: EditorNode): void {
  const input = $('#node-input-publicUrl');
  const show = () => {
    const root = (editor.settings.httpNodeRoot || '').replace(/\/+$/, '');
    const base = String(input.val() ?? '')
      .trim()
      .replace(/\/+$/, '');
    $('#okta-hook-url').text(base ? `${base}${root}/okta-connector/${id}` : '');
  };
  if (input.length > 0 && !input.val()) input.val(location.origin);
  input.on('input change', show);
  show();
}
