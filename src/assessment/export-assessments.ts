import type { CellValue, SheetOfRows } from '../excel/write-workbook.js';
import { type AssessmentEntry, type AssessmentStatus, roundAmount } from './assessment-entry.js';

const STATUS_WORDS: Readonly<Record<AssessmentStatus, string>> = {
  charged: '待认责',
  acknowledged: '已认责',
  appealed: '申诉中',
  upheld: '申诉维持',
  reduced: '申诉减轻',
  revoked: '申诉撤销',
  reversed: '已冲销',
  counter: '冲减以前月份',
};

export interface ExportOptions {
  readonly orgUnitName: (code: string) => string | undefined;
  readonly formatTime: (at: Date) => string;
  /** Masks personal data in the free text of an entry; its keys say what each text is. */
  readonly mask: (texts: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

/** The ledger of a month as sheets: 明细 one row an entry, 按单位 and 按个人 with sums. Pure. */
export function sheetsOfAssessments(
  entries: readonly AssessmentEntry[],
  options: ExportOptions,
): SheetOfRows[] {
  const { orgUnitName, formatTime } = options;
  const unitName = (code: string | undefined) => (code === undefined ? '' : (orgUnitName(code) ?? ''));
  const rows = entries.map((entry): CellValue[] => {
    const { finding, clause, charged, orgUnit, points, money, initial, month, status, appeal } = entry;
    const last = entry.history.at(-1);
    const decided =
      last && ['upheld', 'reduced', 'revoked', 'reversed'].includes(last.what) ? last : undefined;
    const texts = options.mask({
      workOrder: finding.workOrder ?? '',
      title: finding.title,
      reason: finding.reason,
      note: appeal?.reason ?? '',
      message: decided?.note ?? '',
    });
    return [
      month, clause.id, clause.title, charged.kind === 'person' ? '个人' : '班组', charged.id, orgUnit, unitName(orgUnit),
      initial.points, initial.money, points, money, STATUS_WORDS[status], texts['workOrder'], texts['title'],
      formatTime(finding.confirmedAt), finding.confirmedBy, texts['reason'], texts['note'], decided?.who, texts['message'],
      entry.corrects, entry.id,
    ]; // prettier-ignore
  });
  return [
    { name: '明细', columns: DETAIL_COLUMNS, rows },
    sumSheet('按单位', '单位编码', entries, ({ orgUnit }) => orgUnit ?? '', unitName),
    sumSheet(
      '按个人',
      '工号',
      entries.filter(({ charged }) => charged.kind === 'person'),
      ({ charged }) => charged.id,
      () => '',
    ),
  ];
}

const DETAIL_COLUMNS: SheetOfRows['columns'] = [
  { title: '考核月份' }, { title: '条款' }, { title: '条款内容', width: 30 }, { title: '对象' }, { title: '工号或单位编码', width: 16 },
  { title: '所属单位编码', width: 14 }, { title: '所属单位', width: 24 }, { title: '标准扣分' }, { title: '标准扣款（元）' }, { title: '实际扣分' },
  { title: '实际扣款（元）' }, { title: '状态' }, { title: '工单号', width: 20 }, { title: '问题', width: 50 }, { title: '查实时间', width: 18 },
  { title: '查实人', width: 18 }, { title: '查实依据', width: 40 }, { title: '申诉理由', width: 30 }, { title: '复核人', width: 18 },
  { title: '复核意见', width: 30 }, { title: '冲减的记录', width: 26 }, { title: '记录编号', width: 26 },
]; // prettier-ignore

function sumSheet(
  name: string,
  keyTitle: string,
  entries: readonly AssessmentEntry[],
  keyOf: (entry: AssessmentEntry) => string,
  nameOf: (key: string) => string,
): SheetOfRows {
  const groups = new Map<string, AssessmentEntry[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group) group.push(entry);
    else groups.set(keyOf(entry), [entry]);
  }
  const sum = (list: readonly AssessmentEntry[], field: 'points' | 'money') =>
    roundAmount(list.reduce((total, entry) => total + entry[field], 0));
  const rows = [...groups].map(([key, list]): CellValue[] => [
    key,
    nameOf(key),
    list.length,
    sum(list, 'points'),
    sum(list, 'money'),
  ]);
  return {
    name,
    columns: [
      { title: keyTitle, width: 16 },
      { title: '名称', width: 24 },
      { title: '条数' },
      { title: '扣分' },
      { title: '扣款（元）' },
    ],
    rows: [
      ...rows.sort((a, b) => Number(b[3]) - Number(a[3])),
      ['合计', '', entries.length, sum(entries, 'points'), sum(entries, 'money')],
    ],
  };
}
