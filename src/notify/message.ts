import type { Severity } from '../engine/rule-file.js';

/** What a message says; each channel writes it in its own form. Made of our own words and rule texts: no personal data. */
export interface MessageContent {
  /** `alerts`: something is new; `reminder`: still open; `digest`; `test`. */
  readonly kind: 'alerts' | 'reminder' | 'digest' | 'test';
  readonly title: string;
  /** The highest among the open alerts it tells of. */
  readonly severity: Severity;
  readonly lines: readonly MessageLine[];
  /** Alerts that are told of but not listed. */
  readonly more: number;
  /** One sentence: why it went out and to whom. */
  readonly footer: string;
  readonly at: Date;
}

/** One alert, or one line of a digest. */
export interface MessageLine {
  readonly text: string;
  readonly severity?: Severity;
  readonly alertId?: string;
  /** What happened to it: 新预警, 已超期 … */
  readonly what?: string;
  readonly advice?: string;
  readonly dueAt?: Date;
}

/** Lines a message lists; the rest is counted. */
export const MOST_LINES = 20;
/** How severities are named to people. */
export const SEVERITY_TEXT: Readonly<Record<Severity, string>> = {
  critical: '红色',
  high: '橙色',
  medium: '黄色',
  low: '蓝色',
};
