import { Command, CommanderError, type Option } from 'commander';
import { connector } from '../connector.ts';
import { isOktaError } from '../errors/errors.ts';
import type { CommandSpec } from './command-spec.ts';
import { COMMANDS, CONNECTION_OPTIONS } from './commands.ts';
import { endStream, printError } from './output.ts';
import { UsageError } from './usage.ts';

/** The command line, derived from the table of commands. */
export function programOf(commands: readonly CommandSpec[]): Command {
  const program = new Command('okta-connector')
    .description(`${connector.identity.description} Data goes to stdout, everything else to stderr.`)
    .version(connector.identity.version)
    .showHelpAfterError('(see --help)')
    .configureOutput({
      // Of several that are equally close, the first.
      outputError: (text, write) =>
        write(text.replace(/\(Did you mean one of ([^,]+),.*\?\)/, '(Did you mean $1?)')),
    })
    .addHelpText('after', examplesOf(['run get_user userId=ana@acme.test', 'check', 'connect production']))
    .exitOverride();
  for (const { name, about, args = [], org, options = [], examples, hidden, action } of commands) {
    const command = program.command(name, { hidden }).description(about);
    for (const one of args) command.addArgument(one);
    addOptions(command, options);
    if (org) {
      command.optionsGroup('Options of every command that uses an org:');
      addOptions(command, CONNECTION_OPTIONS);
    }
    if (examples.length > 0) command.addHelpText('after', examplesOf(examples));
    command.action(action);
  }
  return program;
}

function addOptions(command: Command, options: readonly Option[]): void {
  for (const option of options) command.addOption(option);
}

const examplesOf = (examples: readonly string[]) =>
  `\nExamples:\n${examples.map((example) => `  $ okta-connector ${example}`).join('\n')}`;

/** Runs the command line and sets the exit code. */
export async function main(): Promise<void> {
  process.exitCode = await exitCode();
  await endStream();
}

/** 0 success, 1 an error, 2 wrong usage. */
async function exitCode(): Promise<number> {
  try {
    await programOf(COMMANDS).parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printError(error);
    const usage = error instanceof UsageError;
    return usage || (isOktaError(error) && error.code === 'unknown_operation') ? 2 : 1;
  }
}
