import { Command, CommanderError } from 'commander';
import { AppError } from '../errors.js';
import { OperatorError } from '../infra/operator-error.js';

/** Exit codes of every command: 0 fine, 1 findings or failure, 2 misuse. */
export const EXIT = { fine: 0, findings: 1, misuse: 2 } as const;

/**
 * Runs the command line. What the person at the keyboard can put right is one clear message without a stack; anything
 * else is a bug and shows where.
 */
export async function runCli(
  argv: readonly string[],
  addCommands: readonly ((program: Command) => void)[],
  options: { readonly version: string; readonly printError: (text: string) => void },
): Promise<number> {
  const program = new Command('yxrisk')
    .description('Risk control for an electric utility’s customer business: rules over business events')
    .version(options.version)
    .showSuggestionAfterError()
    .exitOverride();
  for (const add of addCommands) add(program);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? EXIT.fine);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message; help and version are no errors.
      return error.exitCode === 0 ? EXIT.fine : EXIT.misuse;
    }
    if (error instanceof OperatorError || error instanceof AppError) {
      options.printError(`${error.message}\n`);
      return error instanceof AppError && error.status === 400 ? EXIT.misuse : EXIT.findings;
    }
    options.printError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.findings;
  }
}
