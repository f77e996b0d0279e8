import { Argument, Option } from 'commander';
import { connector } from '../connector.ts';
import { EXPORTS } from '../export/sources.ts';
import { TARGET_KINDS } from '../sync/targets/open.ts';
import type { CommandSpec } from './command-spec.ts';
import { FLEET_WORDS } from './fleet-words.ts';
import {
  readAddress,
  readConcurrency,
  readErrorLimit,
  readHttpPort,
  readLeaverLimit,
  readLimit,
  readNames,
  readPages,
  readPolls,
  readPort,
  readPublicUrl,
  readRate,
  readSeconds,
  readShare,
} from './input.ts';
import { readTime } from './times.ts';

const arg = (name: string, about: string) => new Argument(name, about);

function option<T>(flags: string, about: string, read?: (value: string) => T, initial?: T): Option {
  const made = new Option(flags, about);
  if (read) made.argParser(read);
  return initial === undefined ? made : made.default(initial);
}

const inputs = arg('[inputs...]', 'inputs as key=value, profile.department=Sales for nested ones');
const json = option('--json', 'as JSON even on a terminal');
const input = () => option('--input <json>', 'input: JSON, @file or - for stdin', undefined, '{}');
const deadLetter = () =>
  option(
    '--dead-letter <file>',
    'append events of an unexpected shape to this file instead of delivering them',
  );
const needed = (one: Option) => one.makeOptionMandatory();
/** A kind of target and its place: the choices are for help and completion, the command checks both words. */
const to = Object.assign(option('--to <target...>', 'ndjson, or csv DIR, scim URL, webhook URL'), {
  argChoices: [...TARGET_KINDS],
});
const rowFormat = (about: string) => option('--format <format>', about).choices(['csv', 'ndjson']);

