import type { SendSummary } from './send-events.js';
import type { Manifest } from './simulation.js';
import { FILES } from './write-simulation.js';

const number = (value: number) => value.toLocaleString('en-US');

/** What was written, for a person. */
export function describeSimulation({ settings, period, counts, byFault }: Manifest, dir: string): string {
  return [
    `${dir}/${FILES.events}: ${number(counts.deliveries)} deliveries of ${number(counts.events)} events, ${period.from} to ${period.to}`,
    `  ${number(counts.workOrders)} work orders, ${number(counts.hallDays)} days of halls; ${number(counts.duplicates)} sent twice, ${number(counts.outOfOrder)} out of order`,
    `${dir}/${FILES.truth}: ${number(counts.faults)} faults of ${Object.keys(byFault).length} kinds, ${number(counts.findings)} findings; all can be known after ${period.settledAt}`,
    `${dir}/${FILES.manifest}: seed ${settings.seed}`,
    '',
  ].join('\n');
}

/** What became of the events, for a person. */
export function describeSent({
  sent,
  accepted,
  duplicates,
  rejected,
  examples,
  seconds,
}: SendSummary): string {
  const perSecond = number(Math.round(sent / Math.max(seconds, 0.001)));
  return [
    `sent ${number(sent)} in ${seconds.toFixed(1)} s (${perSecond}/s): ${number(accepted)} accepted, ${number(duplicates)} duplicates, ${number(rejected)} rejected`,
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}
