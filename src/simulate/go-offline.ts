import { addWorkingMs, HOUR, MINUTE } from './office-time.js';
import type { Story } from './story.js';
import { tellOpened } from './tell-opened.js';

/**
 * 先受理、后补录: the application is taken on paper and entered when the system is back. Tells all up to the
 * customer's arrival.
 * @returns when it is entered in the system; the story is stalled where it never is
 */
export function goOffline(story: Story): number | undefined {
  const { random, counter: stage, process, customer } = story;
  const acceptedAt = story.now;
  const warnAt = addWorkingMs(acceptedAt, 3 * HOUR) ?? acceptedAt;
  const dueAt = addWorkingMs(acceptedAt, 4 * HOUR) ?? acceptedAt;
  const incident = random.pick(['system', 'power']);
  const offline = (recordedAt: number | undefined) => {
    const contact = story.commits('offline-without-contact') ? {} : { contact: customer.phone };
    const data = { process: process.process, stage, incident, ...contact };
    return story.tell('acceptance.offline', data, { at: acceptedAt, recordedAt });
  };
  if (story.commits('offline-never-entered')) {
    offline(undefined);
    story.stalled = true;
    return undefined;
  }

  const datedBack = story.commits('offline-dated-back');
  let enteredAt = addWorkingMs(acceptedAt, random.int(20, 179) * MINUTE) ?? warnAt;
  if (story.commits('offline-near-limit')) {
    enteredAt =
      addWorkingMs(acceptedAt, random.chance(0.2) ? 4 * HOUR : random.int(181, 239) * MINUTE) ?? dueAt;
  } else if (datedBack || story.commits('offline-entered-late')) {
    enteredAt = addWorkingMs(dueAt, random.int(1, 16 * 60) * MINUTE) ?? dueAt;
  }

  const at = offline(enteredAt);
  story.tick(5, 30);
  tellOpened(story, { recordedAt: enteredAt });
  story.tick(10, 30);
  story.tell('stage.arrived', story.workItem(stage), { recordedAt: enteredAt });
  const contact = random.chance(0.2) && !story.committed.has('offline-without-contact');
  story.tell(
    'acceptance.backfilled',
    { stage, incident, ...(contact && { contact: customer.phone }) },
    { at: datedBack ? at : enteredAt, recordedAt: enteredAt },
  );
  return enteredAt;
}
