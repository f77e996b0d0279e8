import type { Argument, Option } from 'commander';

/** One command of the command line; help, examples and shell completion are derived from it. */
export interface CommandSpec {
  name: string;
  about: string;
  args?: readonly Argument[];
  options?: readonly Option[];
  /** It uses an org, and takes CONNECTION_OPTIONS. */
  org?: true;
  /** Command lines without the name of the program. */
  examples: readonly string[];
  /** Left out of the help. */
  hidden?: true;
  /** Arguments, then the options. Loads what it needs. */
  // biome-ignore lint/suspicious/noExplicitAny: commander hands over what each command declares
  action(...args: any[]): Promise<void>;
}
