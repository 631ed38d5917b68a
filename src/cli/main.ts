import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config.js';
import { AppError } from '../errors.js';
import { MisuseError } from '../import/misuse-error.js';
import { OperatorError } from '../infra/operator-error.js';

/** Exit codes of every command: 0 fine, 1 findings or failure, 2 misuse (the call or a setting is wrong). */
export const EXIT = { fine: 0, findings: 1, misuse: 2 } as const;

export interface RunCliOptions {
  readonly version: string;
  /** Writes text as it is to stdout; default: the process's. */
  readonly print?: (text: string) => void;
  /** Writes text as it is to stderr. */
  readonly printError: (text: string) => void;
  /** What the command that ran has set; default: fine. */
  readonly exitCode?: () => number;
}

/**
 * Runs the command line. What the person at the keyboard can put right is one clear message without a stack; anything
 * else is a bug and shows where.
 */
export async function runCli(
  argv: readonly string[],
  addCommands: readonly ((program: Command) => void)[],
  options: RunCliOptions,
): Promise<number> {
  const { printError } = options;
  const program = new Command('yxrisk')
    .description('Risk control for an electric utility’s customer business: rules over business events')
    .version(options.version)
    .showSuggestionAfterError()
    .configureOutput({ ...(options.print && { writeOut: options.print }), writeErr: printError })
    .exitOverride();
  for (const add of addCommands) add(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return options.exitCode?.() ?? EXIT.fine;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message; help and version are no errors.
      return error.exitCode === 0 ? EXIT.fine : EXIT.misuse;
    }
    if (error instanceof OperatorError || error instanceof AppError || error instanceof MisuseError) {
      printError(`${error.message}\n`);
      return isMisuse(error) ? EXIT.misuse : EXIT.findings;
    }
    printError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.findings;
  }
}

function isMisuse(error: Error): boolean {
  if (error instanceof AppError) return error.status === 400;
  return error instanceof ConfigError || error instanceof MisuseError;
}
