import type { HostField } from '../../fields.ts';
import type { NodeOperation, NodeType } from '../node-types.ts';
import type { StoredValues } from '../values.ts';
import { offerAddByKeyboard } from './add-by-keyboard.ts';
import { ask } from './api.ts';
import { ConnectionForm } from './connection-form.ts';
import { helpButton } from './help-button.ts';
import { OperationForm } from './operation-form.ts';
import { authProblems, isVariable, problemOf, problemsOf, scheduleProblem } from './problems.ts';
import { offerOperations } from './quick-add.ts';
import { type EditorNode, editor, types } from './red.ts';
import { scheduleField } from './schedule-field.ts';

/** The open form; at most one of each kind at a time. */
let operationForm: OperationForm | undefined;
let connectionForm: ConnectionForm | undefined;

/** True, or the reasons why a value is invalid. Node-RED accepts reasons only from functions with two parameters. */
type Verdict = true | string | string[];

/** Behaviour of a node type in the editor; its data is part of the registration. */
export interface Forms {
  label(this: EditorNode): string;
  labelStyle(this: EditorNode): string;
  /** True when every required value is present and all values can be parsed; otherwise the reasons. */
  validate(this: EditorNode, fields: StoredValues, options: object): Verdict;
  /** An operation that asks the org for nothing needs no connection. */
  validateConnection(this: EditorNode, connection: string, options: object): Verdict;
  validateAuth(this: EditorNode, auth: EditorNode['auth'], options: object): Verdict;
  validateOrgUrl(this: EditorNode, orgUrl: string, options: object): Verdict;
  validateCron(this: EditorNode, cron: string, options: object): Verdict;
  validateInterval(this: EditorNode, interval: string, options: object): Verdict;
  validateSchemas(this: EditorNode, schemas: string | undefined, options: object): Verdict;
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

offerOperations();
offerAddByKeyboard();

const labelStyle = function (this: EditorNode) {
  return this.name ? 'node_label_italic' : '';
};

const verdict = (problems: string[]): Verdict => problems.length === 0 || problems;

const checks = {
  validateCron(this: EditorNode, cron: string, _options: object): Verdict {
    return scheduleProblem(cron, this.timeZone) ?? true;
  },
  validateInterval(this: EditorNode, interval: string, _options: object): Verdict {
    return isVariable(interval) || Number(interval) >= 1 || this._('problem.interval');
  },
  validateSchemas(this: EditorNode, schemas: string | undefined, _options: object): Verdict {
    // Nodes of older flows have none.
    if (!schemas) return true;
    const stored = { type: this.schemasType ?? 'json', value: schemas };
    return problemOf(stored, (key, values) => this._(key, values)) ?? true;
  },
  validateOrgUrl(this: EditorNode, orgUrl: string, _options: object): Verdict {
    const address = orgUrl.includes('://') ? orgUrl : `https://${orgUrl}`;
    return orgUrl !== '' && (isVariable(orgUrl) || URL.canParse(address)) ? true : this._('problem.orgUrl');
  },
};

/** The events are real, and so is what the flow does with them: nobody should send them by a slip. */
const button: Forms['button'] = {
  enabled() {
    return !this.changed;
  },
  onclick() {
    const question = editor.notify($('<p>').text(this._('message.askSamples')), {
      ...{ type: 'warning', modal: true, fixed: true },
      buttons: [
        { text: this._('label.cancel'), click: () => question.close() },
        {
          text: this._('label.send'),
          class: 'primary',
          click: () => {
            question.close();
            void sendSamples(this);
          },
        },
      ],
    });
  },
};

async function sendSamples(node: EditorNode): Promise<void> {
  try {
    const { count } = await ask<{ count: number }>(`sample/${node.id}`);
    const text = node._('message.samples', { count: String(count) });
    editor.notify(text, { type: 'success', timeout: 3_000 });
  } catch (error) {
    // As text: the message may repeat what somebody else put into a flow.
    editor.notify($('<p>').text((error as Error).message), { type: 'error' });
  }
}

const connectionForms = (type: NodeType): Forms => ({
  ...{ ...checks, labelStyle, button, validate: () => true, validateConnection: () => true },
  label() {
    return this.name || this.orgUrl.replace(/^https?:\/\//, '') || type.label;
  },
  validateAuth(auth, _options) {
    const mode = type.authModes.find((one) => one.type === auth?.type);
    return verdict(authProblems(mode, auth ?? {}, (key, values) => this._(key, values)));
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

const LONGEST_LABEL = 48;

/** What an operation acts on, as the form shows it: the objects that it names, else the name of a new one. */
function actsOn({ fields }: NodeOperation, stored: StoredValues = {}): string {
  const isNamed = (field: HostField) => field.options !== undefined && field.options !== 'event_types';
  const needed = fields.filter((field) => field.required);
  const named = fields.filter((field) => isNamed(field) && (field.required || stored[field.name]));
  const first = needed.flatMap((field) => field.fields?.find((one) => one.required) ?? []).slice(0, 1);
  const texts = (named.length > 0 ? named : first).flatMap(({ name }) => {
    const { type = '', value = '', label } = stored[name] ?? {};
    if (value === '' || type === 'jsonata' || type === 'json') return [];
    return [
      { isFixed: !ELSEWHERE.has(type), text: label ?? (ELSEWHERE.has(type) ? `${type}.${value}` : value) },
    ];
  });
  // A name says more than where another one comes from.
  const fixed = texts.filter(({ isFixed }) => isFixed);
  return (fixed.length > 0 ? fixed : texts).map(({ text }) => text).join(', ');
}

const ELSEWHERE: ReadonlySet<string> = new Set(['msg', 'flow', 'global', 'env']);

const operationForms = (type: NodeType): Forms => ({
  ...{ ...checks, labelStyle, button, validateAuth: () => true },
  label() {
    const chosen = type.operations.find((one) => one.key === this.operation);
    if (this.name || !chosen) return this.name || type.label;
    const text = `${chosen.title} ${actsOn(chosen, this.fields)}`.trim();
    return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
  },
  validate(fields, _options) {
    // An unknown key belongs to an operation of another version of the package.
    const chosen = type.operations.find((one) => one.key === this.operation);
    return verdict(problemsOf(chosen, fields, (key, values) => this._(key, values)));
  },
  validateConnection(connection, _options) {
    const chosen = type.operations.find((one) => one.key === this.operation);
    if (chosen?.offline || isVariable(connection) || editor.nodes.node(connection)) return true;
    return `${this._('label.connection')} ${this._('problem.missing')}`;
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
    const schemas = $('#node-input-schemas');
    schemas.typedInput({
      types: ['json', { value: 'file', label: this._('label.file'), icon: 'fa fa-file-o' }],
      typeField: '#node-input-schemasType',
    });
    schemas.typedInput('width', '65%');
    scheduleField((key, values) => this._(key, values));
    for (const row of $('#dialog-form [data-help]')) {
      const title = $(row).find('label, label span').first().text().trim();
      $(row).append(helpButton(title, String($(row).data('help')), this._('label.help')));
    }
  },
  oneditsave() {
    if (operationForm) this.fields = operationForm.read();
    const token = $('#node-input-token');
    // Node-RED would report an empty secret that never existed as a change.
    if (token.val() === '' && !this.credentials?.has_token) token.remove();
  },
});

/** With a single connection there is nothing to choose. */
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
