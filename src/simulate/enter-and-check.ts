import { asText } from './as-text.js';
import type { JsonObject } from '../json.js';
import { badPhoneNumber, spoil } from './numbers.js';
import { addWorkingMs, DAY_END, HOUR, isoOf, MINUTE, nextMoment } from './office-time.js';
import { clearOfDayEnd, someMorning, type Story } from './story.js';
import type { Person } from './world.js';

export const ACCEPTANCE_FORM = '受理单';
/** Entered by the second clerk and checked by the first. */
const SECOND_FORM = '客户档案';
const LIMIT = 4 * HOUR;

/** 录入与校核: one person enters, another checks, mistakes are put right at once, or as the faults of the story have it. */
export function enterAndCheck(story: Story, hasty: boolean): void {
  const { random, clerk, checker, counter: stage, later } = story;
  const pass = (from: number, to: number) => (hasty ? story.tick(2, 5) : story.tick(from, to));
  const enter = (form: string, by: Person, fields: JsonObject, at = story.now) =>
    story.tell('record.entered', { stage, form, fields }, { by, at });
  const check = (form: string, by: Person, mismatches: string[] = [], at = story.now) => {
    const enteredBy = { ...(form === SECOND_FORM ? checker : clerk) };
    return story.tell(
      'record.checked',
      { stage, form, checker: { ...by }, enteredBy, mismatches },
      { by, at },
    );
  };
  const right = rightFields(story);
  const wrong = wrongFields(story, right);
  /** The form entered anew as it should be, and checked a few minutes later. */
  const correct = (at: number) => {
    const again = clearOfDayEnd(at, 12);
    enter(ACCEPTANCE_FORM, clerk, right, again);
    check(ACCEPTANCE_FORM, checker, [], again + random.int(2, 8) * MINUTE);
  };

  if (story.commits('mismatch-sent')) story.now = clearOfDayEnd(story.now, 75);
  const enteredAt = enter(ACCEPTANCE_FORM, clerk, wrong ?? right);
  const due = addWorkingMs(enteredAt, LIMIT) ?? enteredAt;
  if (story.traits.secondForm) {
    pass(40, 120);
    enter(SECOND_FORM, checker, { equipment: random.pick(['照明', '动力']), capacity: random.int(4, 400) });
    pass(90, 200);
    check(SECOND_FORM, clerk);
  }

  if (wrong && random.chance(0.6))
    later.push(() => correct(someMorning(random, story.now, random.int(1, 4))));
  if (hasty || story.commits('check-in-seconds')) {
    // The second form has been in between; the check must follow its own entry.
    if (story.traits.secondForm && !hasty) enter(ACCEPTANCE_FORM, clerk, wrong ?? right);
    story.tick(4, hasty ? 8 : 50);
    check(ACCEPTANCE_FORM, checker);
  } else if (story.commits('checked-late')) {
    story.now = addWorkingMs(due, random.int(1, 12 * 60) * MINUTE) ?? due;
    check(ACCEPTANCE_FORM, checker);
  } else if (story.commits('sent-unchecked')) {
    later.push(() => {
      const at = random.chance(0.2) ? due : story.now + random.int(2, 20) * MINUTE;
      check(ACCEPTANCE_FORM, checker, [], Math.min(at, due));
    });
  } else if (story.commits('never-checked')) {
    if (random.chance(0.5))
      later.push(() =>
        check(ACCEPTANCE_FORM, checker, [], someMorning(random, Math.max(due, story.now), random.int(1, 3))),
      );
  } else if (story.commits('self-checked')) {
    pass(60, 300);
    check(ACCEPTANCE_FORM, clerk);
    if (random.chance(0.6))
      later.push(() => check(ACCEPTANCE_FORM, checker, [], someMorning(random, story.now, 1)));
  } else if (story.commits('mismatch-over-night')) {
    pass(60, 300);
    check(ACCEPTANCE_FORM, checker, ['address']);
    story.now = someMorning(random, nextMoment(story.now, DAY_END), 1);
    correct(story.now);
    story.now += 15 * MINUTE;
  } else if (story.committed.has('mismatch-sent')) {
    pass(60, 300);
    check(ACCEPTANCE_FORM, checker, ['phone', 'address']);
    later.push(() => correct(story.now + 2 * MINUTE));
  } else if (story.commits('mismatch-sent-over-night')) {
    pass(60, 300);
    check(ACCEPTANCE_FORM, checker, ['customerName']);
    const look = nextMoment(story.now, DAY_END);
    if (random.chance(0.7))
      later.push(() => correct(someMorning(random, Math.max(look, story.now), random.int(1, 3))));
  } else if (story.traits.correction) {
    pass(60, 200);
    check(ACCEPTANCE_FORM, checker, [random.pick(['address', 'phone', 'customerName'])]);
    pass(60, 200);
    enter(ACCEPTANCE_FORM, clerk, wrong ?? right);
    pass(60, 200);
    check(ACCEPTANCE_FORM, checker);
  } else {
    const slowly = story.traits.slowCheck && !hasty;
    if (slowly)
      story.now = random.chance(0.3) ? due : (addWorkingMs(enteredAt, random.int(60, 239) * MINUTE) ?? due);
    else pass(61, 300);
    check(ACCEPTANCE_FORM, checker);
  }
}

/** Keyed in at a counter at which nobody has recorded that the order arrived; checked too late, or never, and then it lies. */
export function enterUnarrived(story: Story): void {
  const { random, clerk, checker, counter: stage } = story;
  const form = { stage, form: ACCEPTANCE_FORM };
  story.tick(60, 300);
  const enteredAt = story.tell('record.entered', { ...form, fields: rightFields(story) });
  const due = addWorkingMs(enteredAt, LIMIT) ?? enteredAt;
  story.stalled = true;
  if (random.chance(0.4)) return;
  const at = addWorkingMs(due, random.int(1, 12 * 60) * MINUTE) ?? due;
  story.tell(
    'record.checked',
    { ...form, checker: { ...checker }, enteredBy: { ...clerk }, mismatches: [] },
    { by: checker, at },
  );
}

function rightFields({ customer, now }: Story): JsonObject {
  return { ...customer.fields, acceptedAt: isoOf(now).slice(0, 16).replace('T', ' ') };
}

/** What is entered where a field is wrong or missing; undefined where all is right. */
function wrongFields(story: Story, right: JsonObject): JsonObject | undefined {
  const { random, customer } = story;
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(right).filter(([name]) => !names.includes(name)));
  if (story.commits('acceptance-time-missing')) return without('acceptedAt');
  if (story.commits('phone-malformed')) return { ...right, phone: badPhoneNumber(random) };
  if (story.commits('id-number-malformed'))
    return { ...right, idNumber: spoil(asText(customer.fields['idNumber']), random) };
  if (story.commits('credit-code-malformed'))
    return { ...right, creditCode: spoil(asText(customer.fields['creditCode']), random) };
  if (story.commits('registration-incomplete'))
    return without(random.pick(['customerName', 'address', 'phone']));
  if (story.commits('consult-registration-incomplete'))
    return without(random.pick(Object.keys(customer.fields)));
  return undefined;
}
