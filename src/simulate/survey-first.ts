import { MINUTE } from './office-time.js';
import type { Story } from './story.js';

/** 体外流转: the site is surveyed an hour or two before the application is accepted. */
export function surveyFirst(story: Story): void {
  const { county, random, now } = story;
  const stage = story.process.stages[1]?.stage ?? '';
  const next = story.process.stages[2]?.stage;
  const [by, checker] = [county.engineers[0], county.engineers[1]];
  if (!by || !checker) throw new RangeError('a county has fewer than two engineers');
  const who = { by, unit: county.code };
  const at = now - random.int(30, 55) * MINUTE;
  story.tell('stage.arrived', story.workItem(stage), { ...who, at });
  const done = at + random.int(10, 25) * MINUTE;
  story.tell('stage.completed', { ...story.workItem(stage), checker: { ...checker } }, { ...who, at: done });
  story.tell('flow.sent', { stage, ...(next && { nextStage: next }) }, { ...who, at: done + MINUTE });
}

/** 体外施工: the meter hangs before the application is accepted. */
export function installFirst({ county, random, now, tell }: Story): void {
  const [by] = county.engineers;
  if (!by) throw new RangeError(`nobody works in ${county.code}`);
  const at = now - random.int(30, 55) * MINUTE;
  tell('meter.installed', { meterNo: `33${random.int(1e8, 9e8)}` }, { by, unit: county.code, at });
}
