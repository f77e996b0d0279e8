import type { HostField } from '../../fields.ts';
import { secretKey } from '../node-types.ts';
import type { StoredValue } from '../values.ts';
import type { Draft } from './api.ts';
import { helpButton } from './help-button.ts';
import { isPress, openPicker } from './picker.ts';
import { problemOf } from './problems.ts';
import type { TypedInputType } from './red.ts';

export interface RowOptions {
  field: HostField;
  stored: StoredValue | undefined;
  /** Type of an attribute that only the org defines; undefined until it is known. */
  ownKind?: HostField['kind'] | undefined;
  /** The user added this field: it starts out wanting a value. */
  wanted?: boolean;
  /**
   * The node is run by messages, so that message properties are available as values. Undefined: all values are fixed, as parts of
   * one JSON value.
   */
  takesMessages: boolean | undefined;
  connection(): Draft | undefined;
  /** Values of the form's references, by name. */
  references(): Record<string, string>;
  text(key: string, values?: Record<string, string>): string;
}

/** One field on the form. */
export interface FieldRow {
  element: JQuery;
  /** Undefined when the field is not set. */
  read(): StoredValue | undefined;
  /** Shows whether it must be filled in, once that is known. */
  star?(isRequired: boolean): void;
}

/** Not an empty string: for an empty type, Node-RED returns the input's initial type. */
const UNSET = 'unset';

const NATIVE: Partial<Record<HostField['kind'], string[]>> = {
  number: ['num'],
  integer: ['num'],
  boolean: ['bool'],
  scalar: ['str', 'num', 'bool'],
  json: ['json'],
};

/** Other sources of a value; triggers have no message. */
export const elsewhere = (takesMessages: boolean | undefined): string[] =>
  takesMessages === undefined ? [] : takesMessages ? ['msg', 'flow', 'global', 'env', 'jsonata'] : ['env'];

/** The buttons of a typed input have no accessible names: label the row that contains them. */
export const labelledRow = ({ name, title }: HostField): JQuery =>
  $('<div class="form-row okta-field" role="group">').attr({ 'data-field': name, 'aria-label': title });

const hiddenSecret = (field: HostField) => $(`#node-input-${secretKey(field.name)}`);

/** A label and a typed input that offers the types of this field. */
export function fieldRow(options: RowOptions): FieldRow {
  const { field, stored, wanted, ownKind, text } = options;
  const element = labelledRow(field);
  const label = $('<label>').attr('title', field.description).appendTo(element);
  $('<span>').text(field.title).appendTo(label);
  const star = $('<span class="okta-required" aria-hidden="true">')
    .text(' *')
    .toggle(field.required)
    .appendTo(label);
  const example = field.example === undefined ? '' : textOf(field.example);
  const input = $('<input type="text" style="width:65%">')
    .attr({ placeholder: example, 'aria-label': field.title })
    .appendTo(element);
  const labels = new Map<string, string>();
  if (stored?.label) labels.set(stored.value, stored.label);

  const types = typesOf(options, labels, input);
  const nameOf = (type: string | TypedInputType) => (typeof type === 'string' ? type : type.value);
  // The stored type stays selectable even while the org's definition of the field is unknown.
  if (stored && !types.some((type) => nameOf(type) === stored.type)) {
    types.push(
      stored.type === 'choice' ? choiceType({ ...field, choices: [stored.value] }, text) : stored.type,
    );
  }
  const names = types.map(nameOf);
  const first = (wanted ? names.find((name) => name !== UNSET) : names[0]) ?? 'str';
  const type = stored && names.includes(stored.type) ? stored.type : first;
  input.val(type === 'cred' ? String(hiddenSecret(field).val() ?? '') : (stored?.value ?? ''));
  input.typedInput({ types, default: type });
  input.typedInput('type', type);
  element.append(helpButton(field.title, field.description, text('label.help')));
  if (field.kind === 'date_time') element.append(datePicker(field, input));
  const problem = $('<p class="okta-problem okta-indent" role="status">').appendTo(element);
  const check = () => {
    const [type, value] = [input.typedInput('type'), input.typedInput('value')];
    const found = value === '' ? undefined : problemOf({ type, value }, text);
    if (problem.text() !== (found ?? '')) problem.text(found ?? '');
  };
  // Node-RED tells of a change only when the field is left.
  element.on('input', check);
  input.on('change', check);
  check();

  return {
    element,
    star: (isRequired) => void star.toggle(isRequired),
    read() {
      const [now, value] = [input.typedInput('type'), input.typedInput('value')];
      // An empty string is a value only for text fields of Okta; elsewhere, for example for numbers, the field is not set.
      const mayBeEmpty =
        now === 'null' || (field.nullable && !(now === 'num' || field.required || field.kind === 'scalar'));
      const isMissing = value === '' && !mayBeEmpty;
      if (now === UNSET || isMissing) return undefined;
      if (now === 'cred') {
        if (value === '') return undefined;
        hiddenSecret(field).val(value);
        return { type: now, value: '' };
      }
      const shown = now === 'pick' ? labels.get(value) : undefined;
      if (now === 'pick' && value === '') return undefined;
      // The definitions of the org's own attributes are not available at run time.
      const kind = ownKind === undefined ? {} : { kind: ownKind };
      return { type: now, value, ...(shown ? { label: shown } : {}), ...kind };
    },
  };
}

