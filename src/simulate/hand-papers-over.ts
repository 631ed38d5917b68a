import { addWorkingMs, closingAfter, DAY_END, dateOf, instantOf, isWorkday, MINUTE, nextMoment, runningMs, workdayAfter } from './office-time.js'; // prettier-ignore
import { during, someMorning, type Story } from './story.js';
import { isReceived } from './stage-papers.js';
import { isConsult } from './traits.js';
import type { Person } from './world.js';

const BOOK = '业务档案移交记录簿';

/** 日结日清: the papers of the counter are handed over the same day, both sides sign. Leaves the clock alone. */
export function handPapersOver(
  story: Story,
  completedAt: number,
  papersBy: (until: number) => readonly string[],
): void {
  const { random, counter: stage, clerk, checker, archivist, process } = story;
  const toStage = process.stages[1]?.stage;
  const at = whenHandedOver(story, completedAt);
  if (at === undefined) return;
  const documents = papersBy(at);
  const bothSigned = { giverSigned: true, receiverSigned: true };
  const hand = (when: number, list: readonly string[], receiver: Person, flags: object) =>
    story.tell(
      'handover.recorded',
      {
        stage,
        ...(toStage && { toStage }),
        documents: [...list],
        giver: clerk.id,
        receiver: receiver.id,
        ...flags,
      },
      { at: when },
    );
  const handAll = (when: number) => hand(when, papersBy(when), archivist, bothSigned);
  const signBook = (when: number, role: 'giver' | 'receiver', signer: Person) =>
    story.tell('signature.recorded', { stage, document: BOOK, role, signer: signer.id }, { at: when });
  const later = () => someMorning(random, at, random.int(1, 4));
  const cured = random.chance(0.6);

  if (story.commits('giver-unsigned')) {
    hand(at, documents, archivist, { giverSigned: false, receiverSigned: true });
    if (cured) signBook(later(), 'giver', clerk);
  } else if (story.commits('receiver-signs-next-day')) {
    hand(at, documents, archivist, { giverSigned: true });
    const due = closingAfter(at, 1) ?? at;
    signBook(random.chance(0.2) ? due : during(random, dateOf(due), '08:40', '16:50'), 'receiver', archivist);
  } else if (story.commits('receiver-never-signs')) {
    hand(at, documents, archivist, { giverSigned: true, receiverSigned: false });
    if (cured)
      signBook(someMorning(random, closingAfter(at, 1) ?? at, random.int(1, 3)), 'receiver', archivist);
  } else if (story.commits('giver-mismatch')) {
    hand(at, documents, archivist, bothSigned);
    signBook(at + 40_000, 'giver', checker);
    if (cured) signBook(later(), 'giver', clerk);
  } else if (story.commits('receiver-mismatch')) {
    // Signed before it is registered, by somebody else than is registered.
    signBook(at - 30_000, 'receiver', checker);
    hand(at, documents, archivist, bothSigned);
    if (cured) signBook(later(), 'receiver', archivist);
  } else if (story.commits('handover-to-oneself')) {
    hand(at, documents, clerk, bothSigned);
    if (cured) handAll(later());
  } else if (story.commits('handover-list-short') || story.commits('consult-list-incomplete')) {
    const forms = isConsult(process) ? 2 : 1;
    const candidates = story.committed.has('handover-list-short')
      ? documents.slice(forms)
      : documents.slice(0, 2).filter((document) => !isReceived(story, document));
    const omitted = random.pick(candidates);
    const listed = documents.filter((document) => document !== omitted);
    hand(at, listed, archivist, bothSigned);
    if (cured && random.chance(0.5)) hand(later(), [omitted], archivist, bothSigned);
    else if (cured) handAll(later());
  } else {
    const inBook = random.chance(0.5);
    hand(at, documents, archivist, inBook && random.chance(0.7) ? {} : bothSigned);
    if (inBook) {
      signBook(at + random.int(15, 60) * 1000, 'giver', clerk);
      signBook(at + random.int(65, 150) * 1000, 'receiver', archivist);
    }
  }
}

/** The same day, or what the faults make of it; undefined = never. */
function whenHandedOver(story: Story, completedAt: number): number | undefined {
  const { random } = story;
  const next = workdayAfter(dateOf(completedAt), 1);
  const due = closingAfter(completedAt, 2) ?? completedAt;
  const warn = addWorkingMs(completedAt, 0.5 * runningMs(completedAt, due, [])) ?? due;
  if (story.commits('handover-next-day')) {
    return Math.min(during(random, next, '08:35', '11:30'), warn - MINUTE);
  }
  if (story.commits('papers-near-limit')) {
    return random.chance(0.15) ? due : warn + random.int(1, (due - warn) / 1000 - 1) * 1000;
  }
  if (story.commits('papers-late')) {
    if (random.chance(0.3)) return undefined;
    return random.chance(0.3) ? due + random.int(1, 60) * 1000 : someMorning(random, due, random.int(1, 3));
  }
  const look = nextMoment(completedAt, DAY_END);
  const date = dateOf(completedAt);
  if (isWorkday(date) && look === instantOf(date, DAY_END)) {
    const from = completedAt + random.int(60, 180) * 1000;
    const to = look - 5 * MINUTE;
    return from >= to || random.chance(0.2) ? from : from + random.int(0, (to - from) / 1000) * 1000;
  }
  return random.chance(0.4)
    ? completedAt + random.int(2, 8) * MINUTE
    : during(random, next, '08:35', '11:00');
}
