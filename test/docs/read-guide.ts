/** One step of a guide: a file to write, commands to run, or what they must say. */
export type GuideStep =
  | {
      readonly kind: 'file';
      readonly section: string;
      readonly path: string;
      readonly text: string;
      /** Meant to be no JSON. */
      readonly broken: boolean;
    }
  | {
      readonly kind: 'commands';
      readonly section: string;
      readonly text: string;
      /** Exit code of every `yxrisk` line: `fails` (mistakes) and `differs` (two sides differ) are 1. */
      readonly exit: 0 | 1;
    }
  | { readonly kind: 'said'; readonly section: string; readonly text: string };

/**
 * The fenced blocks of a Markdown guide as steps. A `json` block is the file that the sentence before it names in
 * backquotes; a `sh` block is run; a `text` block is what the commands before it must say. Any other block is a mistake.
 */
export function readGuide(markdown: string): GuideStep[] {
  const steps: GuideStep[] = [];
  let section = '';
  let before = '';
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const fence = /^```(\S*) ?(\S*)$/.exec(line);
    if (!fence) {
      if (line.trim() !== '') before = line;
      continue;
    }
    const body: string[] = [];
    for (index += 1; index < lines.length && lines[index] !== '```'; index += 1) body.push(lines[index] ?? '');
    steps.push(stepOf(fence[1] ?? '', fence[2] ?? '', body.join('\n'), section, before));
  }
  return steps;
} // prettier-ignore

function stepOf(language: string, word: string, text: string, section: string, before: string): GuideStep {
  switch (language) {
    case 'json': {
      const path = /`([^`]+\.json)`[^`]*$/.exec(before)?.[1];
      if (path === undefined) throw new Error(`no file is named before the JSON block in "${section}": ${before}`);
      return { kind: 'file', section, path, text, broken: word === 'broken' };
    }
    case 'sh':
      return { kind: 'commands', section, text, exit: word === 'fails' || word === 'differs' ? 1 : 0 };
    case 'text':
      return { kind: 'said', section, text };
    default:
      throw new Error(`a block of "${language}" in "${section}" is neither a file, a command nor an answer`);
  }
} // prettier-ignore
