import { spawn } from 'node:child_process';

/** What came of a command: `code` is null when it was ended by a signal or could not be started at all. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program; replaced in tests. */
export type RunCommand = typeof runCommand;

/** Runs a program without a shell and without input; never rejects. It is killed after `timeoutMs`. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly timeoutMs?: number;
    /** The whole environment of the program; this process's own by default. */
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    // Not spawn's own `timeout`: its timer goes on where the program does not exist.
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000);
    const finish = (result: CommandResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => finish({ code: null, stdout, stderr: stderr + error.message }));
    child.on('close', (code) => finish({ code, stdout, stderr }));
  });
}
