import { DateTime } from 'luxon';
import { ZONE } from './to-xes.js';
import type { SampleCase, SampleStep } from './to-xes.js';

/*
 * Cases at the edges of the rules. A step is written `time what who`: the time is that of Amsterdam (without
 * a date: the day before's), `what` is a stage, after `>` one that starts, after `~` one that is scheduled.
 */
const CASES: Readonly<Record<string, string>> = {
  // An offer needs a call, or an answer, by 17:30 of the fifth working day after it was sent.
  'call-at-closing': '2011-10-03 10:00 O_SENT; 2011-10-10 17:30 >W_Nabellen offertes; 17:31 A_DECLINED',
  'call-after-closing':
    '2011-10-03 10:00 O_SENT; 2011-10-10 17:30:00.001 >W_Nabellen offertes; 17:31 A_DECLINED',
  'call-at-once': '2011-10-03 10:00 O_SENT; 10:00 >W_Nabellen offertes; 11:00 A_DECLINED',
  'call-before-offer': '2011-10-03 09:59 >W_Nabellen offertes; 10:00 O_SENT; 2011-10-11 09:00 A_DECLINED',
  'call-only-scheduled': '2011-10-03 10:00 O_SENT; 10:01 ~W_Nabellen offertes; 2011-10-11 09:00 A_DECLINED',
  'call-only-completed':
    '2011-10-03 10:00 O_SENT; 2011-10-04 10:01 W_Nabellen offertes; 2011-10-11 09:00 A_DECLINED',
  'other-call':
    '2011-10-03 10:00 O_SENT; 2011-10-04 10:01 >W_Nabellen incomplete dossiers; 2011-10-11 09:00 A_DECLINED',
  'answered-in-time': '2011-10-03 10:00 O_SENT; 2011-10-10 17:29 O_SENT_BACK; 2011-10-11 09:00 A_DECLINED',
  'declined-in-time':
    '2011-10-03 10:00 O_SENT; 2011-10-10 17:29 A_DECLINED; 2011-10-12 09:00 W_Nabellen offertes',
  'sent-on-saturday': '2011-10-01 10:00 O_SENT; 2011-10-07 17:31 >W_Nabellen offertes; 17:32 A_DECLINED',
  'sent-late-on-sunday':
    '2011-10-02 23:59:59.999 O_SENT; 2011-10-07 17:29 >W_Nabellen offertes; 17:30 A_DECLINED',
  'sent-early-on-monday': '2011-10-03 00:00 O_SENT; 2011-10-10 17:29 >W_Nabellen offertes; 17:30 A_DECLINED',
  'christmas-in-time': '2011-12-21 10:00 O_SENT; 2011-12-29 17:29 >W_Nabellen offertes; 17:30 A_DECLINED',
  'christmas-too-late': '2011-12-21 10:00 O_SENT; 2011-12-29 17:31 >W_Nabellen offertes; 17:32 A_DECLINED',
  'easter-in-time': '2012-04-03 10:00 O_SENT; 2012-04-12 17:30 >W_Nabellen offertes; 17:31 A_DECLINED',
  'easter-too-late':
    '2012-04-03 10:00 O_SENT; 2012-04-12 17:30:00.001 >W_Nabellen offertes; 17:31 A_DECLINED',
  'new-year': '2011-12-30 10:00 O_SENT; 2012-01-06 17:30:00.001 >W_Nabellen offertes; 17:31 A_DECLINED',
  'end-of-summer-time': '2011-10-28 10:00 O_SENT; 2011-11-04 17:30 >W_Nabellen offertes; 17:31 A_DECLINED',
  'summer-time': '2012-03-23 10:00 O_SENT; 2012-03-30 17:30:00.001 >W_Nabellen offertes; 17:31 A_DECLINED',
  'first-offer-counts':
    '2011-10-03 10:00 O_SENT; 2011-10-07 10:00 O_SENT; 2011-10-10 18:00 >W_Nabellen offertes; 18:01 A_DECLINED',
  'second-offer-after-call':
    '2011-10-03 10:00 O_SENT; 2011-10-04 10:00 >W_Nabellen offertes; 11:00 O_SENT; 2011-10-11 17:31 A_CANCELLED',
  'second-offer-in-time':
    '2011-10-03 10:00 O_SENT; 2011-10-10 17:30 O_CANCELLED; 17:30 O_SENT; 2011-10-17 17:29 >W_Nabellen offertes; 17:30 A_DECLINED',
  'offer-and-call-at-once-wrong-order':
    '2011-10-03 10:00 >W_Nabellen offertes; 10:00 O_SENT; 2011-10-11 A_DECLINED',
  'never-followed': '2012-03-01 10:00 A_ACCEPTED; 10:00 O_SENT',
  'told-in-the-wrong-order':
    '2011-10-03 10:00 O_SENT; 2011-10-11 09:00 W_Nabellen offertes; 2011-10-04 09:00 >W_Nabellen offertes; 2011-10-12 09:00 A_DECLINED',

  // An application is idle when 14 whole days go by without an event.
  'event-at-midnight': '2011-11-01 10:00 A_SUBMITTED; 2011-11-16 00:00 W_Afhandelen leads; 00:01 A_DECLINED',
  'event-after-midnight':
    '2011-11-01 10:00 A_SUBMITTED; 2011-11-16 00:00:00.001 W_Afhandelen leads; 00:01 A_DECLINED',
  'idle-over-end-of-summer-time':
    '2011-10-20 00:00 A_SUBMITTED; 2011-11-04 00:00 >W_Afhandelen leads; 00:01 A_DECLINED',
  'idle-over-summer-time': '2012-03-15 23:59:59.999 A_SUBMITTED; 2012-03-30 00:00:00.001 A_CANCELLED',
  'idle-twice': '2011-10-01 10:00 A_SUBMITTED; 2011-10-20 10:00 A_PREACCEPTED; 2011-11-20 10:00 A_CANCELLED',
  'ended-long-ago': '2011-10-01 10:00 A_SUBMITTED; 10:01 A_DECLINED',
  'ended-then-an-afterthought':
    '2011-10-01 10:00 A_SUBMITTED; 10:01 A_CANCELLED; 10:02 W_Completeren aanvraag',
  'left-open': '2012-02-01 10:00 A_SUBMITTED; 10:01 A_PREACCEPTED',
  'ended-at-the-last-moment': '2011-11-01 10:00 A_SUBMITTED; 2011-11-16 00:00 A_DECLINED',

  // The one who accepts does not activate.
  'same-person': '2011-10-03 10:00 A_ACCEPTED 10609; 2011-10-04 10:00 A_ACTIVATED 10609',
  'two-people': '2011-10-03 10:00 A_ACCEPTED 10609; 2011-10-04 10:00 A_ACTIVATED 10629',
  'nobody-accepted': '2011-10-03 10:00 A_ACCEPTED -; 2011-10-04 10:00 A_ACTIVATED 10609',
  'nobody-activated': '2011-10-03 10:00 A_ACCEPTED 10609; 2011-10-04 10:00 A_ACTIVATED -',
  'nobody-at-all': '2011-10-03 10:00 A_ACCEPTED -; 2011-10-04 10:00 A_ACTIVATED -',
  'same-person-at-once': '2011-10-03 10:00 A_ACCEPTED 10609; 10:00 A_ACTIVATED 10609',
  'never-accepted': '2011-10-03 10:00 A_SUBMITTED 10609; 10:00 A_ACTIVATED 10609',
  'same-person-between-others':
    '2011-10-03 10:00 A_ACCEPTED 10609; 11:00 A_APPROVED 10629; 11:00 A_REGISTERED 10629; 11:00 A_ACTIVATED 10609',

  // Nothing is cancelled after approval; after acceptance, or a signed offer, it is a loss.
  'cancelled-after-approval': '2011-10-03 10:00 A_ACCEPTED; 11:00 A_APPROVED; 12:00 A_CANCELLED',
  'offer-cancelled-after-approval':
    '2011-10-03 10:00 A_ACCEPTED; 11:00 A_APPROVED; 11:00 O_CANCELLED; 12:00 A_ACTIVATED',
  'offer-cancelled-before-approval':
    '2011-10-03 10:00 A_ACCEPTED; 11:00 O_CANCELLED; 11:00 A_APPROVED; 12:00 A_ACTIVATED',
  'cancelled-after-acceptance': '2011-10-03 10:00 A_ACCEPTED; 10:01 A_CANCELLED',
  'cancelled-before-acceptance': '2011-10-03 10:00 A_PREACCEPTED; 10:01 A_CANCELLED; 10:01 A_ACCEPTED',
  'cancelled-after-signed-offer': '2011-10-03 10:00 O_SENT_BACK; 10:01 A_CANCELLED',
  'declined-after-signed-offer': '2011-10-03 10:00 O_SENT_BACK; 10:01 A_DECLINED',

  // More than one offer.
  'two-offers-at-once': '2011-10-03 10:00 O_SENT; 10:00 O_SENT; 10:01 A_DECLINED',
  'three-offers': '2011-10-03 10:00 O_SENT; 11:00 O_SENT; 12:00 O_SENT; 13:00 A_DECLINED',
  'one-offer-of-two': '2011-10-03 10:00 O_CREATED; 11:00 O_CREATED; 12:00 O_SENT; 13:00 A_DECLINED',

  // A decision by 17:30 of the twentieth working day after acceptance.
  'decided-at-closing':
    '2011-10-03 10:00 A_ACCEPTED; 2011-10-17 W_Valideren aanvraag; 2011-10-31 17:30 A_DECLINED',
  'decided-after-closing':
    '2011-10-03 10:00 A_ACCEPTED; 2011-10-17 W_Valideren aanvraag; 2011-10-31 17:30:00.001 A_ACTIVATED',
  'decided-after-christmas':
    '2011-12-05 10:00 A_ACCEPTED; 2011-12-16 >W_Valideren aanvraag; 2011-12-30 W_Valideren aanvraag; 2012-01-03 17:30 A_ACTIVATED',
  'decided-too-late-after-christmas':
    '2011-12-05 10:00 A_ACCEPTED; 2011-12-16 >W_Valideren aanvraag; 2011-12-30 W_Valideren aanvraag; 2012-01-03 17:31 A_CANCELLED',
  'accepted-again':
    '2011-10-03 10:00 A_ACCEPTED; 2011-10-14 A_ACCEPTED; 2011-10-27 A_ACCEPTED; 2011-11-01 10:00 A_DECLINED',

  // 25,000 and more, activated within seven working days of the request (the amount follows after a colon).
  'large-seven-days:25000': '2011-10-03 10:00 A_SUBMITTED; 2011-10-12 23:59:59.999 A_ACTIVATED',
  'large-eight-days:25000': '2011-10-03 10:00 A_SUBMITTED; 2011-10-13 00:00 A_ACTIVATED',
  'not-so-large:24999': '2011-10-03 10:00 A_SUBMITTED; 2011-10-04 10:00 A_ACTIVATED',
  'large-from-saturday:50000': '2011-10-01 10:00 A_SUBMITTED; 2011-10-11 10:00 A_ACTIVATED',
  'large-over-christmas:50000': '2011-12-22 10:00 A_SUBMITTED; 2012-01-03 10:00 A_ACTIVATED',
  'large-too-slow-over-christmas:50000': '2011-12-22 10:00 A_SUBMITTED; 2012-01-04 10:00 A_ACTIVATED',
  'large-never-submitted:50000': '2011-10-03 10:00 A_PARTLYSUBMITTED; 11:00 A_ACTIVATED',
};

const STEP = /^(?:(\d{4}-\d\d-\d\d) ?)?(\d\d:\d\d(?::\d\d(?:\.\d{3})?)?)? ?([>~]?)(\D.*?)(?: (\d{3,5}|-))?$/;

/** The cases at the edges, named after what is special about them. */
export function boundaryCases(): SampleCase[] {
  return Object.entries(CASES).map(([key, text]) => {
    const [name = key, amount = '10000'] = key.split(':');
    return { name, amount: Number(amount), steps: readSteps(text) };
  });
}

function readSteps(text: string): SampleStep[] {
  let date = '';
  return text.split('; ').map((part, i) => {
    const match = STEP.exec(part);
    if (!match) throw new Error(`not a step: ${part}`);
    const [, day = date, time = '10:00', mark, name = '', who = i === 0 ? '112' : '10809'] = match;
    date = day;
    const at = DateTime.fromISO(`${day}T${time}`, { zone: ZONE });
    if (!at.isValid) throw new Error(`not a time: ${part}`);
    return {
      at: at.toMillis(),
      name,
      transition: mark === '>' ? 'START' : mark === '~' ? 'SCHEDULE' : 'COMPLETE',
      ...(who === '-' ? {} : { who }),
    };
  });
}
