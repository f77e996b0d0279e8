#!/usr/bin/env node
import { Argument, Command, CommanderError, Option } from 'commander';
import { connector } from '../connector.ts';
import { isOktaError } from '../errors/errors.ts';
import { EXPORTS } from '../export/sources.ts';
import {
  readConcurrency,
  readErrorLimit,
  readLimit,
  readPages,
  readPort,
  readSeconds,
  readShare,
} from './input.ts';
import { endStream, printError } from './output.ts';
import { UsageError } from './usage.ts';

/** Options of every command that uses an org, listed after its own. */
function withConnection(command: Command): Command {
  return command
    .optionsGroup('Options of every command that uses an org:')
    .option('--connection <file>', 'connection as JSON (default: the OKTA_CLIENT_… variables)')
    .option(
      '--tokens <file>',
      'where the tokens of a sign-in or service app are kept (default: in ~/.local/state/okta-connector; of a service app in memory)',
    )
    .option(
      '--budget <file>',
      'share the rate limit with other processes that use this file (env: OKTA_CONNECTOR_BUDGET)',
    )
    .option('--rate-limit-share <share>', 'maximum share of each rate limit to use (default: 0.8)', readShare)
    .option('--timeout <seconds>', 'limit of one attempt of a call (default: 30)', readSeconds)
    .option('--log <file>', 'append one JSON line per request; - for stderr')
    .option('--log-personal-data', 'include real paths (ids, logins, searches) in the log')
    .option('--verbose', 'show progress on stderr even if it is not a terminal');
}

const program = new Command('okta-connector')
  .description(`${connector.identity.description} Data goes to stdout, everything else to stderr.`)
  .version(connector.identity.version)
  .showHelpAfterError('(see --help)')
  .exitOverride();

program
  .command('actions')
  .description('list the actions')
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./list.ts')).listOperations(connector.actions, options));

program
  .command('triggers')
  .description('list the triggers')
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./list.ts')).listOperations(connector.triggers, options));

program
  .command('describe')
  .argument('<key>', 'an action or a trigger')
  .description('show inputs, outputs, scopes and a sample')
  .option('--json', 'as JSON, with JSON Schemas')
  .action(async (key, options) => (await import('./describe.ts')).describe(key, options));

withConnection(
  program
    .command('run')
    .argument('<action>', 'key of the action')
    .description('run an action; its output goes to stdout as JSON')
    .option('--input <json>', 'input: JSON, @file or - for stdin', '{}')
    .option('--ndjson', 'for lists: one item per line, as they arrive')
    .option('--yes', 'do not ask before a destructive action; required without a terminal')
    .action(async (key, options) => (await import('./run.ts')).run(key, options)),
);

