import { closingAfter, dateOf, instantOf, MINUTE, MORNING, nextMoment, workdayAfter } from './office-time.js';
import { during, someMorning, type Story } from './story.js';

/**
 * 一次性告知: the customer is told what is missing and by when to bring it, the work order waits, what is there is
 * filed. Moves the clock to when all is there; the story is stalled where it never comes.
 */
export function tellShortfall(
  story: Story,
  documents: readonly string[],
  receive: (document: string) => void,
): void {
  const { random, counter: stage } = story;
  const late = story.commits('agreed-date-passed');
  const unfiled = story.commits('incomplete-not-filed');
  const undated = story.commits('shortfall-without-date');
  const unnoticed = story.commits('shortfall-without-notice');
  const days = unfiled ? random.int(3, 5) : random.int(1, 5);
  const agreedDate = workdayAfter(dateOf(story.now), days);
  const notice = (at: number, dated: boolean) =>
    story.tell(
      'document.shortfall.notified',
      { stage, documents: [...documents], ...(dated && { agreedDate }) },
      { at },
    );

  story.tick(60, 240);
  let noticedAt = story.now;
  if (!unnoticed) noticedAt = notice(noticedAt, !undated);
  story.tick(20, 60);
  const suspendedAt = story.tell('workorder.suspended', { stage, side: 'customer', reason: '资料不全' });
  const afterwards = suspendedAt + random.int(5, 20) * MINUTE;
  if (undated && random.chance(0.6)) notice(afterwards, true);
  const noticedLate = unnoticed && random.chance(0.6);
  if (noticedLate) noticedAt = notice(afterwards, true);
  if (late && random.chance(0.3)) {
    story.stalled = true;
  }

  const filesIt = late || undated || (noticedLate && days > 1) || random.chance(0.6);
  if (!unfiled && filesIt) {
    const at = random.chance(0.7)
      ? noticedAt + random.int(25, 40) * MINUTE
      : someMorning(random, noticedAt, 1);
    story.tell('archive.filed', { stage, archiveNo: `ZC-${story.no}` }, { at });
  }
  if (story.stalled) return;
  story.now = broughtAt(story, agreedDate, {
    papers: documents.length,
    late,
    unfiled,
    filed: !unfiled && filesIt,
    noticedAt,
  });
  for (const document of documents) {
    receive(document);
    story.tick(5, 30);
  }
  story.tell('workorder.resumed', { stage, side: 'customer' });
}

/** As agreed; at the latest a moment before it is looked at, or, where nothing is filed, before that is due. */
function broughtAt(
  { random }: Story,
  agreedDate: string,
  how: { papers: number; late: boolean; unfiled: boolean; filed: boolean; noticedAt: number },
): number {
  const lookAt = nextMoment(instantOf(agreedDate, '23:59'), MORNING);
  if (how.late) return someMorning(random, lookAt - 90 * MINUTE, random.int(0, 2) + 1);
  if (how.unfiled) return someMorning(random, how.noticedAt, 2);
  if (!how.filed) {
    const due = closingAfter(how.noticedAt, 1) ?? 0;
    return random.chance(0.1) && how.papers === 1 ? due : during(random, dateOf(due), '08:40', '16:00');
  }
  if (random.chance(0.2) && how.papers === 1) return lookAt;
  const days = random.int(1, 5);
  const day = workdayAfter(dateOf(how.noticedAt), days);
  return during(random, day < agreedDate ? day : agreedDate, '08:40', '16:00');
}
