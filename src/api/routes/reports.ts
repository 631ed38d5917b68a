import { z } from 'zod';
import { makeFormatLocalTime } from '../../calendar/format-local-time.js';
import { writeWorkbook, XLSX_TYPE } from '../../excel/write-workbook.js';
import { type Report, REPORT_PERIODS } from '../../reports/make-report.js';
import { printReport, sheetsOfReport, titleOf } from '../../reports/show-report.js';
import type { ApiDeps } from '../deps.js';
import { maskPersonalData } from '../mask-personal-data.js';
import { isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { NotFoundError } from '../../errors.js';
import { codeField, dateField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { reportSchema } from '../schemas/report-schema.js';

/** Day, week and month reports of a unit, with all below it. */
export function makeReportRoutes(deps: ApiDeps): ApiRoute[] {
  const { makeReport, subtreeOf, orgTree, calendar, now, rules } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/reports/{period}',
      name: 'getReport',
      tag: 'reports',
      summary:
        'Volumes, on-time rates, alerts and their outcomes, ageing, repeat offenders, precision of rules',
      description: `A day, a week from Monday, or a statistics month. \`format=xlsx\` answers an Excel file (${XLSX_TYPE}), \`format=html\` a page to print.`,
      roles: ['supervisor', 'auditor'],
      scope: 'list',
      params: z.strictObject({ period: z.enum(REPORT_PERIODS) }),
      query: z.strictObject({
        orgUnit: codeField
          .optional()
          .meta({ description: 'This unit and all below it; default: all that you may see' }),
        date: dateField.optional().meta({ description: 'A business date in the period; default: today' }),
        format: z.enum(['json', 'xlsx', 'html']).default('json'),
      }),
      responses: { 200: { description: 'The report', schema: reportSchema } },
      async handle({ params: { period }, query, principal }) {
        const { orgUnit, format, date = calendar.dateOf(now()) } = query;
        const scope = scopeOf(principal, subtreeOf);
        if (orgUnit !== undefined && !isInScope(scope, orgUnit))
          throw new NotFoundError(`There is no org unit ${orgUnit}.`);
        const orgUnits = unitsToList(orgUnit === undefined ? undefined : [orgUnit], scope, subtreeOf);
        const report = await makeReport({
          period,
          date,
          ...(orgUnit !== undefined && { orgUnit }),
          orgUnitName:
            orgUnit === undefined ? nameOfScope(scope, orgTree) : (orgTree.get(orgUnit)?.name ?? orgUnit),
          ...(orgUnits && { orgUnits }),
        });
        if (format === 'json') return { json: report };
        const options = {
          formatTime: makeFormatLocalTime(calendar.timeZone),
          ruleName: (id: string) => rules.get(id)?.name,
        };
        // A file leaves the house: titles of alerts are as short in it as everywhere.
        const shown = maskPersonalData(report) as unknown as Report;
        if (format === 'html') return printReport(shown, options);
        const file = await writeWorkbook(sheetsOfReport(shown, options));
        return { file, fileName: `${titleOf(report)}.xlsx`, type: XLSX_TYPE };
      },
    }),
  ];
}

/** The name of the topmost unit, where there is one. */
function nameOfScope(scope: readonly string[] | undefined, orgTree: ApiDeps['orgTree']): string {
  if (!scope) return '全部单位';
  const tops = scope.filter((code) => !scope.includes(orgTree.get(code)?.parent ?? ''));
  return tops.length === 1 ? (orgTree.get(tops[0] ?? '')?.name ?? '所辖单位') : '所辖单位';
}
