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
    typedInput(options: { types: (string | TypedInputType)[]; default?: string }): this;
    typedInput(method: 'type' | 'value'): string;
    typedInput(method: 'type' | 'value', value: string): this;
    typedInput(method: 'width', value: string): this;
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
  credentials?: Record<string, string | undefined>;
  changed?: boolean;
  _(key: string, values?: Record<string, string>): string;
}

interface Editor {
  nodes: { node(id: string): EditorNode | null };
  settings: { context: { default: string; stores: string[] }; httpNodeRoot?: string };
  popover: {
    panel(content: JQuery): {
      container: JQuery;
      show(options: { target: JQuery; align: 'left' | 'right' }): void;
      hide(): void;
    };
  };
  notify(text: string | JQuery, options: { type: 'success' | 'warning' | 'error'; timeout?: number }): void;
}

declare const RED: Editor;
/** Data that the build places next to the script. */
declare const OKTA_CONNECTOR: { types: NodeType[] };

export const editor = RED;
export const { types } = OKTA_CONNECTOR;
