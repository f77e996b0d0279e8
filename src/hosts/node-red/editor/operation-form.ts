import type { HostField } from '../../fields.ts';
import { type NodeOperation, type NodeType, secretsOf } from '../node-types.ts';
import type { StoredValue, StoredValues } from '../values.ts';
import { ask, draftOf } from './api.ts';
import { type FieldRow, fieldRow, type RowOptions } from './field-row.ts';
import { mappingEditor } from './mapping-editor.ts';
import type { EditorNode } from './red.ts';
import { rowsField } from './rows-field.ts';
import { wholeField } from './whole-field.ts';

/** An attribute as the org defines it. */
interface Attribute {
  name: string;
  title: string;
  description?: string;
  type: string;
  choices?: { value: string | number; label: string }[];
  required: boolean;
  readOnly: boolean;
}

const SETTLE_MS = 50;

/** The fields of the selected operation, redrawn when the selection changes. */
export class OperationForm {
  readonly #rows = new Map<string, FieldRow>();
  readonly #node: EditorNode;
  readonly #type: NodeType;
  readonly #container = $('#okta-fields');
  /** All values set so far, also for other operations: switching back and forth loses nothing. */
  readonly #kept: StoredValues;
  /** Reads the attributes that the org defines. */
  #reload: () => Promise<void> = async () => {};

