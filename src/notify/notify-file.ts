import { z } from 'zod';
import { findTimeOfDay } from '../calendar/civil-date.js';
import { RISK_KINDS, SEVERITIES } from '../engine/rule-file.js';
import type { FileProblem } from '../file-problems.js';

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens')
  .max(40);
const text = z.string().trim().min(1).max(200);
const orgUnit = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected the code of an org unit');
const address = z.email('expected an e-mail address');
/** A secret is never in the file: the file names the environment variable that holds it. */
const secretFrom = z
  .string()
  .regex(/^NOTIFY_SECRET_[A-Z0-9_]{1,60}$/, 'expected the name of a variable NOTIFY_SECRET_…');
const time = z.string().refine((value) => findTimeOfDay(value) !== undefined, 'expected HH:mm');
const url = z.url({ protocol: /^https?$/, error: 'expected an http(s) address' });

export const DURATION_UNITS = ['second', 'minute', 'hour', 'workingHour'] as const;
const duration = z.strictObject({ value: z.number().gt(0).max(100_000), unit: z.enum(DURATION_UNITS) });
/** A length of time; working hours pass only while the offices are open. */
export type Duration = z.infer<typeof duration>;

const common = { name: id };
const robot = {
  ...common,
  /** For a private installation of the vendor's service, or a proxy; default: the vendor's own address. */
  url: url.optional(),
};
const channel = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('email'),
    host: text,
    port: z.int().min(1).max(65_535),
    /** `tls` from the first byte (465), `starttls` required (587), `none` for a relay in the same machine room. */
    security: z.enum(['tls', 'starttls', 'none']),
    user: text.optional(),
    passwordFrom: secretFrom.optional(),
    from: text,
  }),
  /** `signFrom`: the SEC… of 加签. */
  z.strictObject({
    ...robot,
    type: z.literal('dingtalk'),
    tokenFrom: secretFrom,
    signFrom: secretFrom.optional(),
  }),
  /** WeCom has no signature: its key is all there is. */
  z.strictObject({ ...robot, type: z.literal('wecom'), keyFrom: secretFrom }),
  /** `signFrom`: the key of 签名校验. */
  z.strictObject({
    ...robot,
    type: z.literal('feishu'),
    tokenFrom: secretFrom,
    signFrom: secretFrom.optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('webhook'),
    url,
    /** `whsec_…`; while it is being changed, the old one is in `previousSecretFrom` and both sign. */
    secretFrom,
    previousSecretFrom: secretFrom.optional(),
    /** Private networks it may be sent to, e.g. `10.1.0.0/16`; no other private address ever. */
    allowPrivate: z
      .array(z.union([z.cidrv4(), z.cidrv6()], { error: 'expected a network such as 10.1.0.0/16' }))
      .default([]),
  }),
]);
/** A way to send. */
export type ChannelConfig = z.infer<typeof channel>;

const quiet = z.strictObject({
  /** From (included) to (excluded), any day; may pass midnight. */
  from: time,
  to: time,
  /** Severities that come through all the same. */
  except: z.array(z.enum(SEVERITIES)).default(['critical']),
});
export type QuietHours = z.infer<typeof quiet>;

const contact = z.strictObject({
  id,
  name: text.optional(),
  /** Roles as rules name them in `assignTo`, for this unit and all below it that have no contact of their own in the role. */
  roles: z.array(id).min(1),
  orgUnit,
  /** `to`: the mailbox, for e-mail channels only. */
  via: z.array(z.strictObject({ channel: id, to: address.optional() })).min(1),
  quiet: quiet.optional(),
  /** Moments of the calendar file at which the contact gets a digest of the unit and all below it. */
  digest: z.array(z.enum(['morning', 'end-of-day'])).default([]),
});
export type Contact = z.infer<typeof contact>;

/** Changes of an alert that routes can tell of; the names are those of the alert's `history`. */
const DEFAULT_CHANGES = ['raised', 'recurred', 'reinstated', 'reopened', 'overdue', 'escalated', 'closed', 'auto_closed', 'retracted']; // prettier-ignore

