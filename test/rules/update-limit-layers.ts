import { writeFile } from 'node:fs/promises';
import { findFolderConflicts, limitText, outcomeText, sourceText } from '../../src/cli/rule-conflicts.js';
import { loadKnownLimits } from '../../src/coverage/load-coverage.js';
import { coverLimits, type LimitCoverage } from '../../src/coverage/measure-limits.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { loadProjectRules } from './load-project-rules.js';

/** docs/limit-layers.md: where the limits of the layers differ, and which rule stands for each collected limit. Generated. */
export const LIMIT_LAYERS = 'docs/limit-layers.md';

/** The document as it should be. */
export async function makeLimitLayers(): Promise<string> {
  const { files } = await loadProjectRules();
  const conflicts = await findFolderConflicts('rules', { files }, { calendar: chinaCalendar() });
  const limits = coverLimits(
    await loadKnownLimits('rules'),
    files.map(({ rule }) => rule.file),
  );
  const across = conflicts.filter(({ sameLayer }) => !sameLayer);
  const conflictRows = (list: typeof conflicts) =>
    list.map((conflict) => {
      const [left, right] = conflict.limits;
      return cells([
        conflict.clock,
        [...conflict.customers, ...conflict.onlyFor.map((one) => `仅${one}`)].join('、'),
        period(conflict),
        side(left),
        side(right),
        outcomeText(conflict),
      ]);
    });
  const head = ['| 时限 | 客户 | 同时施行 | 甲 | 乙 | 结果 |', '| --- | --- | --- | --- | --- | --- |'];
  return [
    '# 各层时限 · Limits of the layers',
    '',
    'Generated: `node --import tsx test/rules/update-limit-layers.ts`; `yxrisk rules conflicts` prints the first two tables. From `rules/known-limits.json` and the rules that name its entries.',
    '',
    '法规、公司承诺、省公司、内部参数各有各的规则，各自预警，从不合并成一个数。同一段时间上数值不同的列在这里：哪个更严，哪个没有核实过。',
    '工作日与自然日相比，看中间有几个休息日：从 2024-01-01 到 2026-09-30 每天 10:00 起算各算一次，写明各先到多少天。',
    '',
    '<!-- prettier-ignore-start -->',
    `## 不同层次之间（${across.length} 处）`,
    '',
    ...head,
    ...conflictRows(across),
    '',
    `## 同一层次的不同文件（${conflicts.length - across.length} 处）`,
    '',
    ...head,
    ...conflictRows(conflicts.filter(({ sameLayer }) => sameLayer)),
    '',
    `## 全部 ${limits.length} 条时限`,
    '',
    '| 编号 | 事项 | 客户 | 时限 | 来源 | 规则 | 没有规则的理由 |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...limits.map((one) =>
      cells([
        `\`${one.limit.id}\``,
        one.limit.item,
        [one.limit.customers, ...(one.limit.onlyFor ? [`仅${one.limit.onlyFor}`] : [])].join('、'),
        one.limit.kind === 'order' ? '先后次序' : limitText(one.limit),
        sourceText(one),
        code(one.rules),
        one.limit.withoutRule ?? '',
      ]),
    ),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

function side(one: LimitCoverage): string {
  return `${sourceText(one)}<br>${one.rules.length > 0 ? code(one.rules) : '没有规则'}`;
}

function period({ from, to }: { readonly from?: string; readonly to?: string }): string {
  if (from === undefined && to === undefined) return '不限';
  return `${from ?? ''} 至 ${to ?? '今'}`;
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ');
const cells = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;

// node --import tsx test/rules/update-limit-layers.ts
if (process.argv[1]?.endsWith('update-limit-layers.ts')) {
  await writeFile(LIMIT_LAYERS, await makeLimitLayers());
}
