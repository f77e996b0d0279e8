import { eventFields, type HostField } from '../index.ts';
import { locales } from './locales.ts';
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
  always: '<p><b>This cannot be undone.</b></p>',
  sometimes: '<p>With some settings, this cannot be undone.</p>',
  never: '',
};

/** What the events carry beyond what all have. */
function carriedHelp(eventTypes: readonly string[]): string {
  const paths = eventFields(eventTypes, { common: false })
    .map(({ path }) => path)
    .filter((path) => !path.includes('.changeDetails.from.'));
  const shown = paths.map((path) => `<code>payload.${escaped(path)}</code>`).join(', ');
  return shown ? `<p>The events may carry ${shown}.</p>` : '';
}

const operationHelp = ({
  title,
  description,
  docsUrl,
  scopes,
  fields,
  destructive,
  eventTypes,
}: NodeOperation) =>
  `<h4>${escaped(title)}</h4><p>${escaped(description)}</p>` +
  DESTRUCTIVE[destructive] +
  `<dl class="message-properties">${fields.map(fieldHelp).join('')}</dl>` +
  carriedHelp(eventTypes) +
  `<p>Scopes: ${scopes.map((scope) => `<code>${escaped(scope)}</code>`).join(', ') || 'none'}. ` +
  `<a href="${escaped(docsUrl)}" target="_blank">Reference</a></p>`;

const ABOUT: Record<NodeKind, string> = {
  connection:
    'The address of an org and its credential, shared by all nodes. Node-RED stores secrets encrypted and does not include them in exported flows. "Test connection" tells you what works and what does not, before you deploy.',
  action:
    'Runs one operation for each message. The fields depend on the operation; each value can be typed in or taken from the message.',
  polling: 'Starts a flow for each new event, exactly once, including events that arrive late.',
  webhook:
    'Starts a flow as soon as the org calls. The node creates the hook when it starts and deletes it when it stops.',
  schedule: 'Starts a flow on a schedule, with all events since the last run as one list.',
  server:
    'Is the server to which the org provisions: it keeps users and groups, and starts a flow for each change, at least once, in order. The second output asks the flow before a change is stored; send the message back into the node, with <code>msg.okta.refuse</code> as the reason to refuse it.',
};

const ACTION_OUTPUT = `<h3>Outputs</h3><dl class="message-properties">
<dt>payload <span class="property-type">object | array</span></dt><dd>the result of the operation. A list arrives as one array, or as one message per item.</dd>
<dt>parts <span class="property-type">object</span></dt><dd>with one message per item: <code>id</code>, <code>index</code> and, on the last message, <code>count</code>, as Join nodes expect.</dd></dl>
<h3>Errors</h3><p>Sent to Catch nodes: <code>msg.error.code</code> is the kind of error; <code>msg.error.cause</code> has the status, the causes, a hint, and whether a retry can help.</p>`;

const EVENT_PAYLOAD =
  'the event: who did what to whom, and from where; <code>payload.event</code> is the complete log event.';

const SCHEDULE_PAYLOAD =
  'one run: <code>events</code> lists the events between <code>since</code> and <code>until</code>, <code>count</code> is their number, <code>id</code> identifies the run. A run that finds nothing sends an empty list.';

/** The settings of a form in addition to the fields of its operation, by the key of their label: type, meaning. */
const SETTINGS: Partial<Record<NodeKind, Record<string, [type: string, meaning: string]>>> = {
  action: {
    output: [
      'string',
      'For operations that return a list: one message with the whole list, or one message per item.',
    ],
  },
  polling: {
    interval: ['number', 'The pause between the end of one poll and the start of the next; at least 1.'],
    store: ['string', 'The context store that records what has been delivered.'],
  },
  webhook: {
    publicUrl: [
      'string',
      'The https address at which the org can reach this Node-RED. The URL that will be called is shown below the field.',
    ],
    keepHook: [
      'boolean',
      'The next start reuses the hook without having it verified again; events that occur while the node is stopped are still missed. The hook is deleted when the node is disabled or deleted and, within a subflow, whenever it stops.',
    ],
  },
  server: {
    token: [
      'string',
      'A long random text: the org sends it with each call. If empty, that of the environment variable OKTA_CONNECTOR_SCIM_TOKEN.',
    ],
    path: ['string', "Where the server is, below the root of Node-RED's HTTP nodes."],
    publicUrl: [
      'string',
      'The https address at which the org can reach this Node-RED, for links in answers.',
    ],
    schemas: [
      'json | string',
      'Schemas of users and groups beyond those of SCIM, as RFC 7643 writes them: a JSON list, or the file that has it.',
    ],
    asks: [
      'boolean',
      'Each change waits for the answer of the flow. One that gets none in time is refused with 503, and nothing is stored.',
    ],
    confirms: [
      'boolean',
      'An event counts as delivered when its message comes back into the node. Until then the next one waits, and after a kill, or the time below, it comes again: nothing is lost that the flow had not finished.',
    ],
    wait: ['number', 'How long the flow has for its answer: 1 to 50; the org gives up after a minute.'],
  },
  schedule: {
    cron: [
      'string',
      'When it runs: minute, hour, day of the month, month, day of the week; an optional sixth field in front sets the seconds.',
    ],
    timeZone: [
      'string',
      'The time zone of the schedule, for example <code>Europe/Madrid</code>; if empty, that of the machine.',
    ],
    store: ['string', 'The context store that records where the last run ended.'],
  },
};

