import type { ExplainedStep } from './rule-explanation.js';

/** A step with the instant by which it is put in order. */
export interface DatedStep extends ExplainedStep {
  readonly instant: number;
}

/**
 * Steps in order of time. A sweep looks at a work order every day: looks at one place that end the same way are told as
 * one, a hit with its first look, anything else with its last, which is how things stand.
 * @param most steps to tell; older ones are only counted
 */
export function gatherSteps(
  steps: readonly DatedStep[],
  most: number,
): { readonly told: readonly ExplainedStep[]; readonly omitted: number } {
  const gathered: DatedStep[] = [];
  const latest = new Map<string, number>();
  for (const step of [...steps].sort((a, b) => a.instant - b.instant)) {
    const place = `${step.kind}|${step.stage ?? ''}|${step.type ?? ''}`;
    const index = latest.get(place);
    const before = index === undefined ? undefined : gathered[index];
    const isRepeated = step.kind === 'sweep' || step.kind === 'window' || step.outcome === 'not_selected';
    if (!before || index === undefined || !isRepeated || !endsAlike(before, step)) {
      latest.set(place, gathered.push(step) - 1);
      continue;
    }
    const shown = step.outcome === 'hit' ? before : step;
    gathered[index] = { ...shown, at: before.at, until: step.at, times: (before.times ?? 1) + 1 };
  }
  const told = gathered.slice(-most).map(({ instant: _, ...step }) => step);
  return { told, omitted: gathered.length - told.length };
}

function endsAlike(a: ExplainedStep, b: ExplainedStep): boolean {
  return a.outcome === b.outcome && a.reasons.join() === b.reasons.join();
}
