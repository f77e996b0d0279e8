/** The part of Node-RED's editor that the forms use; the same in versions 4 and 5. */
import type { NodeType } from '../node-types.ts';
import type { StoredValues } from '../values.ts';

export interface TypedInputType {
  value: string;
  label?: string;
  icon?: string;
  hasValue?: boolean;
  showLabel?: boolean;
  multiple?: boolean;
  options?: { value: string; label: string }[];
  valueLabel?: (container: JQuery, value: string) => void;
  expand?: () => void;
}

declare global {
  interface JQuery {
    typedInput(options: { types: (string | TypedInputType)[]; default?: string; typeField?: string }): this;
    typedInput(method: 'type' | 'value'): string;
    typedInput(method: 'type' | 'value', value: string): this;
    typedInput(method: 'width', value: string): this;
    editableList(method: 'addItem', item: object): this;
  }
}

/** A node in the editor. */
export interface EditorNode {
  id: string;
  name: string;
  type: string;
  connection: string;
  operation: string;
  fields: StoredValues;
  orgUrl: string;
  auth: Record<string, string> & { type: string };
  timeZone?: string;
  schemasType?: 'json' | 'file';
  credentials?: Record<string, string | undefined>;
  changed?: boolean;
  x: number;
  y: number;
  /** Its width. */
  w?: number;
  inputs?: number;
  outputs?: number;
  _(key: string, values?: Record<string, string>): string;
}

/** An entry of the quick-add list. */
export interface QuickAddEntry {
  type: string;
  def?: object;
  label: string;
  /** Its place while nothing is typed. */
  i: number;
  /** What it presets; only of the entries that this package adds. */
  operation?: string;
}

interface Link {
  source: EditorNode;
  sourcePort: number;
  target: EditorNode;
}

interface Editor {
  nodes: {
    node(id: string): EditorNode | null;
    id(): string;
    getType(type: string): { defaults: Record<string, { value?: unknown }>; outputs?: number };
    addLink(link: Link): void;
  };
  actions: { add(name: string, act: () => void, options: { label: string }): void };
  history: { push(event: { t: 'add'; links: Link[]; dirty: boolean }): void };
  view: {
    selection(): { nodes?: EditorNode[] };
    select(selection: { nodes: EditorNode[] }): void;
    importNodes(
      nodes: object[],
      options: { generateIds: boolean; touchImport: boolean; notify: boolean },
    ): void;
    redraw(all: boolean): void;
    focus(): void;
  };
  typeSearch: {
    show(options: {
      x: number;
      y: number;
      filter?: { input: boolean };
      cancel(): void;
      add(entry: QuickAddEntry): void;
    }): void;
  };
  settings: { context: { default: string; stores: string[] }; httpNodeRoot?: string };
  popover: {
    panel(content: JQuery): {
      container: JQuery;
      show(options: { target: JQuery; align: 'left' | 'right' }): void;
      hide(): void;
    };
  };
  notify(
    text: string | JQuery,
    options: {
      type: 'success' | 'warning' | 'error';
      timeout?: number;
      modal?: boolean;
      fixed?: boolean;
      buttons?: { text: string; class?: string; click(): void }[];
    },
  ): { close(): void };
  events: {
    on(event: 'nodes:add', listener: (node: EditorNode, options?: { source?: string }) => void): void;
    on(event: 'registry:node-type-added', listener: (type: string) => void): void;
  };
}

declare const RED: Editor;
/** Data that the build places next to the script. */
declare const OKTA_CONNECTOR: { types: NodeType[]; catalog: string };

export const editor = RED;
/** `catalog` is the namespace of the package's texts in Node-RED. */
export const { types, catalog } = OKTA_CONNECTOR;
