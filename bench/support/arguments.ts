/** Sizes given on the command line, e.g. `--events 1000000`; each bench has its own defaults. */
export interface BenchArguments {
  readonly events?: number;
  readonly rounds?: number;
  readonly rules?: number;
  readonly records?: number;
  readonly batch?: number;
  readonly seconds?: number;
  /** Folder of another checkout, to measure in the same run. */
  readonly against?: string;
  /** Folder to write the results to instead of bench/results. */
  readonly out?: string;
}

const NAMES = ['events', 'rounds', 'rules', 'records', 'batch', 'seconds'] as const;

/**
 * Splits a command line into names of benches and sizes.
 * @throws RangeError that says what is allowed
 */
export function readArguments(argv: readonly string[]): { names: string[]; sizes: BenchArguments } {
  const names: string[] = [];
  const sizes: Record<string, number | string> = {};
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? '';
    if (!word.startsWith('--')) {
      names.push(word);
      continue;
    }
    const [, name = '', inline] = /^--([a-z]+)(?:=(.*))?$/.exec(word) ?? [];
    const text = inline ?? argv[(i += 1)] ?? '';
    if (name === 'against' || name === 'out') {
      sizes[name] = text;
      continue;
    }
    const value = Number(text);
    if (!(NAMES as readonly string[]).includes(name) || !Number.isInteger(value) || value < 1)
      throw new RangeError(
        `${word}: give ${NAMES.map((n) => `--${n} N`).join(', ')} --against FOLDER or --out FOLDER`,
      );
    sizes[name] = value;
  }
  return { names, sizes };
}
