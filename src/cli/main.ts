#!/usr/bin/env node
import { Argument, Command, CommanderError, Option } from 'commander';
import { connector } from '../connector.ts';
import { isOktaError } from '../errors/errors.ts';
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

/** Every command that talks to an org takes these, behind its own. */
function withConnection(command: Command): Command {
  return command
    .optionsGroup('Options of every command that talks to an org:')
    .option('--connection <file>', 'connection as JSON; without it the OKTA_CLIENT_… variables are read')
    .option(
      '--tokens <file>',
      'where the tokens of a sign-in or service app are kept (default: in ~/.local/state/okta-connector; of a service app in memory)',
    )
    .option(
      '--budget <file>',
      'share the rate limit with the other processes that name this file (env: OKTA_CONNECTOR_BUDGET)',
    )
    .option(
      '--rate-limit-share <share>',
      'how much of each rate limit to use at most (default: 0.8)',
      readShare,
    )
    .option('--timeout <seconds>', 'time for one attempt of one call (default: 30)', readSeconds)
    .option('--log <file>', 'append one JSON line for each request; - for stderr')
    .option('--log-personal-data', 'let that log hold real paths (ids, logins, searches)')
    .option('--verbose', 'show progress on stderr even when it is no terminal');
}

const program = new Command('okta-connector')
  .description(`${connector.identity.description} Data goes to stdout, everything else to stderr.`)
  .version(connector.identity.version)
  .showHelpAfterError('(--help shows how)')
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
    .option('--ndjson', 'for lists: one item a line, as they come')
    .option('--yes', 'do not ask before a destructive action; needed where nobody can be asked')
    .action(async (key, options) => (await import('./run.ts')).run(key, options)),
);

withConnection(
  program
    .command('bulk')
    .argument('<action>', 'key of the action')
    .description('run an action for each row of a file; can be killed and resumed')
    .requiredOption('--input <file>', 'CSV with a header, or NDJSON; - for stdin')
    .addOption(
      new Option('--format <format>', 'of the input, where its name does not tell').choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--map <file>', 'JSON: {"<input>": "<column>"} or {"<input>": {"value": <any>}}')
    .option('--null <text>', 'a cell with this text clears the attribute; an empty cell leaves it alone')
    .option('--results <file>', 'one JSON line for each row, as they are finished')
    .option('--resume', 'go on with the run that these results are of')
    .option('--dry-run', 'check all rows and say what would be changed; nothing is')
    .option(
      '--concurrency <n>',
      'rows under way at the same time; auto: up to 10, fewer when Okta says so (default: auto)',
      readConcurrency,
    )
    .option(
      '--max-errors <n>',
      'stop after more failed rows than this number or share (default: 10%)',
      readErrorLimit,
    )
    .option('--yes', 'do not ask before destructive rows; needed where nobody can be asked')
    .action(async (key, options) => (await import('./bulk.ts')).bulk(key, options)),
);

withConnection(
  program
    .command('export')
    .addArgument(new Argument('<what>').choices(['users', 'groups', 'members', 'events']))
    .description('write all users, groups, members of a group or events; users without the deactivated ones')
    .option('--output <file>', 'appears when it is complete; stdout when left out')
    .addOption(
      new Option('--format <format>', 'csv when --output ends so, else ndjson').choices(['csv', 'ndjson']),
    )
    .option('--search <expression>', "users, groups: those that match, in Okta's search language")
    .option('--filter <expression>', "users, groups, events: those that match, in Okta's filter language")
    .option('--group <group>', 'members: of this group, id or exact name')
    .option('--since <time>', 'events: ISO 8601; the last 24 hours when left out')
    .option('--until <time>', 'events: ISO 8601; now when left out')
    .option('--limit <n>', 'at most this many', readLimit)
    .option('--fields <names>', 'only these, with commas: id,status,profile.login')
    .option('--raw', 'CSV: leave cells that a spreadsheet would take for formulas as they are')
    .action(async (what, options) => (await import('./export.ts')).exportAll(what, options)),
);

withConnection(
  program
    .command('poll')
    .argument('<trigger>', 'key of a polling or scheduled trigger')
    .description('deliver what is new since the last run, one JSON item a line')
    .option('--input <json>', 'input: JSON, @file or - for stdin', '{}')
    .option('--state <file>', 'where it remembers what was delivered; needed without --test')
    .option('--follow', 'go on until Ctrl-C')
    .option('--interval <time>', 'between two runs: 30s, 5m, 1h', '30s')
    .option('--cron <expression>', 'go on until Ctrl-C at these times instead, for example "0 7 * * *" (UTC)')
    .option('--max-pages <n>', 'pages of up to 1,000 events for one run', readPages)
    .option('--test', 'show a few recent items; --state is not touched')
    .action(async (key, options) => (await import('./poll.ts')).poll(key, options)),
);

withConnection(
  program
    .command('listen')
    .argument('<trigger>', 'key of a trigger whose events an event hook can deliver')
    .description('receive events from an event hook, one JSON item a line')
    .option('--input <json>', 'input: JSON, @file or - for stdin', '{}')
    .requiredOption('--public-url <url>', 'where Okta reaches this machine, https')
    .requiredOption('--state <file>', 'where it remembers hook, secret and what was delivered')
    .option('--port <n>', 'port to listen at', readPort, 8080)
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--reconcile-interval <time>', 'between two looks into the log, with input reconcile', '60s')
    .option('--keep-hook', 'leave the hook in Okta when stopped')
    .action(async (key, options) => (await import('./listen.ts')).listen(key, options)),
);

withConnection(
  program
    .command('check')
    .description('test the connection and tell what it can do, as JSON')
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
    .description('one page of a drop-down: what can be chosen for an input')
    .option('--search <text>', 'only entries that match')
    .option('--cursor <cursor>', 'the next page, as given by the page before')
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
