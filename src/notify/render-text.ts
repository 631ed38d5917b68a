import { SEVERITY_TEXT, type MessageContent, type MessageLine } from './message.js';

/** How times are shown, and where the console is. */
export interface RenderOptions {
  /** IANA zone. */
  readonly timeZone: string;
  /** PUBLIC_URL without a slash at its end; absent = no links. */
  readonly publicUrl?: string;
}

/** A message as plain text. */
export function renderText(content: MessageContent, options: RenderOptions): string {
  return [content.title, '', ...body(content, options, (text) => text), '', content.footer].join('\n');
}

/**
 * A message in the little Markdown that all three group robots show: heading, bold, links, `-`. What comes from outside
 * is escaped, so that no text can become a link or mention somebody.
 * @param maxBytes cut at a whole line to so many bytes of UTF-8
 */
export function renderMarkdown(content: MessageContent, options: RenderOptions, maxBytes: number): string {
  const head = `### ${escapeMarkdown(content.title)}`;
  const foot = escapeMarkdown(content.footer);
  const lines = body(content, options, escapeMarkdown);
  const assemble = (shown: readonly string[], cut: number) =>
    [head, '', ...shown, ...(cut > 0 ? [`（内容过长，略去 ${cut} 行，请到控制台查看）`] : []), '', foot].join(
      '\n',
    );
  for (let shown = lines.length; shown >= 0; shown -= 1) {
    const text = assemble(lines.slice(0, shown), lines.length - shown);
    if (Buffer.byteLength(text) <= maxBytes) return text;
  }
  return head.slice(0, 60);
}

/** Markdown and mentions made harmless. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>#@|~]/g, (char) => WIDE[char] ?? char);
}

/** Full-width twins: robots differ in what a backslash does, and a reader does not mind. */
const WIDE: Readonly<Record<string, string>> = {
  '\\': '＼', '`': '｀', '*': '＊', '_': '＿', '[': '［', ']': '］', '<': '＜', '>': '＞', '#': '＃', '@': '＠', '|': '｜', '~': '～',
}; // prettier-ignore

function body(content: MessageContent, options: RenderOptions, escape: (text: string) => string): string[] {
  const lines = content.lines.map((line) => `- ${describe(line, options, escape)}`);
  if (content.more > 0) lines.push(`- 另有 ${content.more} 条，请到控制台查看`);
  return lines;
}

function describe(
  { text, severity, what, advice, dueAt, alertId }: MessageLine,
  { timeZone, publicUrl }: RenderOptions,
  escape: (text: string) => string,
): string {
  const tags = [severity && SEVERITY_TEXT[severity], what].filter(Boolean).join('·');
  const due = dueAt ? `，时限 ${showTime(dueAt, timeZone)}` : '';
  const link = publicUrl && alertId ? ` ${publicUrl}/alerts/${encodeURIComponent(alertId)}` : '';
  return `${tags ? `【${tags}】` : ''}${escape(text)}${due}${advice ? `。建议：${escape(advice)}` : ''}${link}`;
}

/** `11-23 17:00` in the zone of the business. */
export function showTime(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('zh-CN', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${get('month')}-${get('day')} ${get('hour')}:${get('minute')}`;
}
