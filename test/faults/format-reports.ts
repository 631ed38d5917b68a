import type { FaultReport } from './run-faults.js';

type Column = readonly [title: string, value: (report: FaultReport) => string | number];

const COLUMNS: readonly Column[] = [
  ['seed', ({ seed }) => seed],
  ['days', ({ days }) => `${days[0] ?? ''} – ${days.at(-1)?.slice(5) ?? ''}`],
  ['kills', ({ kills }) => kills],
  ['in a chunk', ({ midChunk }) => midChunk],
  ['accepted', ({ accepted }) => accepted],
  ['sent again', ({ resent }) => resent],
  ['redelivered', ({ redelivered }) => redelivered],
  ['processed', ({ processed }) => processed],
  ['dead', ({ dead }) => dead],
  ['alerts', ({ alerts }) => alerts],
  ['taken back', ({ takenBack }) => takenBack],
  ['wrong', ({ wrongs }) => wrongs.length],
  ['seconds', ({ seconds }) => seconds],
];

/** A Markdown table, a line a run. */
export function formatReports(reports: readonly FaultReport[]): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    row(COLUMNS.map(([title]) => title)),
    row(COLUMNS.map(() => '---')),
    ...reports.map((report) => row(COLUMNS.map(([, value]) => value(report)))),
  ].join('\n');
}
