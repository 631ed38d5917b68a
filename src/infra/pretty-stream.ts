import type { DestinationStream } from 'pino';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};
const HIDDEN = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

/** Turns pino's JSON lines into lines for people: `18:05:01 INFO  message  key=value`, stacks below. */
export function makePrettyStream(write: (line: string) => void): DestinationStream {
  return {
    write: (line) => {
      try {
        write(format(JSON.parse(line) as Record<string, unknown>));
      } catch {
        write(line);
      }
    },
  };
}

function format(entry: Record<string, unknown>): string {
  const time = new Date(Number(entry['time'])).toTimeString().slice(0, 8);
  const level = LEVELS[Number(entry['level'])] ?? String(entry['level']);
  const fields = Object.entries(entry)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const error = entry['err'] as { stack?: unknown; message?: unknown } | undefined;
  const below =
    error === undefined ? '' : `\n  ${String(error.stack ?? error.message).replaceAll('\n', '\n  ')}`;
  return `${time} ${level} ${(entry['msg'] as string | undefined) ?? ''}${fields.length > 0 ? ` ${fields.join('')}` : ''}${below}\n`;
}
