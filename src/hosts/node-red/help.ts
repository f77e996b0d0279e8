import type { HostField } from '../fields.ts';
import type { NodeKind, NodeOperation, NodeType } from './node-types.ts';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const KIND_WORDS: Record<HostField['kind'], string> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  enum: 'string',
  multi_enum: 'array',
  date_time: 'string',
  scalar: 'any',
  list: 'array',
  rows: 'array',
  json: 'json',
  attributes: 'object',
};

const fieldHelp = ({ title, kind, description, required, members = [] }: HostField): string =>
  `<dt${required ? '' : ' class="optional"'}>${escaped(title)} <span class="property-type">${KIND_WORDS[kind]}</span></dt>` +
  `<dd>${escaped(description)}${members.length > 0 ? `<dl>${members.map(fieldHelp).join('')}</dl>` : ''}</dd>`;

const DESTRUCTIVE = {
  always: '<p><b>Takes something away that cannot be brought back.</b></p>',
  sometimes: '<p>With some settings, takes something away that cannot be brought back.</p>',
  never: '',
};

const operationHelp = ({ title, description, docsUrl, scopes, fields, destructive }: NodeOperation) =>
  `<h4>${escaped(title)}</h4><p>${escaped(description)}</p>` +
  DESTRUCTIVE[destructive] +
  `<dl class="message-properties">${fields.map(fieldHelp).join('')}</dl>` +
  `<p>Scopes: ${scopes.map((scope) => `<code>${escaped(scope)}</code>`).join(', ') || 'none'}. ` +
  `<a href="${escaped(docsUrl)}" target="_blank">Reference</a></p>`;

const ABOUT: Record<NodeKind, string> = {
  connection:
    'Address and credential of an org, shared by all nodes. Secrets are kept encrypted by Node-RED and are not part of exported flows. "Test connection" says in words what works and what does not, before you deploy.',
  action:
    'Runs one operation for each message. The fields follow the operation; each can be typed or come from the message.',
  polling: 'Starts a flow for each new event, late ones included, each once.',
  webhook:
    'Starts a flow as soon as the org calls. The node makes the hook when it starts, and deletes it when it stops.',
  schedule: 'Starts a flow at set times, with all events since the last run as one list.',
};

const ACTION_OUTPUT = `<h3>Outputs</h3><dl class="message-properties">
<dt>payload <span class="property-type">object | array</span></dt><dd>what the operation answers. Lists are one array, or one message an item.</dd>
<dt>parts <span class="property-type">object</span></dt><dd>with one message an item: <code>id</code>, <code>index</code>, and on the last message <code>count</code>, as Join nodes expect them.</dd></dl>
<h3>Errors</h3><p>Go to Catch nodes: <code>msg.error.code</code> is the kind of error, <code>msg.error.cause</code> has status, causes, hint and whether it may be tried again.</p>`;

const EVENT_PAYLOAD =
  'the event: who, what, to whom, from where; <code>payload.event</code> is the whole log event.';

const SCHEDULE_PAYLOAD =
  'one run: <code>events</code> is the list of what happened from <code>since</code> until <code>until</code>, <code>count</code> is how many, <code>id</code> names the run. A run that finds nothing sends an empty list.';

/** What a form has beside the fields of its operation: title, what is typed, what it means. */
const SETTINGS: Partial<Record<NodeKind, [title: string, type: string, meaning: string][]>> = {
  action: [
    [
      'Output',
      'string',
      'Of operations that answer a list: one message with all of it, or one message an item.',
    ],
  ],
  polling: [
    ['Every (seconds)', 'number', 'From the end of one look to the next; at least 1.'],
    ['Remember in', 'string', 'The context store that knows what was delivered.'],
  ],
  webhook: [
    [
      'Public URL',
      'string',
      'The address at which the org reaches this Node-RED, https. Below it stands what will be called.',
    ],
    [
      'Leave the hook in place when the node stops',
      'boolean',
      'The next start finds it and need not have it verified again; what happens while the node is stopped is missed all the same. The hook goes when the node is disabled or deleted, and always within a subflow.',
    ],
  ],
  schedule: [
    [
      'Cron',
      'string',
      'When it runs: minute, hour, day of the month, month, day of the week; a sixth in front for seconds.',
    ],
    [
      'Time zone',
      'string',
      'In which the times are meant, for example <code>Europe/Madrid</code>; that of the machine when left empty.',
    ],
    ['Remember in', 'string', 'The context store that knows where the last run ended.'],
  ],
};

const settingsHelp = (kind: NodeKind) =>
  `<h3>Settings</h3><dl class="message-properties">${(SETTINGS[kind] ?? [])
    .map(
      ([title, type, meaning]) =>
        `<dt>${title} <span class="property-type">${type}</span></dt><dd>${meaning}</dd>`,
    )
    .join('')}</dl>`;

const CONTEXT = `<h3>Where it remembers</h3><p>In the context store named under "Remember in". Only a persistent store outlives a restart: set <code>contextStorage</code> in Node-RED's settings.</p>`;

const WHERE: Partial<Record<NodeKind, string>> = {
  polling: CONTEXT,
  schedule: CONTEXT,
  webhook: `<h3>Where it remembers</h3><p>In <code>.okta-connector</code> in Node-RED's folder, with the secret of the hook, readable by its owner only.</p>`,
};

const triggerOutput = (kind: NodeKind) => `<h3>Outputs</h3><dl class="message-properties">
<dt>payload <span class="property-type">object</span></dt><dd>${kind === 'schedule' ? SCHEDULE_PAYLOAD : EVENT_PAYLOAD}</dd>
<dt>topic <span class="property-type">string</span></dt><dd>the key of the trigger.</dd>
<dt class="optional">sample <span class="property-type">boolean</span></dt><dd>true for recent events that the button of the node sends, to try a flow.</dd></dl>
${WHERE[kind] ?? ''}`;

const AUTH = (type: NodeType) =>
  type.authModes
    .map(
      (mode) =>
        `<h4>${escaped(mode.title)}</h4><dl class="message-properties">${mode.fields.map(fieldHelp).join('')}</dl>`,
    )
    .join('');

/** The text of the help panel. */
export function helpOf(type: NodeType): string {
  const { kind, operations } = type;
  const rest =
    kind === 'connection'
      ? AUTH(type)
      : settingsHelp(kind) +
        (kind === 'action' ? ACTION_OUTPUT : triggerOutput(kind)) +
        `<h3>${kind === 'action' ? 'Operations' : 'Triggers'}</h3>${operations.map(operationHelp).join('')}`;
  return `<script type="text/html" data-help-name="${type.type}"><p>${ABOUT[kind]}</p>${rest}</script>`;
}
