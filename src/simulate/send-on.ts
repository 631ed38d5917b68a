import type { JsonObject } from '../json.js';
import { addWorkingMs, closingAfter, DAY_END, dateOf, HOUR, instantOf, isWorkday, MINUTE, nextMoment } from './office-time.js'; // prettier-ignore
import { clearOfDayEnd, during, inDaylight, someMorning, type Story } from './story.js';
import type { Person } from './world.js';

interface Who {
  readonly by: Person;
  readonly unit?: string;
  readonly checker: Person;
}

/** 环节办结, clear of the end-of-day look so that what goes with it is on the same side of it. Answers when. */
export function completeStage(story: Story, stage: string, { by, unit, checker }: Who): number {
  const { random } = story;
  const isFaultStage = stage === story.faultStage;
  story.now = clearOfDayEnd(story.now, 10);
  if (story.daylight) story.now = clearOfDayEnd(inDaylight(random, story.now), 20);
  if (isFaultStage && story.commits('completed-off-hours'))
    story.now = during(random, dateOf(story.now), '17:35', '20:30');
  const alone = isFaultStage && story.commits('stage-checked-by-operator');
  const late = isFaultStage && story.commits('completion-entered-late');
  const enteredLater = late
    ? addWorkingMs(story.now, 8 * HOUR + random.int(1, 900) * MINUTE)
    : random.chance(0.02)
      ? addWorkingMs(story.now, random.int(1, 8) * HOUR)
      : story.now + random.int(0, 25) * 1000;
  return story.tell(
    'stage.completed',
    { ...story.workItem(stage), checker: { ...(alone ? by : checker) } },
    { by, ...(unit !== undefined && { unit }), recordedAt: enteredLater },
  );
}

/**
 * 流程发送, minutes after the stage was completed, or as late as the faults of the story make it. Moves the clock
 * there; the story is stalled where it is never sent.
 */
export function sendOn(
  story: Story,
  stage: string,
  nextStage: string | undefined,
  completedAt: number,
  who: { readonly by?: Person; readonly unit?: string } = {},
): void {
  const { random } = story;
  const isFaultStage = stage === story.faultStage;
  story.now = Math.max(story.now, completedAt);
  story.tick(45, 240);
  const look = nextMoment(completedAt, DAY_END);
  const limit = closingAfter(completedAt, 1) ?? look;
  if (isFaultStage && story.commits('unsent-at-day-end')) {
    const late = [
      () => look + random.int(1, 90) * MINUTE,
      () => during(random, dateOf(limit), '08:30', '11:30'),
      () => limit,
    ];
    story.now = random.weighted([[late[0]!, 3], [late[1]!, 4], [late[2]!, 1]])(); // prettier-ignore
  } else if (isFaultStage && story.commits('unsent-across-day')) {
    if (random.chance(0.2)) {
      story.stalled = true;
      return;
    }
    story.now = random.chance(0.3)
      ? limit + random.int(1, 60) * 1000
      : someMorning(random, limit, random.int(1, 3));
  } else if (story.now <= look && isJustBefore(look, completedAt) && random.chance(0.3)) {
    // At the very moment of the look is in time.
    story.now = look;
  }
  const enteredLate = story.committed.has('completion-entered-late') && isFaultStage;
  const completed = story.told.findLast(({ type }) => type === 'stage.completed');
  const recordedAt = enteredLate && completed?.recordedAt ? completed.recordedAt + MINUTE : undefined;
  const attributes: JsonObject =
    stage === story.counter && contactsWhenSending(story)
      ? { attributes: { managingWindowContacted: true } }
      : {};
  story.tell('flow.sent', { stage, ...(nextStage && { nextStage }), ...attributes }, { ...who, recordedAt });
}

/** Another way than an event of its own to tell that the other counter was called. */
function contactsWhenSending(story: Story): boolean {
  if (!story.traits.sameCity || story.daylight) return false;
  return story.random.chance(0.6);
}

function isJustBefore(look: number, at: number): boolean {
  return isWorkday(dateOf(at)) && look - at < 20 * MINUTE && instantOf(dateOf(at), DAY_END) === look;
}
