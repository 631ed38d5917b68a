import { useTranslation } from 'react-i18next';
import { useOrgUnits, useRuleNames } from '../api/hooks.js';
import type { Silence } from '../api/types.js';

/** Tells in words which alerts a silence is for, one word a condition; one alert itself is for the caller to name. */
export function useMatcherWords(): (matcher: Silence['matcher']) => string[] {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const ruleName = useRuleNames();
  return ({ subject, orgUnit, rules = [], kinds = [], severities = [], processes = [] }) => [
    ...(subject === undefined ? [] : [t('silences.ofSubject', { subject })]),
    ...(orgUnit === undefined ? [] : [t('silences.ofUnit', { unit: nameOf(orgUnit) })]),
    ...severities.map((severity) => t(`severity.${severity}`)),
    ...kinds.map((kind) => t(`kind.${kind}`)),
    ...processes,
    ...rules.map(ruleName),
  ];
}
