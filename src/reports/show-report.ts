import type { Severity } from '../engine/rule-file.js';
import type { CellValue, SheetOfRows } from '../excel/write-workbook.js';
import { html, printPage, table } from '../html/print-page.js';
import type { Report } from './make-report.js';

const PERIOD_WORDS = { day: '日报', week: '周报', month: '月报' } as const;
const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  critical: '红',
  high: '橙',
  medium: '黄',
  low: '蓝',
};

export interface ShowReportOptions {
  readonly formatTime: (at: Date) => string;
  /** Name of a rule, for readers. */
  readonly ruleName: (id: string) => string | undefined;
}

/** A report as sheets, one a table. Pure. */
export function sheetsOfReport(report: Report, options: ShowReportOptions): SheetOfRows[] {
  return tablesOf(report, options).map(({ name, columns, rows }) => ({
    name,
    columns: columns.map((title) => ({ title, width: Math.max(10, title.length * 2 + 4) })),
    rows,
  }));
}

/** A report as a page to print. */
export function printReport(report: Report, options: ShowReportOptions) {
  const title = titleOf(report);
  const body = html`<h1>${title}</h1>
<p class="meta">${report.from} 至 ${report.to}　生成时间 ${options.formatTime(new Date(report.madeAt))}</p>
${report.uncountedDates.length > 0 ? html`<p>以下日期尚未日结，业务量与及时率不含：${report.uncountedDates.join('、')}</p>` : undefined}
${tablesOf(report, options).map(({ name, columns, rows }) => html`<h2>${name}</h2>${rows.length === 0 ? html`<p>无</p>` : table(columns, rows)}`)}`; // prettier-ignore
  return printPage(title, body);
}

export function titleOf({ orgUnitName, period, label }: Report): string {
  return `${orgUnitName} 风险管控${PERIOD_WORDS[period]} ${label}`;
}

interface ShownTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

function tablesOf(report: Report, { formatTime, ruleName }: ShowReportOptions): ShownTable[] {
  const { volumes, alerts } = report;
  return [
    {
      name: '概况',
      columns: ['项目', '数值'],
      rows: [
        ['单位', report.orgUnitName],
        ['期间', `${report.from} 至 ${report.to}`],
        ['生成时间', formatTime(new Date(report.madeAt))],
        ['未日结日期', report.uncountedDates.join('、')],
        ['受理工单', volumes.opened],
        ['办结工单', volumes.closed],
        ['注销工单', volumes.cancelled],
        ['归档', volumes.archived],
        ['完成环节', volumes.stagesCompleted],
        ['资料移交', volumes.handovers],
        ['新增预警', alerts.raised],
        ['其中已超期', alerts.overdue],
        ...alerts.bySeverity.map(({ severity, count }) => [`${SEVERITY_WORDS[severity]}色预警`, count]),
      ],
    },
    {
      name: '受理业务',
      columns: ['业务类型', '受理'],
      rows: report.processes.map(({ process, opened }) => [process, opened]),
    },
    {
      name: '及时率',
      columns: ['考核环节', '及时', '超期', '及时率'],
      rows: report.onTime.map(({ name, onTime, late, rate }) => [name, onTime, late, percent(rate)]),
    },
    {
      name: '预警与结果',
      columns: ['风险类别', '新增', '未关闭', '自动解除', '查实', '未查实', '无效'],
      rows: alerts.byKind.map(({ kind, raised, open, autoClosed, confirmed, unconfirmed, invalid }) => [
        kind,
        raised,
        open,
        autoClosed,
        confirmed,
        unconfirmed,
        invalid,
      ]),
    },
    {
      name: '未关闭预警天数',
      columns: ['天数', '条数'],
      rows: alerts.ageing.map(({ days, count }) => [`${days} 天`, count]),
    },
    {
      name: '多次查实',
      columns: ['工号', '单位', '查实', '涉及类别'],
      rows: alerts.repeatOffenders.map(({ operator, orgUnit, confirmed, kinds }) => [
        operator,
        orgUnit ?? '',
        confirmed,
        kinds,
      ]),
    },
    {
      name: '案例汇编',
      columns: ['规则', '查实', '案例', '怎样处理'],
      rows: alerts.cases.flatMap(({ rule, confirmed, examples }) =>
        examples.map(({ title, advice }) => [ruleName(rule) ?? rule, confirmed, title, advice]),
      ),
    },
    {
      name: '规则准确率',
      columns: ['规则', '名称', '查实', '未查实', '无效', '准确率'],
      rows: alerts.rules.map(({ rule, confirmed, unconfirmed, invalid, precision }) => [
        rule,
        ruleName(rule) ?? '',
        confirmed,
        unconfirmed,
        invalid,
        percent(precision),
      ]),
    },
  ];
}

function percent(rate: number | null): string {
  return rate === null ? '—' : `${(rate * 100).toFixed(2)}%`;
}
