import type { ImportNotice, ImportProgress, ImportSummary } from './import-summary.js';

const SHOWN_REJECTIONS = 10;
const number = (value: number): string => Math.round(value).toLocaleString('en-US');

/** One line on how an import goes on. */
export function describeNotice(notice: ImportNotice): string {
  if (notice.kind === 'waiting') return `${notice.reason} Trying again in ${notice.seconds} s.`;
  const percent = notice.bytes > 0 ? Math.floor((100 * notice.bytesRead) / notice.bytes) : 100;
  const left = notice.secondsLeft === undefined ? '' : ` · ${describeSeconds(notice.secondsLeft)} left`;
  return `${percent} % · ${number(notice.read)} records · ${number(notice.perSecond)}/s${left}${describeTrouble(notice)}`;
}

/** The end of an import for people: what came of it and what to do about the rest. */
export function describeSummary(summary: ImportSummary, dryRun: boolean): string {
  const { before } = summary;
  if (before?.finishedAt)
    return (
      `${summary.file} was imported to its end at ${before.finishedAt.toISOString()}: ${number(before.accepted)} accepted, ` +
      `${number(before.duplicates)} duplicates, ${number(before.rejected)} rejected. Use --restart to import it again.`
    );
  const lines = [
    `${summary.file}: ${number(summary.read)} records in ${describeSeconds(summary.seconds)} (${number(summary.perSecond)}/s): ` +
      `${number(summary.accepted)} ${dryRun ? 'would be accepted' : 'accepted'}, ${number(summary.duplicates)} duplicates, ${number(summary.rejected)} rejected.`,
  ];
  if (before)
    lines.push(
      `It went on after record ${number(before.record)} of an earlier run (${number(before.accepted)} accepted, ` +
        `${number(before.duplicates)} duplicates, ${number(before.rejected)} rejected).`,
    );
  if (summary.stopped !== undefined)
    lines.push(`Stopped before the end: ${summary.stopped} Run the same command again to go on.`);
  return lines.join('\n');
}

/** The first bad records, a line each. */
export function describeRejections({ file, rejected, rejections }: ImportSummary): string[] {
  const lines = rejections
    .slice(0, SHOWN_REJECTIONS)
    .map(
      ({ line, record, id, reason }) => `${file}:${line}: record ${record}${id ? ` (${id})` : ''}: ${reason}`,
    );
  if (rejected > lines.length)
    lines.push(`… and ${number(rejected - lines.length)} more; --errors FILE keeps them all.`);
  return lines;
}

function describeTrouble({ duplicates, rejected }: ImportProgress): string {
  return `${duplicates ? ` · ${number(duplicates)} duplicates` : ''}${rejected ? ` · ${number(rejected)} rejected` : ''}`;
}

function describeSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}
