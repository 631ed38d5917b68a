import type { Alert, AlertHistoryEntry } from '../alerts/alert.js';
import { SEVERITIES, type Severity } from '../engine/rule-file.js';
import { MOST_LINES, type MessageContent, type MessageLine } from './message.js';
import type { NotifyItem } from './notify-store.js';

/** Why an alert is told to nobody for now. */
export interface Mute {
  /** `silence`, `inhibition` … */
  readonly kind: string;
  /** Id of what mutes it. */
  readonly by: string;
}

/** What a flush of a group comes to. */
export interface Decision {
  /** Absent: there is nothing to tell. */
  readonly content?: MessageContent;
  /** What the message tells, or what fell away untold; to be taken off the items. */
  readonly settled: readonly {
    readonly id: string;
    readonly pull: readonly number[];
    readonly open: boolean;
    readonly told: boolean;
  }[];
  readonly alerts: readonly { readonly id: string; readonly what: readonly string[] }[];
  readonly muted: number;
  /** The message tells of all that is open and not muted. */
  readonly full: boolean;
}

export interface DecideRequest {
  readonly items: readonly NotifyItem[];
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly mutes: ReadonlyMap<string, Mute>;
  readonly sendClosed: boolean;
  /** The time of a reminder of what is still open has come. */
  readonly reminderDue: boolean;
  /** For the footer: to whom and by which route. */
  readonly footer: string;
  readonly now: number;
}

/** How changes are named to people. */
const WHAT_TEXT: Partial<Record<string, string>> = {
  raised: '新预警', recurred: '再次发生', reinstated: '恢复', reopened: '重新打开', overdue: '已超期', acknowledged: '已确认', dispatched: '已派单',
  rectified: '已整改', escalated: '升级督办', closed: '已销号', auto_closed: '自动销号', retracted: '撤回', 'still-open': '仍未销号',
}; // prettier-ignore

/**
 * Stages silence and dedupe: from what is to be told of a group, leaves out what is muted (it stays to be told), what was
 * closed before anybody was told of it, and what was told. Pure.
 */
export function decideMessage(request: DecideRequest): Decision {
  const { items, alerts, mutes, sendClosed, reminderDue } = request;
  const settled: { id: string; pull: readonly number[]; open: boolean; told: boolean }[] = [];
  const told: { alert: Alert; what: readonly string[] }[] = [];
  let muted = 0;
  for (const item of items) {
    const alert = alerts.get(item.alertId);
    const open = alert?.open === true;
    if (alert && open && mutes.has(alert.id)) {
      muted += 1;
      continue;
    }
    const what = alert ? whatOf(alert, item.entries) : [];
    // Nobody needs to hear of the end of something he never heard of.
    const worthIt = alert && (open || (item.told && sendClosed));
    if (worthIt && what.length > 0) told.push({ alert, what });
    settled.push({ id: item._id, pull: item.entries, open, told: item.told || Boolean(worthIt) });
  }
  const listed = new Set(told.map(({ alert }) => alert.id));
  const others = stillOpen(request).filter(({ id }) => !listed.has(id));
  const kind = told.length > 0 ? 'alerts' : 'reminder';
  // A reminder that is due rides along with what is new.
  if (reminderDue) told.push(...others.map((alert) => ({ alert, what: ['still-open'] })));
  const full = reminderDue || others.length === 0;
  if (told.length === 0) return { settled, alerts: [], muted, full: false };
  const content = describe(kind, told, request);
  return { content, settled, alerts: told.map(({ alert, what }) => ({ id: alert.id, what })), muted, full };
}

function whatOf(alert: Alert, entries: readonly number[]): AlertHistoryEntry['what'][] {
  const what = [...entries].sort((a, b) => a - b).flatMap((index) => alert.history[index]?.what ?? []);
  return [...new Set(what)];
}

function stillOpen({ items, alerts, mutes }: DecideRequest): Alert[] {
  return items.flatMap(({ alertId, told }) => {
    const alert = alerts.get(alertId);
    return told && alert?.open && !mutes.has(alertId) ? [alert] : [];
  });
}

function describe(
  kind: 'alerts' | 'reminder',
  told: readonly { readonly alert: Alert; readonly what: readonly string[] }[],
  { footer, now }: DecideRequest,
): MessageContent {
  const sorted = [...told].sort(
    (a, b) =>
      Number(b.alert.open) - Number(a.alert.open) ||
      rank(b.alert.severity) - rank(a.alert.severity) ||
      a.alert.firstAt.getTime() - b.alert.firstAt.getTime() ||
      (a.alert.id < b.alert.id ? -1 : 1),
  );
  const open = sorted.filter(({ alert }) => alert.open);
  const severity = (open[0] ?? sorted[0])?.alert.severity ?? 'low';
  return {
    kind,
    title: titleOf(kind, open.length, sorted.length - open.length, sorted[0]?.alert),
    severity,
    lines: sorted.slice(0, MOST_LINES).map(({ alert, what }) => lineOf(alert, what)),
    more: Math.max(0, sorted.length - MOST_LINES),
    footer,
    at: new Date(now),
  };
}

function titleOf(
  kind: 'alerts' | 'reminder',
  open: number,
  closed: number,
  first: Alert | undefined,
): string {
  const name = first?.rule.name ?? '';
  if (kind === 'reminder') return `提醒：${open} 条预警仍未销号 · ${name}`;
  const parts = [...(open > 0 ? [`${open} 条待处理`] : []), ...(closed > 0 ? [`${closed} 条已销号`] : [])];
  return `风险预警：${parts.join('，')} · ${name}`;
}

function lineOf(alert: Alert, what: readonly string[]): MessageLine {
  return {
    text: alert.title,
    severity: alert.severity,
    alertId: alert.id,
    ...(what.length > 0 && { what: what.map((word) => WHAT_TEXT[word] ?? word).join('、') }),
    ...(alert.open && { advice: alert.advice }),
    ...(alert.open && alert.dueAt && { dueAt: alert.dueAt }),
  };
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