/** Options of every command that uses an org, listed after its own. */
export const CONNECTION_OPTIONS: readonly Option[] = [
  option('--profile <name>', 'connection saved by "connect" (env: OKTA_CONNECTOR_PROFILE)'),
  option('--connection <file>', 'connection as JSON (default: the OKTA_CLIENT_… variables)'),
  option(
    '--tokens <file>',
    'where the tokens of a sign-in or service app are kept (default: in ~/.local/state/okta-connector; of a service app in memory)',
  ),
  option(
    '--budget <file>',
    'share the rate limit with other processes that use this file (env: OKTA_CONNECTOR_BUDGET)',
  ),
  option('--rate-limit-share <share>', 'maximum share of each rate limit to use (default: 0.8)', readShare),
  option('--timeout <seconds>', 'limit of one attempt of a call (default: 30)', readSeconds),
  option('--log <file>', 'append one JSON line per request; - for stderr'),
  option('--log-personal-data', 'include real paths (ids, logins, searches) in the log'),
  option('--verbose', 'show progress on stderr even if it is not a terminal'),
];

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'actions',
    about: 'list the actions, all or those about something',
    args: [arg('[search...]', 'words that their names or descriptions have')],
    options: [option('--json', 'as JSON')],
    examples: ['actions', 'actions unlock', 'actions group rule --json'],
    action: async (words, flags) => (await import('./list.ts')).listActions(words, flags),
  },
  {
    name: 'triggers',
    about: 'list the triggers',
    options: [option('--json', 'as JSON')],
    examples: ['triggers', 'triggers --json'],
    action: async (flags) => (await import('./list.ts')).listTriggers(flags),
  },
  {
    name: 'describe',
    about: 'show inputs, outputs, scopes and a sample',
    args: [
      arg('<key>', 'an action or a trigger'),
      arg('[inputs...]', 'eventTypes=TYPE: what these events carry'),
    ],
    options: [option('--json', 'as JSON, with JSON Schemas')],
    examples: [
      'describe create_user',
      'describe new_event --json',
      'describe new_event eventTypes=user.account.privilege.grant',
    ],
    action: async (key, pairs, flags) => (await import('./describe.ts')).describe(key, pairs, flags),
  },
  {
    name: 'run',
    about: 'run an action; its output goes to stdout as JSON, on a terminal a list as a table',
    args: [arg('<action>', 'key of the action'), inputs],
    options: [
      input(),
      json,
      option('--ndjson', 'for lists: one item per line, as they arrive'),
      option('--yes', 'do not ask before a destructive action; required without a terminal'),
    ],
    org: true,
    examples: [
      'run get_user userId=ana@acme.test',
      'run update_user userId=ana@acme.test profile.department=Sales',
      'run list_logons_by_ip ipAddress=198.51.100.7 since=24h',
      `run search_users --input '{"search":"status eq \\"ACTIVE\\""}' --ndjson`,
    ],
    action: async (key, pairs, flags) => (await import('./run.ts')).run(key, pairs, flags),
  },
  {
    name: 'bulk',
    about: 'run an action for each row of a file; survives a kill, see --resume',
    args: [arg('<action>', 'key of the action'), arg('[inputs...]', 'inputs of all rows as key=value')],
    options: [
      needed(option('--input <file>', 'CSV with a header, or NDJSON; - for stdin')),
      rowFormat('format of the input, if its name does not show it'),
      option('--map <file>', 'JSON: {"<input>": "<column>"} or {"<input>": {"value": <any>}}'),
      option('--null <text>', 'a cell with this text clears the attribute; an empty cell leaves it alone'),
      option(
        '--results <file>',
        'one JSON line per row, in order of completion (default: a new file beside the input)',
      ),
      option('--resume', 'continue the run of these results'),
      option('--dry-run', 'check all rows and report what would change, without changing it'),
      option('--check-existing', 'in a dry run: also look up, in batches, whether new objects exist already'),
      option(
        '--concurrency <n>',
        'rows processed concurrently; auto: up to 10, fewer if Okta demands it (default: auto)',
        readConcurrency,
      ),
      option(
        '--max-errors <n>',
        'stop when more rows than this number or share have failed (default: 10%)',
        readErrorLimit,
      ),
      option('--yes', 'do not ask before destructive rows; required without a terminal'),
    ],
    org: true,
    examples: [
      'bulk add_user_to_group --input sales.csv groupId=Sales --dry-run',
      'bulk add_user_to_group --input sales.csv groupId=Sales',
      'bulk add_user_to_group --input sales.csv groupId=Sales --results sales.results.ndjson --resume',
    ],
    action: async (key, pairs, flags) => (await import('./bulk.ts')).bulkCommand(key, pairs, flags),
  },
  {
    name: 'export',
    about:
      'write all users (except deactivated ones), groups, apps, their assignments, members of a group or events',
    args: [new Argument('<what>').choices(EXPORTS)],
    options: [
      option('--output <file>', 'created when complete (default: stdout)'),
      rowFormat('csv if --output ends in .csv, otherwise ndjson'),
      option('--search <expression>', "users, groups: expression in Okta's search language"),
      option(
        '--filter <expression>',
        "users, groups, apps, events: expression in Okta's filter language; assignments: of these apps",
      ),
      option('--group <group>', 'members: of this group, id or exact name'),
      option('--app <id>', 'assignments: of this app only'),
      option('--since <time>', 'events: ISO 8601, or 24h, 7d (default: 24 hours before --until)', readTime),
      option('--until <time>', 'events: ISO 8601, or 1h (default: now)', readTime),
      option('--limit <n>', 'maximum number of objects', readLimit),
      option('--fields <names>', 'only these, with commas: id,status,profile.login'),
      option('--raw', 'CSV: do not escape cells that a spreadsheet would treat as formulas'),
    ],
    org: true,
    examples: [
      'export users --output users.csv',
      'export members --group Sales --format csv --fields id,profile.login',
      'export events --since 7d --output events.ndjson',
      'export assignments --output who-has-what.csv',
    ],
    action: async (what, flags) => (await import('./export.ts')).exportAll(what, flags),
  },
  {
    name: 'poll',
    about: 'deliver what is new since the last run, one JSON item per line',
    args: [arg('<trigger>', 'key of a polling or scheduled trigger'), inputs],
    options: [
      input(),
      option('--state <file>', 'file that records what was delivered; required without --test'),
      option('--follow', 'run until Ctrl-C'),
      option('--interval <time>', 'between two runs: 30s, 5m, 1h', undefined, '30s'),
      option('--cron <expression>', 'run until Ctrl-C at these times instead, for example "0 7 * * *" (UTC)'),
      option('--max-pages <n>', 'pages of up to 1,000 events for one run', readPages),
      deadLetter(),
      option('--test', 'show a few recent items without touching --state'),
    ],
    org: true,
    examples: [
      'poll user_created --test',
      'poll user_created --state created.json --follow',
      'poll new_event since=24h --state events.json',
    ],
    action: async (key, pairs, flags) => (await import('./poll.ts')).pollCommand(key, pairs, flags),
  },
  {
    name: 'listen',
    about: 'receive events from an event hook, one JSON item per line',
    args: [arg('<trigger>', 'key of a trigger whose events an event hook can deliver'), inputs],
    options: [
      input(),
      needed(option('--public-url <url>', 'https URL at which Okta reaches this machine')),
      needed(option('--state <file>', 'file that stores the hook, its secret and what was delivered')),
      option('--port <n>', 'port to listen on', readPort, 8080),
      option('--host <address>', 'address to listen on', undefined, '127.0.0.1'),
      option(
        '--reconcile-interval <time>',
        'between two checks of the System Log, with input reconcile',
        undefined,
        '60s',
      ),
      option('--keep-hook', 'keep the hook in Okta when stopped'),
      deadLetter(),
    ],
    org: true,
    examples: ['listen user_created --public-url https://hooks.acme.test --state hook.json'],
    action: async (key, pairs, flags) => (await import('./listen.ts')).listen(key, pairs, flags),
  },
  {
    name: 'sync',
    about: 'tell another system what changed among users, groups and memberships since the last run',
    options: [
      option('--mapping <file>', 'JSON or YAML (default: everybody, all groups, standard fields)'),
      option('--state <where>', 'file or postgres:// URL of the snapshot; without it, everything is new'),
      to,
      option('--dry-run', 'only report what would change'),
      option('--full', 'read everything again, not only what changed'),
      option('--follow', 'run until Ctrl-C'),
      option('--interval <time>', 'between two runs: 30s, 5m, 1h', undefined, '5m'),
      option(
        '--max-leavers <n>',
        'hold everything when more people than this number or share would leave (default: 10%)',
        readLeaverLimit,
      ),
      option('--confirm-held', 'tell what an earlier run held'),
      option('--json', 'for a dry run: JSON instead of tables'),
    ],
    org: true,
    examples: [
      'sync --dry-run',
      'sync --state directory.db > changes.ndjson',
      'sync --mapping mapping.json --state directory.db --to csv directory',
      'sync --mapping mapping.json --state directory.db --to webhook https://hr.acme.test/okta --follow',
    ],
    action: async (flags) => (await import('./sync.ts')).syncCommand(flags),
  },
  {
    name: 'sso',
    about:
      'set single sign-on of an application up, on a page in your browser that asks, tests and shows what to paste',
    args: [new Argument('<what>', 'what to do').choices(['wizard'])],
    options: [
      option('--port <n>', 'port of the page on this machine', readPort).default(0, 'a free one'),
      option('--no-open', 'only print the URL, which works once'),
      option('--json', 'print the URL as one line of JSON'),
    ],
    org: true,
    examples: ['sso wizard', 'sso wizard --profile production', 'sso wizard --no-open --port 8485'],
    action: async (_what, flags) => (await import('./sso.ts')).ssoWizard(flags),
  },
  {
    name: 'scim',
    about: 'let Okta provision users and groups here by SCIM 2.0; one JSON event per line',
    options: [
      needed(
        option(
          '--state <where>',
          'file or postgres:// URL that keeps users, groups and events; made if there is none',
        ),
      ),
      option('--port <n>', 'port to listen on', readPort, 8080),
      option('--host <address>', 'address to listen on', undefined, '127.0.0.1'),
      option('--public-url <url>', 'https URL at which Okta reaches this machine, without /scim/v2'),
      option('--schemas <file>', 'JSON list of schemas of your own, as RFC 7643 writes them'),
      option('--log <file>', 'append one JSON line per request; - for stderr'),
      option('--post <url>', 'post each event there, signed, instead of printing it'),
      option('--ask <url>', 'ask there before a change is stored; the answer may refuse it'),
      option('--passwords <url>', 'post each new password there, once, signed; they are kept nowhere'),
      option('--json', 'print URL and a new token as a first line of JSON instead of text'),
    ],
    examples: [
      'scim --state people.db --public-url https://scim.acme.test',
      'scim --state people.db --port 8085 --log - > events.ndjson',
      'scim --state people.db --public-url https://scim.acme.test --post https://n8n.acme.test/webhook/okta',
    ],
    action: async (flags) => (await import('./scim.ts')).scimCommand(flags),
  },
  {
    name: 'serve',
    about: 'offer actions, lookups and triggers over HTTP, with keys of its own',
    args: [
      new Argument('[what]', 'keys: make, list or revoke keys instead').choices(['keys']),
      new Argument('[how]', 'what to do with keys').choices(['add', 'list', 'revoke']),
      arg('[name]', 'name of the key'),
    ],
    options: [
      option('--state <file>', 'file that keeps keys, answers and subscriptions', undefined, 'gateway.db'),
      option('--port <n>', 'port to listen on', readPort, 8080),
      option('--host <address>', 'address to listen on', undefined, '127.0.0.1'),
      option('--public-url <url>', 'https URL at which a proxy offers it', readPublicUrl),
      option('--allow-private-targets', 'subscriptions may post to http and to private addresses'),
      option('--read-only', 'nothing is changed in Okta; for "keys add": by this key'),
      option('--operations <names>', 'keys add: what it may use: keys, list_*, category:KEY, with commas'),
      option('--allow-destructive', 'keys add: destructive actions without a confirmation in each request'),
      option('--rate <n/min>', 'keys add: requests per minute, 300 unless given', readRate),
      option('--expires <when>', 'keys add: when it ends: 90d, or a time in ISO 8601'),
      option('--json', 'print URL or keys as JSON'),
    ],
    org: true,
    examples: [
      'serve keys add power-automate --operations "get_*,list_*,create_user"',
      'serve --port 8080 --state gateway.db',
      'serve keys revoke power-automate',
    ],
    action: async (what, how, name, flags) => (await import('./serve.ts')).serve(what, how, name, flags),
  },
  {
    name: 'fleet',
    about: 'poll the triggers of thousands of connections with any number of workers, on Redis',
    args: [
      new Argument('<what>', 'what to do').choices(FLEET_WORDS),
      arg('[target]', 'apply: FILE; pause, resume, remove: CONNECTION or CONNECTION/TRIGGER'),
    ],
    options: [
      option('--redis <url>', 'redis:// or rediss:// URL (env: OKTA_FLEET_REDIS)'),
      option('--prefix <name>', 'how all keys in Redis begin', undefined, 'okta-fleet'),
      option('--prune', 'apply: remove what the file does not name'),
      option('--confirm-held', 'resume: a sync may tell what it held back, because too many would leave'),
      option('--concurrency <n>', 'worker: polls at the same time', readPolls, 50),
      option('--keep-sockets', 'worker: keep sockets open between polls: more memory, less CPU'),
      option('--log <format>', 'worker: json or text, on stderr').choices(['json', 'text']).default('json'),
      option('--metrics-port <n>', 'worker: serve /metrics and /healthz at this port', readPort),
      option('--host <address>', 'worker: address of that port', undefined, '127.0.0.1'),
      option('--listen <address>', 'worker: receive event hooks at HOST:PORT', readAddress),
      option('--public-url <url>', 'worker: https URL at which Okta reaches --listen', readPublicUrl),
      option('--allow-unsafe-redis', 'use a Redis that deletes keys when its memory is full'),
      option('--json', 'status: as JSON, with each trigger'),
    ],
    examples: [
      'fleet apply fleet.yaml --redis redis://127.0.0.1:6379',
      'fleet worker --redis redis://127.0.0.1:6379',
      'fleet status --json',
      'fleet resume acme/joiners',
    ],
    action: async (what, target, flags) => (await import('./fleet.ts')).fleetCommand(what, target, flags),
  },
  {
    name: 'mcp',
    about: 'serve the org to an AI client as tools (Model Context Protocol), by stdio or HTTP',
    options: [
      option('--read-only', 'only tools and inputs that change nothing'),
      option('--toolsets <resources>', 'only tools about these, with commas: user,group', readNames),
      option('--confirm <how>', 'what cannot be undone: ask the user of the client, or never do it')
        .choices(['ask', 'never'])
        .default('ask'),
      option('--compact', 'three tools (find, read, write) instead of one for each action'),
      option('--http <port>', 'serve HTTP at this port instead of stdio', readHttpPort),
      option('--host <address>', '--http: address to listen on, 127.0.0.1 unless given'),
      option('--public-url <url>', '--http: https URL at which clients reach this server', readPublicUrl),
      option('--issuer <url>', '--http: authorization server whose tokens clients send'),
      option(
        '--audience <name>',
        '--http: audience of these tokens: what the authorization server calls this server',
      ),
    ],
    org: true,
    examples: [
      'mcp --profile production',
      'mcp --profile production --read-only',
      'mcp --toolsets user,group --confirm never',
      'mcp --http 8086 --public-url https://mcp.acme.test --issuer https://acme.okta.com/oauth2/default --audience api://okta-mcp',
    ],
    action: async (flags) => (await import('./mcp.ts')).mcpCommand(flags),
  },
  {
    name: 'check',
    about: 'test the connection and report what it can do; JSON unless on a terminal',
    options: [json],
    org: true,
    examples: ['check', 'check --profile production', 'check --json'],
    action: async (flags) => (await import('./check.ts')).check(flags),
  },
  {
    name: 'whoami',
    about:
      'tell the org, who the connection acts as, its scopes and roles, and what is left of the rate limits',
    options: [json],
    org: true,
    examples: ['whoami', 'whoami --profile production --json'],
    action: async (flags) => (await import('./check.ts')).whoami(flags),
  },
  {
    name: 'connect',
    about: 'save a connection as a profile; asks for what is not given, and tests it first',
    args: [arg('<name>', 'name of the profile')],
    options: [
      option('--org-url <url>', 'where people sign in (env: OKTA_CLIENT_ORGURL)'),
      option('--auth <type>', 'how to connect (default: by what is given)').choices(
        connector.authModes.map(({ shape }) => shape.type.value),
      ),
      option('--client-id <id>', 'client id of the app (env: OKTA_CLIENT_CLIENTID)'),
      option('--scopes <names>', 'OAuth scopes, with commas (env: OKTA_CLIENT_SCOPES)'),
      option('--key-id <kid>', 'kid of the private key (env: OKTA_CLIENT_KEYID)'),
      option('--private-key-file <file>', 'PEM or JWK of a service app (env: OKTA_CLIENT_PRIVATEKEY)'),
      option('--redirect-uri <uri>', 'of a sign-in (default: http://127.0.0.1:8484/callback)'),
      option('--connection <file>', 'save the connection of this JSON file'),
      option('--secrets <where>', 'where the secrets go (default: the keyring where there is one)').choices([
        'keyring',
        'file',
      ]),
      option('--no-check', 'save it untested'),
      json,
    ],
    examples: [
      'connect production',
      'connect production --org-url https://acme.okta.com < token.txt',
      'connect service --auth client_credentials --client-id 0oa1 --scopes okta.users.read --private-key-file key.pem',
    ],
    action: async (name, flags) => (await import('./connect-profile.ts')).connectProfile(name, flags),
  },
  {
    name: 'profiles',
    about: 'list the saved connections, or remove one',
    args: [
      new Argument('[what]', 'what to do').choices(['list', 'remove']).default('list'),
      arg('[name]', 'profile to remove'),
    ],
    options: [json],
    examples: ['profiles', 'profiles remove production'],
    action: async (what, name, flags) => (await import('./profile-list.ts')).profiles(what, name, flags),
  },
  {
    name: 'login',
    about: 'sign in with a browser and store the tokens (authorization code with PKCE)',
    options: [option('--no-open', 'only print the URL')],
    org: true,
    examples: ['login --profile me', 'login --connection sign-in.json --no-open'],
    action: async (flags) => (await import('./login.ts')).login(flags),
  },
  {
    name: 'options',
    about: 'one page of a drop-down: possible values of an input',
    args: [
      arg('<key>', connector.resources.flatMap(({ choices }) => choices?.key ?? []).join(', ')),
      arg('[inputs...]', 'inputs on which it depends, as name=value'),
    ],
    options: [
      option('--search <text>', 'only entries that match'),
      option('--cursor <cursor>', 'cursor of the previous page'),
      json,
    ],
    org: true,
    examples: ['options users --search ana', 'options groups --json'],
    action: async (key, inputs, flags) => (await import('./lookups.ts')).options(key, inputs, flags),
  },
  {
    name: 'fields',
    about: 'the attributes that this org defines for its users, or for another resource',
    options: [
      option('--resource <key>', 'user, group or app_assignment', undefined, 'user'),
      option('--type <id>', 'user type, or id of the app', undefined, 'default'),
      json,
    ],
    org: true,
    examples: ['fields', 'fields --resource group'],
    action: async (flags) => (await import('./lookups.ts')).fields(flags),
  },
  {
    name: 'sandbox',
    about: 'run a local Okta org until Ctrl-C',
    options: [
      option('--port <n>', 'port', readPort).default(0, 'a free one'),
      option('--json', 'print URL and credentials as one line of JSON'),
      option('--seed <seed>', 'small, large (100,000 users) or a JSON file', undefined, 'small'),
    ],
    examples: ['sandbox', 'sandbox --port 8081 --seed large'],
    action: async (flags) => (await import('./sandbox.ts')).sandbox(flags),
  },
  {
    name: 'completion',
    about: 'print the script that completes commands, flags, operations and inputs in a shell',
    args: [new Argument('<shell>').choices(['bash', 'zsh', 'fish'])],
    examples: [
      'completion bash > ~/.local/share/bash-completion/completions/okta-connector',
      'completion fish > ~/.config/fish/completions/okta-connector.fish',
    ],
    action: async (shell) => (await import('./completion.ts')).printScript(shell),
  },
  {
    name: 'complete',
    about: 'print what may follow these words, one a line; called by the script of "completion"',
    args: [arg('[words...]', 'the words of the command line so far, the last one unfinished')],
    examples: [],
    hidden: true,
    action: async (words) =>
      (await import('./completion.ts')).printWords(words, COMMANDS, CONNECTION_OPTIONS),
  },
];
