import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RuleHealth } from '../api/types.js';
import { Chip, type Tone } from '../components/chip.js';

type Signal = RuleHealth['signals'][number];
const TONES: Readonly<Record<Signal, Tone>> = {
  errors: 'bad', slow: 'warn', undecided: 'warn', imprecise: 'bad', 'never-looked': 'plain', 'never-hits': 'plain',
}; // prettier-ignore
export const SIGNALS = Object.keys(TONES) as readonly Signal[];

/** What of a rule's doing is worth a look. */
export function Signals({ signals }: { readonly signals: readonly Signal[] }) {
  const { t } = useTranslation();
  return (
    <span className="signals">
      {signals.map((signal) => (
        <Tooltip key={signal} title={t(`ruleHealth.hint.${signal}`)}>
          <span>
            <Chip tone={TONES[signal]}>{t(`ruleHealth.signal.${signal}`)}</Chip>
          </span>
        </Tooltip>
      ))}
    </span>
  );
}
