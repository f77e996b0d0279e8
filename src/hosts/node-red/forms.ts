import { settingMeaning } from './help.ts';
import { type NodeKind, type NodeType, secretsOf } from './node-types.ts';

/** The id prefix by which Node-RED finds inputs; config nodes use a different one. */
const prefixOf = (kind: NodeKind) => (kind === 'connection' ? 'node-config-input' : 'node-input');

const row = (content: string, attributes = '') => `<div class="form-row"${attributes}>${content}</div>`;

/** For the "?" of a row. */
const helpOf = (label: string) => {
  const meaning = settingMeaning(label).replaceAll(/<[^>]+>/g, '');
  return meaning === '' ? '' : ` data-help="${meaning.replaceAll('"', '&quot;')}"`;
};

const input = (id: string, label: string, more = 'type="text"') =>
  row(`<label for="${id}" data-i18n="label.${label}"></label><input id="${id}" ${more}>`, helpOf(label));

const select = (id: string, label: string, attributes = '', options = '') =>
  row(
    `<label for="${id}" data-i18n="label.${label}"></label><select id="${id}">${options}</select>`,
    attributes + helpOf(label),
  );

const secrets = (type: NodeType) =>
  secretsOf(type)
    .map((name) => `<input type="hidden" id="${prefixOf(type.kind)}-${name}">`)
    .join('');

const OUTPUT = ['whole', 'each'].map((one) => `<option value="${one}" data-i18n="label.${one}"></option>`);

const SETTINGS: Record<NodeKind, string> = {
  connection: '',
  action: select('node-input-output', 'output', ' id="okta-output-row"', OUTPUT.join('')),
  polling: input('node-input-interval', 'interval', 'type="number" min="1"'),
  schedule:
    input('node-input-cron', 'cron', 'type="text" placeholder="0 7 * * *"') +
    input('node-input-timeZone', 'timeZone', 'type="text" placeholder="Europe/Madrid"'),
  webhook:
    input('node-input-publicUrl', 'publicUrl', 'type="text" placeholder="https://flows.acme.test"') +
    row('<code id="okta-hook-url" class="okta-indent"></code>') +
    row(
      '<label class="okta-indent" style="width:auto"><input type="checkbox" id="node-input-keepHook"> ' +
        '<span data-i18n="label.keepHook"></span></label>',
      helpOf('keepHook'),
    ),
  server:
    input('node-input-token', 'token', 'type="password"') +
    input('node-input-path', 'path', 'type="text" placeholder="/scim/v2"') +
    input('node-input-publicUrl', 'publicUrl', 'type="text" placeholder="https://flows.acme.test"') +
    input('node-input-schemas', 'schemas') +
    '<input type="hidden" id="node-input-schemasType">' +
    row(
      '<label class="okta-indent" style="width:auto"><input type="checkbox" id="node-input-asks"> ' +
        '<span data-i18n="label.asks"></span></label>',
      helpOf('asks'),
    ) +
    row(
      '<label class="okta-indent" style="width:auto"><input type="checkbox" id="node-input-confirms"> ' +
        '<span data-i18n="label.confirms"></span></label>',
      helpOf('confirms'),
    ) +
    input('node-input-wait', 'wait', 'type="number" min="1" max="50"'),
};

/** The form of a node: the fixed rows of its kind and the container for the fields of the operation. */
export function nodeForm(type: NodeType): string {
  const { kind } = type;
  const rows =
    kind === 'connection'
      ? [
          input('node-config-input-name', 'name'),
          input('node-config-input-orgUrl', 'orgUrl', 'type="text" placeholder="https://acme.okta.com"'),
          select('okta-auth-type', 'auth'),
          '<div id="okta-auth"></div>',
          row(
            '<button type="button" id="okta-check" class="red-ui-button" data-i18n="label.check"></button>',
          ),
          '<div id="okta-check-result" role="status"></div>',
        ]
      : [
          input('node-input-name', 'name'),
          kind === 'server' ? '' : input('node-input-connection', 'connection'),
          select('node-input-operation', kind === 'action' ? 'operation' : 'trigger'),
          '<div id="okta-fields"></div>',
          SETTINGS[kind],
          kind === 'polling' || kind === 'schedule' ? select('node-input-store', 'store') : '',
        ];
  return (
    `<script type="text/html" data-template-name="${type.type}">` +
    `<div class="okta-form">${rows.join('')}${secrets(type)}</div></script>`
  );
}

/** Wider labels than Node-RED's: field titles are longer. */
export const STYLE = `<style>
.okta-form .form-row > label { width: 130px; vertical-align: middle; }
.okta-form .form-row > input:not([type=checkbox]), .okta-form .form-row > select, .okta-form .form-row > textarea { width: 65%; }
.okta-form .okta-indent { margin-left: 134px !important; }
.okta-form #okta-hook-url { display: block; overflow-wrap: anywhere; }
.okta-form input[type=checkbox] { width: auto; margin: 0 4px 0 0; }
.okta-required, .okta-destructive { color: var(--red-ui-text-color-error, #c00); }
.okta-problem { color: var(--red-ui-text-color-error, #c00); margin: 4px 0; }
.okta-problem:empty { display: none; }
.okta-help { width: 20px; height: 20px; margin-left: 6px; padding: 0; border: 1px solid var(--red-ui-secondary-border-color, #bbb); border-radius: 50%; background: none; color: inherit; font-size: 12px; line-height: 1; }
.okta-help-text { margin-top: 4px; max-width: 65%; opacity: 0.85; }
.okta-form .okta-schedule select, .okta-form .okta-schedule input { width: auto; margin-right: 6px; }
.okta-form .okta-date { width: auto; margin-top: 4px; }
.okta-secret { -webkit-text-security: disc; }
@supports not (-webkit-text-security: disc) { .okta-secret { color: transparent; text-shadow: 0 0 8px #888; } }
.okta-empty { opacity: 0.6; }
.okta-form .okta-line { display: flex; gap: 4px; align-items: flex-start; margin-bottom: 4px; }
.okta-form .okta-line > input, .okta-form .okta-line > select { width: auto; flex: 1 1 0; min-width: 0; }
.okta-form .okta-map-rows { flex: 2 1 0; }
.okta-form .okta-mapping h4 { margin: 8px 0 4px; font-size: 13px; }
.okta-form .okta-preview { overflow-x: auto; max-height: 260px; margin-top: 6px; }
.okta-preview-table th, .okta-preview-table td { text-align: left; padding: 2px 8px 2px 0; white-space: nowrap; }
.okta-row { position: relative; border-left: 3px solid var(--red-ui-secondary-border-color, #ccc); padding-left: 8px; margin-bottom: 12px; }
.okta-form .okta-remove { position: absolute; right: 0; top: 4px; }
</style>`;
