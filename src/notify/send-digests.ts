import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { SEVERITIES, type Severity } from '../engine/rule-file.js';
import type { AlertDocument } from '../alerts/alert-store.js';
import type { Recipient } from './find-recipients.js';
import { toDeliveries } from './flush-groups.js';
import { SEVERITY_TEXT, type MessageContent, type MessageLine } from './message.js';
import type { NotifyStore } from './notify-store.js';

/** Moments of the calendar at which digests go out: the start of the shift and the end of the day. */
export type DigestMoment = 'morning' | 'end-of-day';

/** Somebody who gets a digest of an org unit and all below it. */
export interface DigestRecipient {
  readonly recipient: Recipient;
  readonly orgUnit: string;
  readonly orgUnitName: string;
}

/** What a digest counts. */
export interface DigestFigures {
  readonly open: Readonly<Partial<Record<Severity, number>>>;
  readonly overdue: number;
  /** Due before the end of the day. */
  readonly dueToday: number;
  /** Raised and closed since the previous working day's digest. */
  readonly raised: number;
  readonly closed: number;
  readonly inspectionsOpen: number;
}

export interface SendDigestsDeps {
  readonly store: Pick<NotifyStore, 'addMessage' | 'addDeliveries'>;
  readonly figures: (orgUnits: readonly string[], span: DigestSpan) => Promise<DigestFigures>;
  /** `at`: the moment on the date of the digest, epoch ms. */
  readonly findDigestRecipients: (moment: DigestMoment, at: number) => Promise<readonly DigestRecipient[]>;
  readonly subtreeOf: (orgUnit: string) => readonly string[];
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
}
export interface DigestSpan {
  /** Since when "new" counts. */
  readonly since: Date;
  readonly now: Date;
  readonly endOfDay: Date;
  readonly date: string;
}

const TITLES: Readonly<Record<DigestMoment, string>> = { morning: '班前摘要', 'end-of-day': '日终摘要' };

/** Digests of a date, one message for each recipient; sent once however often it is run. */
export function makeSendDigests(deps: SendDigestsDeps) {
  const { store, figures, findDigestRecipients, subtreeOf, calendar, now } = deps;
  return async function sendDigests(moment: DigestMoment, date: string): Promise<{ digests: number }> {
    const time = calendar.moments[moment];
    if (time === undefined) throw new RangeError(`The calendar has no moment "${moment}".`);
    const at = calendar.instantOf(date, time);
    const span = {
      since: new Date(calendar.instantOf(calendar.previousWorkingDay(date), time)),
      now: new Date(Math.max(at, Math.min(now(), calendar.instantOf(date, '24:00')))),
      endOfDay: new Date(calendar.instantOf(date, '24:00')),
      date,
    };
    const recipients = await findDigestRecipients(moment, at);
    for (const { recipient, orgUnit, orgUnitName } of recipients) {
      const counted = await figures(subtreeOf(orgUnit), span);
      const content = describe(moment, date, orgUnitName, counted, span.now);
      const messageId = `msg_digest-${moment}-${date}-${recipient.id}-${orgUnit}`.replaceAll('.', '_');
      const target = `user:${recipient.id}`;
      const why = {
        kind: 'digest' as const,
        target,
        labels: { moment, date, orgUnit },
        alerts: [],
        muted: 0,
      };
      const common = { messageId, content, why, recipients: [recipient], calendar, now: now(), orgUnit };
      const { deliveries } = await store.addMessage({
        _id: messageId,
        at: span.now,
        full: false,
        items: [],
        deliveries: toDeliveries(common),
      });
      await store.addDeliveries(deliveries);
    }
    return { digests: recipients.length };
  };
}
export type SendDigests = ReturnType<typeof makeSendDigests>;

function describe(
  moment: DigestMoment,
  date: string,
  unit: string,
  { open, overdue, dueToday, raised, closed, inspectionsOpen }: DigestFigures,
  at: Date,
): MessageContent {
  const total = Object.values(open).reduce((sum, n) => sum + n, 0);
  const worst = [...SEVERITIES].reverse().find((severity) => (open[severity] ?? 0) > 0) ?? 'low';
  const split = [...SEVERITIES]
    .reverse()
    .filter((severity) => open[severity])
    .map((severity) => `${SEVERITY_TEXT[severity]} ${open[severity]}`)
    .join('，');
  const lines: MessageLine[] = [
    { text: `未销号预警 ${total} 条${split ? `（${split}）` : ''}，其中已超期 ${overdue} 条` },
    { text: `今日到期 ${dueToday} 条` },
    { text: `上次摘要以来新增 ${raised} 条，销号 ${closed} 条` },
    { text: `今日未完成的巡检任务 ${inspectionsOpen} 项` },
  ];
  return {
    kind: 'digest',
    title: `${TITLES[moment]} ${date} · ${unit}：未销号 ${total}，超期 ${overdue}`,
    severity: worst,
    lines,
    more: 0,
    footer: `按订阅发送：${TITLES[moment]}，${unit}及下属单位`,
    at,
  };
}

/** Figures from the collections of alerts and inspections. */
export function makeDigestFigures(connection: Connection): SendDigestsDeps['figures'] {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  const inspections = connection.collection('inspections');
  return async (orgUnits, { since, now, endOfDay, date }) => {
    const here = { orgUnit: { $in: [...orgUnits] }, shadow: false };
    const open = await alerts
      .aggregate<{ _id: Severity; n: number }>([
        { $match: { ...here, open: true } },
        { $group: { _id: '$severity', n: { $sum: 1 } } },
      ])
      .toArray();
    const [overdue, dueToday, raised, closed, inspectionsOpen] = await Promise.all([
      alerts.countDocuments({ ...here, open: true, dueAt: { $lt: now } }),
      alerts.countDocuments({ ...here, open: true, dueAt: { $gte: now, $lt: endOfDay } }),
      alerts.countDocuments({ ...here, raisedAt: { $gte: since, $lt: now } }),
      alerts.countDocuments({ ...here, open: false, closedAt: { $gte: since, $lt: now } }),
      inspections.countDocuments({ orgUnit: { $in: [...orgUnits] }, date, status: { $ne: 'done' } }),
    ]);
    const bySeverity = Object.fromEntries(open.map(({ _id, n }) => [_id, n]));
    return { open: bySeverity, overdue, dueToday, raised, closed, inspectionsOpen };
  };
}
