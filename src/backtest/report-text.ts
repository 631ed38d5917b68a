import Table from 'cli-table3';
import { CHANGE_KINDS, isSame, type BacktestResult, type RuleRow } from './backtest-result.js';
import {
  CHANGE_WORDS,
  describeReplay,
  describeSketch,
  describeSubject,
  KIND_WORDS,
  makeShowTime,
  pickExamples,
  postWord,
  unitWord,
  type ReportNames,
} from './report-words.js';
import { wrapText } from '../wrap-text.js';

/** No colours of its own: they would end up in files and pipes. */
const PLAIN = { style: { head: [], border: [] } };
const SHOWN_ROWS = 30;

/** A backtest for the terminal. @param perKind examples shown of each rule and kind of change */
export function reportText(result: BacktestResult, names: ReportNames, perKind = 3): string {
  const showTime = makeShowTime(result.timeZone);
  const parts = [describeReplay(result, showTime), totalsText(result), rulesTable(result.rules)];
  if (result.orgUnits.length > 0 && !isSame(result)) parts.push(unitsTable(result, names));
  parts.push(loadTable(result, names));
  const examples = examplesText(result, names, perKind);
  if (examples !== '') parts.push(examples);
  for (const { recordId, message } of result.failures)
    parts.push(`注意：${recordId} 无法回放到底：${message}`);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function totalsText({ total }: BacktestResult): string {
  const changes = CHANGE_KINDS.filter((kind) => total[kind] > 0).map(
    (kind) => `${KIND_WORDS[kind]} ${total[kind]}`,
  );
  const retracted =
    total.liveRetracted + total.candidateRetracted > 0
      ? `（其中后来撤回的：现行 ${total.liveRetracted}，候选 ${total.candidateRetracted}）`
      : '';
  return `预警：现行 ${total.live} 条，候选 ${total.candidate} 条${retracted}。${changes.length > 0 ? changes.join('，') : '两套规则的预警完全相同'}。`;
}

function rulesTable(rows: readonly RuleRow[]): string {
  const differing = rows.filter(
    (row) => row.change !== 'same' || row.errors > 0 || CHANGE_KINDS.some((kind) => row[kind] > 0),
  );
  const rest = rows.length - differing.length;
  const restText = rest > 0 ? `另有 ${rest} 条规则的预警没有变化。` : '';
  if (differing.length === 0) return restText;
  const table = new Table({
    ...PLAIN,
    head: [
      '规则',
      '改动',
      '现行',
      '候选',
      ...CHANGE_KINDS.map((kind) => wrapText(KIND_WORDS[kind], 4)),
      '说明',
    ],
  });
  for (const row of differing)
    table.push([
      wrapText(`${row.rule}\n${row.ruleName}`, 36),
      CHANGE_WORDS[row.change],
      row.live,
      row.candidate,
      ...CHANGE_KINDS.map((kind) => row[kind] || ''),
      wrapText(noteOf(row), 30),
    ]);
  return [`按规则`, table.toString(), restText].filter(Boolean).join('\n');
}

/** What the counts alone do not say. */
export function noteOf(row: RuleRow): string {
  const { liveShadow, candidateShadow, notEvaluated, errors, error, change, evaluated } = row;
  const notes = [
    liveShadow + candidateShadow > 0
      ? `试运行（不通知）：现行 ${liveShadow} 条，候选 ${candidateShadow} 条`
      : '',
    errors > 0 ? `出错 ${errors} 次：${error ?? ''}` : '',
    notEvaluated > 0 ? `缺少事实、无法判断 ${notEvaluated} 次` : '',
    change === 'changed' && row.liveVersion === row.candidateVersion ? '内容改了，version 没有加 1' : '',
    (change === 'added' || change === 'changed') && evaluated === 0 ? '期间没有一次用到它' : '',
  ];
  return notes.filter(Boolean).join('；');
}

function unitsTable({ orgUnits }: BacktestResult, names: ReportNames): string {
  const table = new Table({
    ...PLAIN,
    head: ['单位', '现行', '候选', ...CHANGE_KINDS.map((kind) => wrapText(KIND_WORDS[kind], 4))],
  });
  for (const row of orgUnits.slice(0, SHOWN_ROWS))
    table.push([
      wrapText(unitWord(row.orgUnit, names), 40),
      row.live,
      row.candidate,
      ...CHANGE_KINDS.map((kind) => row[kind] || ''),
    ]);
  const rest = orgUnits.length - SHOWN_ROWS;
  return ['按单位', table.toString(), rest > 0 ? `另有 ${rest} 个单位，见 --json 或 --html。` : '']
    .filter(Boolean)
    .join('\n');
}

function loadTable({ load, total }: BacktestResult, names: ReportNames): string {
  if (total.live + total.candidate === 0) return '';
  const table = new Table({
    ...PLAIN,
    head: ['接收岗位', '单位', '现行 日均', '候选 日均', '现行 高峰', '候选 高峰'],
  });
  const peak = ({ peak, peakDay }: { readonly peak: number; readonly peakDay?: string }) =>
    peakDay === undefined ? '' : `${peak}（${peakDay}）`;
  const add = (
    post: string,
    unit: string,
    { live, candidate }: Pick<(typeof load.recipients)[number], 'live' | 'candidate'>,
  ) => table.push([post, unit, live.perDay, candidate.perDay, peak(live), peak(candidate)]);
  add('全部', '', load.total);
  for (const row of load.recipients.slice(0, SHOWN_ROWS))
    add(postWord(row.post, names), wrapText(unitWord(row.orgUnit, names), 40), row);
  const rest = load.recipients.length - SHOWN_ROWS;
  return [
    '每个工作日要处理的预警（休息日发出的计入下一工作日）',
    table.toString(),
    rest > 0 ? `另有 ${rest} 个接收人，见 --json 或 --html。` : '',
  ]
    .filter(Boolean)
    .join('\n');
}

function examplesText(result: BacktestResult, names: ReportNames, perKind: number): string {
  const showTime = makeShowTime(result.timeZone);
  const lines = pickExamples(result, perKind).flatMap(({ rule, kind, examples }) => [
    `${KIND_WORDS[kind]}  ${rule}`,
    ...examples.flatMap((example) => {
      const { live, candidate } = example;
      const shown = candidate ?? live;
      return [
        `  ${describeSubject(example, names)}  ${shown?.title ?? ''}`,
        live ? `    现行：${describeSketch(live, showTime)}` : '',
        candidate ? `    候选：${describeSketch(candidate, showTime)}` : '',
        shown ? `    依据：${shown.why.join('；')}` : '',
      ].filter(Boolean);
    }),
  ]);
  return lines.length === 0 ? '' : ['例子', ...lines].join('\n');
}