  constructor(node: EditorNode, type: NodeType) {
    this.#node = node;
    this.#type = type;
    const operation = $('#node-input-operation');
    operation.empty();
    // Nothing is preset that changes something in the org.
    if (type.kind === 'action' && type.operations.length > 1)
      $('<option value="">').text(this.#text('label.choose')).appendTo(operation);
    this.#offer(operation);
    operation.val(this.#operation(node.operation)?.key ?? '');
    this.#kept = { ...node.fields };
    operation.on('change', () => {
      for (const name of this.#rows.keys()) delete this.#kept[name];
      Object.assign(this.#kept, this.#values());
      this.#show(this.#kept);
    });
    $('#node-input-connection').on('change', () => void this.#reload());
    this.#show(this.#kept);
  }

  /** Fills the drop-down: the actions by what they do, in the order of the alphabet. */
  #offer(list: JQuery): void {
    const { kind, operations } = this.#type;
    const add = (some: readonly NodeOperation[], place: JQuery) => {
      for (const { key, title } of some) $('<option>').val(key).text(title).appendTo(place);
    };
    if (kind !== 'action' || operations.length === 1) {
      add(operations, list);
      return;
    }
    const sorted = [...operations].sort((a, b) => a.title.localeCompare(b.title));
    for (const group of ['reads', 'changes', 'destroys'] as const) {
      const some = sorted.filter((one) => groupOf(one) === group);
      const place = $('<optgroup>').attr('label', this.#text(`label.group.${group}`));
      if (some.length > 0) add(some, place.appendTo(list));
    }
  }

  /** The current values. Secrets go into the hidden inputs that Node-RED encrypts. */
  read(): StoredValues {
    const hidden = secretsOf(this.#type).map((name) => [name, $(`#node-input-${name}`).val('')] as const);
    const values = this.#values();
    for (const [name, input] of hidden) {
      // Node-RED would report an empty secret that never existed as a change.
      if (input.val() === '' && !this.#node.credentials?.[`has_${name}`]) input.remove();
    }
    return values;
  }

  #values(): StoredValues {
    const values = [...this.#rows].map(([name, row]) => [name, row.read()] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as StoredValues;
  }

  /** Ids and names that are fixed in the form: other sources have values only when a message arrives. */
  #references(): Record<string, string> {
    const referring = (this.#operation($('#node-input-operation').val())?.fields ?? []).filter(
      (one) => one.options,
    );
    const values = referring.map(({ name }) => [name, this.#rows.get(name)?.read()] as const);
    return Object.fromEntries(
      values.flatMap(([name, value]) =>
        value && ['str', 'pick'].includes(value.type) ? [[name, value.value]] : [],
      ),
    );
  }

  #operation(key: unknown): NodeOperation | undefined {
    return this.#type.operations.find((one) => one.key === key);
  }

  #text = (key: string, values?: Record<string, string>): string => this.#node._(key, values);

  #show(stored: StoredValues): void {
    const operation = this.#operation($('#node-input-operation').val());
    this.#rows.clear();
    this.#reload = async () => {};
    this.#container.empty();
    $('#okta-output-row').toggle(operation?.list ?? false);
    if (!operation) return;
    $('<p class="okta-description">').text(operation.description).appendTo(this.#container);
    const { destructive } = operation;
    if (destructive !== 'never') {
      $('<p>')
        .addClass(destructive === 'always' ? 'okta-destructive' : '')
        .text(this.#text(`label.destructive.${destructive}`))
        .appendTo(this.#container);
    }
    for (const field of operation.fields) {
      if (field.kind === 'attributes') this.#attributes(field, stored);
      else this.#add(field, stored[field.name], this.#container);
    }
  }

  #add(
    field: HostField,
    stored: StoredValue | undefined,
    place: JQuery,
    how: Pick<RowOptions, 'wanted' | 'ownKind'> = {},
  ): void {
    const makeRow = field.mapping ? mappingEditor : field.kind === 'rows' ? rowsField : fieldRow;
    const row = makeRow({
      ...{ field, stored, ...how },
      takesMessages: this.#type.kind === 'action',
      connection: () => draftOf(String($('#node-input-connection').val())),
      references: () => this.#references(),
      text: this.#text,
    });
    const before = this.#rows.get(field.name);
    if (before) before.element.replaceWith(row.element);
    else place.append(row.element);
    this.#rows.set(field.name, row);
  }

  /** Attributes as individual fields, or the whole object from another source. */
  #attributes(field: HostField, stored: StoredValues): void {
    const box = $('<div class="okta-attributes">').appendTo(this.#container);
    const whole = wholeField(field, stored[field.name], { takesMessages: true, text: this.#text });
    box.append(whole.element);
    this.#rows.set(field.name, whole);

    const rows = $('<div>').appendTo(box);
    const chooser = $('<select class="okta-add-attribute okta-indent">').attr(
      'aria-label',
      this.#text('label.addAttribute'),
    );
    const { required: usual = [] } = field.attributesOf ?? {};
    // A new object needs them; an existing object already has them.
    const isNeeded = (one: { name: string; required: boolean }) => field.required && one.required;
    const everywhere = () =>
      new Map(
        (field.fields ?? []).map((one) => [
          one.name,
          { ...one, required: field.required && usual.includes(one.name.slice(field.name.length + 1)) },
        ]),
      );
    let known = everywhere();
    const offer = () => {
      chooser.empty().append($('<option value="">').text(this.#text('label.addAttribute')));
      for (const one of [...known.values()].sort((a, b) => a.title.localeCompare(b.title))) {
        if (this.#rows.has(one.name)) continue;
        const name = one.name.slice(field.name.length + 1);
        $('<option>').val(one.name).text(`${one.title} (${name})`).appendTo(chooser);
      }
    };
    const isOwn = (name: string) => !field.fields?.some((one) => one.name === name);
    const add = (one: HostField, wanted = false) =>
      this.#add(one, stored[one.name], rows, { wanted, ownKind: isOwn(one.name) ? one.kind : undefined });
    for (const one of known.values()) if (one.required || stored[one.name]) add(one);
    // Attributes that the org added may already be set: show them at once, and with their type once it is known.
    for (const [name, value] of Object.entries(stored)) {
      if (name.startsWith(`${field.name}.`) && isOwn(name))
        this.#add(unknownAttribute(field, name, value), value, rows, { ownKind: value.kind });
    }
    chooser.on('change', () => {
      const one = known.get(String(chooser.val()));
      if (one) add(one, true);
      offer();
    });
    box.append($('<div class="form-row">').append(chooser));
    offer();

    const note = $('<p class="okta-note okta-indent">').appendTo(box);
    const take = (attributes: Attribute[]) => {
      for (const one of attributes) {
        const name = `${field.name}.${one.name}`;
        if (one.readOnly) known.delete(name);
        else known.set(name, { ...attributeField(name, one), required: isNeeded(one) });
        const [row, definition] = [this.#rows.get(name), known.get(name)];
        if (!definition) continue;
        if (row && isOwn(name)) this.#add(definition, row.read(), rows, { ownKind: definition.kind });
        else if (row) row.star?.(definition.required);
        else if (definition.required) add(definition, true);
      }
      offer();
    };
    let asked = 0;
    this.#reload = async () => {
      const turn = ++asked;
      // Another operation or connection may have been selected in the meantime.
      const isLate = () => turn !== asked || !box[0]?.isConnected;
      note.empty();
      // Another connection may belong to an org with different attributes.
      known = everywhere();
      offer();
      const connection = draftOf(String($('#node-input-connection').val()));
      if (!connection) return;
      // Node-RED fires a change event for every input when it fills in a form: query the org only once.
      await new Promise((resolve) => window.setTimeout(resolve, SETTLE_MS));
      if (isLate()) return;
      try {
        const { resource, by = '' } = field.attributesOf ?? {};
        const kind = this.#rows.get(by)?.read();
        const { attributes } = await ask<{ attributes?: Attribute[] }>('fields', {
          ...{ connection, resource },
          kind: kind && ['str', 'pick'].includes(kind.type) ? kind.value : undefined,
        });
        if (isLate()) return;
        if (attributes) take(attributes);
        else note.text(this.#text('message.noAttributes'));
      } catch (error) {
        if (!isLate()) note.text((error as Error).message);
      }
    };
    void this.#reload();
  }
}

const groupOf = ({ reads, destructive }: NodeOperation) =>
  reads ? 'reads' : destructive === 'always' ? 'destroys' : 'changes';

const unknownAttribute = (parent: HostField, name: string, stored: StoredValue): HostField => ({
  name,
  title: name.slice(parent.name.length + 1),
  description: '',
  kind: stored.kind ?? 'string',
  required: false,
  nullable: true,
});

const KINDS: Record<string, HostField['kind']> = {
  boolean: 'boolean',
  integer: 'integer',
  number: 'number',
  array: 'list',
  object: 'json',
};

function attributeField(name: string, { title, description = '', type, choices }: Attribute): HostField {
  const field = { name, title, description, required: false, nullable: true } as const;
  if (choices && type === 'string') {
    const labels = Object.fromEntries(choices.map(({ value, label }) => [String(value), label]));
    return { ...field, kind: 'enum', choices: choices.map(({ value }) => String(value)), labels };
  }
  return { ...field, kind: KINDS[type] ?? 'string' };
}