withConnection(
  program
    .command('bulk')
    .argument('<action>', 'key of the action')
    .description('run an action for each row of a file; survives a kill, see --resume')
    .requiredOption('--input <file>', 'CSV with a header, or NDJSON; - for stdin')
    .addOption(
      new Option('--format <format>', 'format of the input, if its name does not show it').choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--map <file>', 'JSON: {"<input>": "<column>"} or {"<input>": {"value": <any>}}')
    .option('--null <text>', 'a cell with this text clears the attribute; an empty cell leaves it alone')
    .option('--results <file>', 'one JSON line per row, in order of completion')
    .option('--resume', 'continue the run of these results')
    .option('--dry-run', 'check all rows and report what would change, without changing it')
    .option(
      '--concurrency <n>',
      'rows processed concurrently; auto: up to 10, fewer if Okta demands it (default: auto)',
      readConcurrency,
    )
    .option(
      '--max-errors <n>',
      'stop when more rows than this number or share have failed (default: 10%)',
      readErrorLimit,
    )
    .option('--yes', 'do not ask before destructive rows; required without a terminal')
    .action(async (key, options) => (await import('./bulk.ts')).bulkCommand(key, options)),
);

withConnection(
  program
    .command('export')
    .addArgument(new Argument('<what>').choices(EXPORTS))
    .description('write all users (except deactivated ones), groups, apps, members of a group or events')
    .option('--output <file>', 'created when complete (default: stdout)')
    .addOption(
      new Option('--format <format>', 'csv if --output ends in .csv, otherwise ndjson').choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--search <expression>', "users, groups: expression in Okta's search language")
    .option('--filter <expression>', "users, groups, apps, events: expression in Okta's filter language")
    .option('--group <group>', 'members: of this group, id or exact name')
    .option('--since <time>', 'events: ISO 8601 (default: 24 hours before --until)')
    .option('--until <time>', 'events: ISO 8601 (default: now)')
    .option('--limit <n>', 'maximum number of objects', readLimit)
    .option('--fields <names>', 'only these, with commas: id,status,profile.login')
    .option('--raw', 'CSV: do not escape cells that a spreadsheet would treat as formulas')
    .action(async (what, options) => (await import('./export.ts')).exportAll(what, options)),
);

withConnection(
  program
    .command('poll')
    .argument('<trigger>', 'key of a polling or scheduled trigger')
    .description('deliver what is new since the last run, one JSON item per line')
    .option('--input <json>', 'input: JSON, @file or - for stdin', '{}')
    .option('--state <file>', 'file that records what was delivered; required without --test')
    .option('--follow', 'run until Ctrl-C')
    .option('--interval <time>', 'between two runs: 30s, 5m, 1h', '30s')
    .option('--cron <expression>', 'run until Ctrl-C at these times instead, for example "0 7 * * *" (UTC)')
    .option('--max-pages <n>', 'pages of up to 1,000 events for one run', readPages)
    .option('--test', 'show a few recent items without touching --state')
    .action(async (key, options) => (await import('./poll.ts')).pollCommand(key, options)),
);

withConnection(
  program
    .command('listen')
    .argument('<trigger>', 'key of a trigger whose events an event hook can deliver')
    .description('receive events from an event hook, one JSON item per line')
    .option('--input <json>', 'input: JSON, @file or - for stdin', '{}')
    .requiredOption('--public-url <url>', 'https URL at which Okta reaches this machine')
    .requiredOption('--state <file>', 'file that stores the hook, its secret and what was delivered')
    .option('--port <n>', 'port to listen on', readPort, 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--reconcile-interval <time>',
      'between two checks of the System Log, with input reconcile',
      '60s',
    )
    .option('--keep-hook', 'keep the hook in Okta when stopped')
    .action(async (key, options) => (await import('./listen.ts')).listen(key, options)),
);

withConnection(
  program
    .command('check')
    .description('test the connection and report what it can do, as JSON')
    .action(async (options) => (await import('./check.ts')).check(options)),
);

withConnection(
  program
    .command('login')
    .description('sign in with a browser and store the tokens (authorization code with PKCE)')
    .option('--no-open', 'only print the URL')
    .action(async (options) => (await import('./login.ts')).login(options)),
);

withConnection(
  program
    .command('options')
    .argument('<key>', connector.resources.flatMap(({ choices }) => choices?.key ?? []).join(', '))
    .description('one page of a drop-down: possible values of an input')
    .option('--search <text>', 'only entries that match')
    .option('--cursor <cursor>', 'cursor of the previous page')
    .action(async (key, options) => (await import('./lookups.ts')).options(key, options)),
);

withConnection(
  program
    .command('fields')
    .description('the attributes that this org defines for its users, or for another resource')
    .option('--resource <key>', 'user, group or app_assignment', 'user')
    .option('--type <id>', 'user type, or id of the app', 'default')
    .action(async (options) => (await import('./lookups.ts')).fields(options)),
);

program
  .command('sandbox')
  .description('run a local Okta org until Ctrl-C')
  .addOption(new Option('--port <n>', 'port').argParser(readPort).default(0, 'a free one'))
  .option('--json', 'print URL and credentials as one line of JSON')
  .option('--seed <seed>', 'small, large (100,000 users) or a JSON file', 'small')
  .action(async (options) => (await import('./sandbox.ts')).sandbox(options));

/** 0 success, 1 an error, 2 wrong usage. */
async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printError(error);
    const usage = error instanceof UsageError;
    return usage || (isOktaError(error) && error.code === 'unknown_operation') ? 2 : 1;
  }
}

process.exitCode = await main();
await endStream();