/** A calendar beside the text; it writes the time in UTC, as Okta has it. */
function datePicker({ title }: HostField, input: JQuery): JQuery {
  const picker = $('<input type="datetime-local" class="okta-date okta-indent" step="60">').attr(
    'aria-label',
    title,
  );
  const show = () => {
    const type = input.typedInput('type');
    picker.toggle(type === 'str' || type === UNSET);
    const time = new Date(type === 'str' ? input.typedInput('value') : Number.NaN);
    const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
    picker.val(Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(0, 16));
  };
  picker.on('change', () => {
    const time = new Date(String(picker.val()));
    if (Number.isNaN(time.getTime())) return;
    input.typedInput('type', 'str');
    input.typedInput('value', time.toISOString());
  });
  input.on('change', show);
  show();
  return picker;
}

const textOf = (value: unknown) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? value.join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

function typesOf(
  { field, takesMessages, connection, references, text }: RowOptions,
  labels: Map<string, string>,
  input: JQuery,
): (string | TypedInputType)[] {
  const own: (string | TypedInputType)[] = [];
  if (field.secret) own.push('cred');
  else if (field.options) own.push(pickType(field, { connection, references, text }, labels, input), 'str');
  else if (field.choices) own.push(choiceType(field, text), 'str');
  else if (takesMessages === undefined && field.kind === 'json') own.push('str');
  else own.push(...(NATIVE[field.kind] ?? ['str']));
  if (field.kind === 'list' || takesMessages === undefined) own.push('json');
  // Optional fields and fields with a default may be left unset; required ones may not.
  const unset = {
    value: UNSET,
    label: text(field.default === undefined ? 'value.unset' : 'value.default'),
    hasValue: false,
  };
  if (field.default !== undefined) unset.label += `: ${textOf(field.default)}`;
  const clear = { value: 'null', label: text('value.clear'), hasValue: false };
  return [
    ...(field.required ? [] : [unset]),
    ...own,
    ...(field.nullable ? [clear] : []),
    ...elsewhere(takesMessages),
  ];
}

function choiceType(
  { choices = [], labels = {}, kind }: HostField,
  text: (key: string) => string,
): TypedInputType {
  return {
    value: 'choice',
    label: text('value.choice'),
    icon: 'fa fa-list-ul',
    multiple: kind === 'multi_enum',
    options: choices.map((value) => ({ value, label: labels[value] ?? value })),
  };
}

/** A drop-down filled from the org: shows names, stores ids. */
function pickType(
  { kind, options: key = '' }: HostField,
  { connection, references, text }: Pick<RowOptions, 'connection' | 'references' | 'text'>,
  labels: Map<string, string>,
  input: JQuery,
): TypedInputType {
  const multiple = kind === 'list';
  const chosen = () => input.typedInput('value').split(',').filter(Boolean);
  let shown: JQuery | undefined;

  const show = (value: string) => {
    shown?.text(labels.get(value) || value || text('picker.choose')).toggleClass('okta-empty', value === '');
  };
  const open = () =>
    openPicker({
      ...{ key, multiple, text },
      connection: connection(),
      within: references(),
      target: input.next(),
      isChosen: (value) => chosen().includes(value),
      choose({ value, label }) {
        const before = chosen();
        const names = (labels.get(before.join(',')) ?? before.join(', ')).split(', ').filter(Boolean);
        if (!multiple) {
          labels.set(value, label);
          input.typedInput('value', value);
        } else if (before.includes(value)) {
          const at = before.indexOf(value);
          const left = before.filter((_, index) => index !== at);
          labels.set(left.join(','), names.filter((_, index) => index !== at).join(', '));
          input.typedInput('value', left.join(','));
        } else {
          const all = [...before, value].join(',');
          labels.set(all, [...names, label.replaceAll(', ', ' ')].join(', '));
          input.typedInput('value', all);
        }
        show(input.typedInput('value'));
      },
    });
  return {
    value: 'pick',
    label: text('value.pick'),
    icon: 'fa fa-search',
    hasValue: true,
    valueLabel(container, value) {
      shown = $('<span class="okta-picked" role="button" tabindex="0">')
        .css({
          display: 'block',
          padding: '0 6px',
          lineHeight: '32px',
          cursor: 'pointer',
          overflow: 'hidden',
        })
        .on('click keydown', (event) => {
          if (!isPress(event)) return;
          event.preventDefault();
          open();
        })
        .appendTo(container);
      show(value);
    },
    expand: open,
  };
}