/** The meaning of a setting, by the key of its label; empty for settings that need none. */
export const settingMeaning = (label: string): string =>
  Object.values(SETTINGS).find((settings) => settings[label])?.[label]?.[1] ?? '';

const settingsHelp = (kind: NodeKind) =>
  `<h3>Settings</h3><dl class="message-properties">${Object.entries(SETTINGS[kind] ?? {})
    .map(
      ([label, [type, meaning]]) =>
        `<dt>${TITLES[label as keyof typeof TITLES]} <span class="property-type">${type}</span></dt><dd>${meaning}</dd>`,
    )
    .join('')}</dl>`;

const TITLES = locales['en-US'].label;

const CONTEXT = `<h3>Where its state is kept</h3><p>In the context store chosen under "${TITLES.store}". Only a persistent store survives a restart: set <code>contextStorage</code> in Node-RED's settings.</p>`;

const SERVER_PAYLOAD =
  'what happened: <code>kind</code>, <code>before</code>, <code>after</code>, <code>changed</code>, and an <code>id</code> that stays the same when it comes again. On the second output: what is about to happen, with <code>kinds</code>.';

const WHERE: Partial<Record<NodeKind, string>> = {
  polling: CONTEXT,
  schedule: CONTEXT,
  server:
    "<h3>Where its state is kept</h3><p>In the file that the form names, which only its owner can read; it needs Node.js 22.20 or newer. Or in Postgres: <code>postgres://…</code>, with <code>npm install pg</code> in Node-RED's user directory. Its password is better in <code>PGPASSWORD</code>: flows are not encrypted.</p>",
  webhook: `<h3>Where its state is kept</h3><p>In <code>.okta-connector</code> in Node-RED's user directory, together with the hook's secret, readable only by its owner.</p>`,
};

const PAYLOADS: Partial<Record<NodeKind, string>> = { schedule: SCHEDULE_PAYLOAD, server: SERVER_PAYLOAD };

const TOPIC = `<dt>topic <span class="property-type">string</span></dt><dd>the key of the trigger.</dd>
<dt class="optional">sample <span class="property-type">boolean</span></dt><dd>true for the recent events that the node's button sends to try out a flow.</dd>`;
const TOPICS: Partial<Record<NodeKind, string>> = {
  server: `<dt>topic <span class="property-type">string</span></dt><dd>the kind of the event, such as <code>user.provisioned</code>.</dd>
<dt class="optional">okta <span class="property-type">object</span></dt><dd><code>ask</code> names the question of the second output, or the event that is to be sent back; to refuse, add <code>refuse</code>, and <code>status</code> if it is not 400, before the message goes back.</dd>`,
};

const triggerOutput = (kind: NodeKind) => `<h3>Outputs</h3><dl class="message-properties">
<dt>payload <span class="property-type">object</span></dt><dd>${PAYLOADS[kind] ?? EVENT_PAYLOAD}</dd>
${TOPICS[kind] ?? TOPIC}</dl>
${WHERE[kind] ?? ''}`;

const AUTH = (type: NodeType) =>
  type.authModes
    .map(
      (mode) =>
        `<h4>${escaped(mode.title)}</h4><dl class="message-properties">${mode.fields.map(fieldHelp).join('')}</dl>`,
    )
    .join('');

/** The text of a node's help panel. */
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
