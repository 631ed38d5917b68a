import type { RuleSummary } from '../api/types.js';
import type { Tone } from '../components/chip.js';

export const STATUS_TONES: Readonly<Record<RuleSummary['status'], Tone>> = {
  active: 'good',
  shadow: 'info',
  disabled: 'plain',
};