const route = z.strictObject({
  id,
  /** Conditions: all that are given must hold. */
  severity: z.array(z.enum(SEVERITIES)).min(1).optional(),
  kind: z.array(z.enum(RISK_KINDS)).min(1).optional(),
  rule: z.array(id).min(1).optional(),
  orgUnit: z.array(orgUnit).min(1).optional(),
  changes: z.array(z.string().min(1)).min(1).default(DEFAULT_CHANGES),
  /** Who is told: `assignee` (the alert's `assignTo`, or who the history entry names) or roles. */
  to: z.array(id).min(1).default(['assignee']),
  /** Alerts that agree in these go out in one message. */
  groupBy: z
    .array(z.enum(['rule', 'severity', 'kind', 'process', 'stage', 'orgUnit', 'subject']))
    .default(['rule']),
  /** How long the first alert of a group waits for company. */
  groupWait: duration.default({ value: 30, unit: 'second' }),
  /** Least time between two messages of a group about something new. */
  groupInterval: duration.default({ value: 5, unit: 'minute' }),
  /** When what is still open is told again; absent = never. */
  repeatInterval: duration.optional(),
  /** `office`: what comes up outside business hours waits until they begin. */
  hours: z.enum(['any', 'office']).default('any'),
  /** Whether those who were told of an alert are told when it is closed. */
  sendClosed: z.boolean().default(true),
  /** Look at the routes below, too. */
  continue: z.boolean().default(false),
});
/** Which alerts are told to whom, and by which clocks. */
export type Route = z.infer<typeof route>;

/** `RULES_DIR/notify/notify.json`, or the file that NOTIFY_FILE names. */
export const notifyFileSchema = z.strictObject({
  $schema: z.string().optional(),
  note: z.string().optional(),
  channels: z.array(channel).default([]),
  contacts: z.array(contact).default([]),
  /** The first that fits an alert decides, unless it says `continue`. */
  routes: z.array(route).default([]),
});
export type NotifyFile = z.infer<typeof notifyFileSchema>;

/** What is wrong with the file beyond its form. */
export function findNotifyProblems(
  value: NotifyFile,
  file: string,
  known: { readonly orgUnits: (code: string) => boolean; readonly secrets: ReadonlyMap<string, string> },
): FileProblem[] {
  const problems: FileProblem[] = [];
  const add = (path: string, message: string) => problems.push({ file, path, message });
  for (const [list, key] of [['channels', 'name'], ['contacts', 'id'], ['routes', 'id']] as const) {
    const seen = new Set<string>();
    (value[list] as readonly Record<string, unknown>[]).forEach((item, index) => {
      const name = String(item[key]);
      if (seen.has(name)) add(`${list}.${index}.${key}`, `"${name}" is given twice`);
      seen.add(name);
    });
  } // prettier-ignore
  const types = new Map(value.channels.map(({ name, type }) => [name, type]));
  value.contacts.forEach((one, index) => {
    if (!known.orgUnits(one.orgUnit))
      add(`contacts.${index}.orgUnit`, `there is no unit "${one.orgUnit}" in org-units.json`);
    one.via.forEach(({ channel: name, to }, at) => {
      const path = `contacts.${index}.via.${at}`;
      const type = types.get(name);
      if (!type) add(`${path}.channel`, `there is no channel "${name}"; channels: ${[...types.keys()].join(', ') || 'none'}`);
      else if (type === 'email' && to === undefined) add(`${path}.to`, 'is missing: an e-mail needs a mailbox');
      else if (type !== 'email' && to !== undefined) add(`${path}.to`, `does not belong to a ${type} channel`);
    });
  }); // prettier-ignore
  value.channels.forEach((one, index) => {
    for (const [key, name] of Object.entries(one)) {
      if (!key.endsWith('From') || typeof name !== 'string' || known.secrets.has(name)) continue;
      add(`channels.${index}.${key}`, `the variable ${name} is not set`);
    }
    if (one.type !== 'webhook') return;
    for (const name of [one.secretFrom, one.previousSecretFrom]) {
      const secret = name === undefined ? undefined : known.secrets.get(name);
      if (secret !== undefined && !isWebhookSecret(secret))
        add(`channels.${index}`, `${name} must be whsec_ and the base64 of 24 to 64 bytes`);
    }
  });
  return problems;
}

/** Standard Webhooks: 24 to 64 random bytes, base64, prefixed. */
function isWebhookSecret(secret: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false;
  const { length } = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return length >= 24 && length <= 64;
}
