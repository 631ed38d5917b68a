/** A rule that no kind of fault shows to, and why. */
export interface UnsimulatedRule {
  readonly rule: string;
  /** The last day on which it was in force, where that lies before all that can be simulated. */
  readonly until?: string;
  readonly reason: string;
}

const PROMISE_2011 = '2021-12-31';
const BEFORE_RULE_2024 = '2024-05-31';
const expired = (rule: string, until: string): UnsimulatedRule => ({
  rule,
  until,
  reason:
    'Not in force any more in 2025, the first year whose working days the simulator knows; `every-limit` and the cases in its file try it.',
});

/**
 * Every rule that ships has a kind of fault that names it, or stands here. `test/simulate/every-rule-is-simulated` sees to it, and that no
 * rule stands in both places.
 */
export const UNSIMULATED_RULES: readonly UnsimulatedRule[] = [
  ...['hv', 'lv', 'res'].map((to) => expired(`late-connect-promise2011-${to}`, PROMISE_2011)),
  ...['hv1', 'hv2', 'lv', 'res'].map((to) => expired(`late-reply-promise2011-${to}`, PROMISE_2011)),
  expired('late-meter-test-promise2011', PROMISE_2011),
  ...['hv1', 'hv2', 'lv', 'res'].map((to) => expired(`late-reply-rule1996-${to}`, BEFORE_RULE_2024)),
  ...['hv', 'lv'].map((to) => expired(`late-reply-zhejiang2012-${to}`, BEFORE_RULE_2024)),
  ...['hv', 'lv'].map((to) => expired(`late-design-rule1996-${to}`, BEFORE_RULE_2024)),
  expired('late-total-zhejiang2012-res', BEFORE_RULE_2024),
  expired('late-meter-test-rule1996', BEFORE_RULE_2024),
  expired('late-reinstall-rule1996', BEFORE_RULE_2024),
  expired('late-restoration-rule1996', BEFORE_RULE_2024),
  expired('idle-closure-rule1996', BEFORE_RULE_2024),
  expired('penalty-not-three-times', BEFORE_RULE_2024),
  ...['archive-papers', 'contract-sign', 'meter', 'plan', 'reply', 'visit'].map((what) => ({
    rule: `last-day-${what}`,
    reason:
      'Looks over ninety days for somebody, or a unit, who ends half of five or ten orders on their very last day: the people of a simulation work at random, and none does. `window-spans` and the cases in its file try it.',
  })),
  {
    rule: 'clerk-complaints-accumulate',
    reason: 'Nobody complains in the simulator; the cases in its file try it.',
  },
  {
    rule: 'visits-in-minutes',
    reason: 'Each visit is a story of its own, hours of work apart; the cases in its file try it.',
  },
  {
    rule: 'hall-incident-business',
    reason:
      'No fault: it follows from every incident that lasts half an hour, and the second opinion finds it there.',
  },
  {
    rule: 'offline-business-unregistered',
    reason: 'What is entered late in the simulator was told as accepted outside; `raise-and-cure` tries it.',
  },
  {
    rule: 'sent-not-arrived',
    reason:
      'No fault: the second opinion finds it where the period ends between two stages; its cases and `every-limit` try it.',
  },
];
