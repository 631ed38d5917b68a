import type { JsonValue } from '../../json.js';
import { defineFact, optionalDateFact, text } from '../fact-definition.js';
import { dayOf } from '../moments.js';
import { orgUnitOf } from '../org-unit-of.js';
import type { FactScope } from '../rule-set.js';

export const PARAMETER_FACT = 'parameter';

/** Values that are kept apart from the rules that compare with them: `rules/parameters/*.json`. */
export const PARAMETER_FACTS = [
  defineFact({
    name: PARAMETER_FACT,
    type: 'any',
    derived: true,
    zh: '规则参数的值：按单位、按施行日期取。时限规则按起算之日，其他按判断之日',
    en: 'The value of a parameter, for the unit and as in force: when the clock started, else at the instant looked at',
    params: {
      name: text('参数，写 组.参数', '`group.name` of the parameter', { names: 'parameter' }),
      asOf: optionalDateFact(
        '按这个日期类事实的那一天取值',
        'Date fact whose day decides which value is in force',
      ),
    },
    resolve: (scope, { name, asOf }) => {
      const date = asOf ? dayOf(asOf(scope), scope.calendar) : dateOf(scope);
      // What is asked for by a date that nobody knows, nobody knows.
      if (asOf && date === undefined) return undefined;
      return scope.parameters?.lookUp(name, { orgUnit: unitOf(scope), date })?.value as JsonValue | undefined;
    },
  }),
];

function dateOf({ given, asOf, clock, now, calendar }: FactScope): string | undefined {
  if (!given) return calendar.dateOf(asOf ?? clock?.anchorAt ?? now);
  // A test that does not say when is about today's values.
  const at = given.get('clock.anchorAt') ?? given.get('now');
  return dayOf(at, calendar);
}

function unitOf({ given, stage, workOrder }: FactScope): string | undefined {
  if (!given) return orgUnitOf(workOrder, stage);
  const unit = given.get('workOrder.orgUnit') ?? given.get('workOrder.managingUnit');
  return typeof unit === 'string' ? unit : undefined;
}
