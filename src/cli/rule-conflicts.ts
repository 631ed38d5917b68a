import Table from 'cli-table3';
import { findLimitConflicts, type LimitConflict } from '../coverage/find-limit-conflicts.js';
import { loadKnownLimits } from '../coverage/load-coverage.js';
import { coverLimits, type LimitCoverage } from '../coverage/measure-limits.js';
import type { LoadedRule } from '../engine/load-rules.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import { wrapText as wrap } from '../wrap-text.js';

/** Working days are held against calendar days over these days: all that have an official calendar on both sides. */
export const COMPARED_DAYS = { from: '2024-01-01', to: '2026-09-30' };

/**
 * Where the limits of the layers of a rules folder differ.
 * @throws ContentError when `known-limits.json` is wrong
 */
export async function findFolderConflicts(
  dir: string,
  { files }: { readonly files: readonly LoadedRule[] },
  { calendar }: Pick<RuleCheckContext, 'calendar'>,
): Promise<LimitConflict[]> {
  const limits = coverLimits(
    await loadKnownLimits(dir),
    files.map(({ rule }) => rule.file),
  );
  return findLimitConflicts({ limits, calendar, days: COMPARED_DAYS });
}

const LAYERS = { regulation: '法规', promise: '公司承诺', province: '省公司', internal: '内部参数' } as const;
const UNITS = {
  workingDay: '个工作日',
  workingHour: ' 工作小时',
  calendarDay: ' 天',
  calendarHour: ' 小时',
  month: ' 个月',
  minute: ' 分钟',
} as const;
const KINDS: Readonly<Record<string, string>> = { minLead: '至少提前 ', maxLead: '至多提前 ' };

/** A limit as people say it. */
export function limitText({ kind, value, unit }: LimitCoverage['limit']): string {
  return `${KINDS[kind] ?? ''}${value}${unit === 'workingDay' ? ' ' : ''}${UNITS[unit]}`;
}

/** Whose a limit is, where it is written and whether anybody has seen it there. */
export function sourceText({ limit }: LimitCoverage): string {
  const doubt = limit.certainty === 'seen' ? '' : limit.certainty === 'assumption' ? '，假定' : '，未核实';
  return `${LAYERS[limit.layer]} ${limitText(limit)}（${limit.source}${doubt}）`;
}

/** What comes of it, in a sentence. */
export function outcomeText({ relation, stricter, first, limits }: LimitConflict): string {
  switch (relation) {
    case 'stricter': {
      const one = limits.find(({ limit }) => limit.id === stricter)?.limit;
      return one ? `${LAYERS[one.layer]} ${limitText(one)} 更严` : '';
    }
    case 'exact':
      return '只有恰好这么久两者都满足';
    case 'contradiction':
      return '无法同时满足';
    case 'depends': {
      const counts = Object.entries(first ?? {}).map(([id, count]) => {
        const one = limits.find(({ limit }) => limit.id === id)?.limit;
        return one ? `${LAYERS[one.layer]} ${limitText(one)} 先到 ${count} 天` : '';
      });
      return `看中间有几个休息日：${counts.join('，')}`;
    }
  }
}

/** The conflicts for people at a terminal. */
export function conflictReport(conflicts: readonly LimitConflict[]): string {
  const table = new Table({
    head: ['时限', '客户', '甲', '乙', '结果'],
    style: { head: [], border: [] },
  });
  for (const conflict of conflicts) {
    const [left, right] = conflict.limits;
    const who = [...conflict.customers, ...conflict.onlyFor.map((one) => `仅${one}`)].join('、');
    table.push([
      wrap(conflict.clock, 18),
      wrap(who, 14),
      cell(left),
      cell(right),
      wrap(outcomeText(conflict), 26),
    ]);
  }
  const across = conflicts.filter(({ sameLayer }) => !sameLayer).length;
  return `${table.toString()}\n${conflicts.length} 处不一致，其中 ${across} 处在不同层次之间。每一条各有自己的规则，分别预警，不合并。\n`;
}

function cell(limit: LimitCoverage): string {
  return wrap([sourceText(limit), ...(limit.rules.length > 0 ? limit.rules : ['没有规则'])].join('\n'), 32);
}
