import type { Alert, AlertHistoryEntry } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import { alertIdOf } from '../alerts/merge-alert.js';
import { ruleErrorText, type RuleError } from '../engine/rule-error.js';

export interface TellAuthorsDeps {
  readonly alertStore: Pick<AlertStore, 'loadByRecords' | 'write'>;
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
}

/** Rule id and record of the alert that no rule file raises. */
export const FOLDER_RULE = 'rules-folder';
const RECORD_ID = `rules:${FOLDER_RULE}`;
/** Post of those who write rules, see alert-handling.json. */
export const AUTHORS = 'rule-author';
const SHOWN = 10;

/**
 * Keeps one alert open while the rules folder has problems: raised to the rule authors, brought up to date when the problems
 * change, closed by itself when there are none. Idempotent; to be called after every reading of the folder.
 */
export function makeTellAuthors({ alertStore, plan, now }: TellAuthorsDeps) {
  return async function tellAuthors(problems: readonly RuleError[]): Promise<void> {
    const known = await alertStore.loadByRecords([RECORD_ID]);
    const open = known.find((alert) => alert.open);
    const at = now();
    const next = open
      ? follow(open, problems, at)
      : problems.length > 0 && raise(problems, known.length + 1, at);
    if (!next) return;
    // Refused: another process that reads the folder wrote the same first.
    await alertStore.write([{ alert: plan(next, at), isNew: !open }]);
  };
}
export type TellAuthors = ReturnType<typeof makeTellAuthors>;

function raise(problems: readonly RuleError[], episode: number, now: number): Alert {
  const at = new Date(now);
  return {
    id: alertIdOf(RECORD_ID, episode),
    fingerprint: RECORD_ID,
    episode,
    rule: { id: FOLDER_RULE, version: 1, name: '规则文件有错，没有发布' },
    riskPoint: { kind: 'incident', clauses: [] },
    severity: 'high',
    status: 'open',
    open: true,
    subject: { type: 'feed', id: FOLDER_RULE },
    recordId: RECORD_ID,
    assignTo: AUTHORS,
    ...wordsOf(problems),
    conditions: [],
    occurrences: 1,
    firstAt: at,
    lastAt: at,
    raisedAt: at,
    shadow: false,
    history: [{ at, what: 'raised', who: 'system' }],
    sourceRevision: 0,
    version: 1,
  };
}

function follow(open: Alert, problems: readonly RuleError[], now: number): Alert | undefined {
  const at = new Date(now);
  if (problems.length === 0) {
    const entry: AlertHistoryEntry = { at, what: 'auto_closed', who: 'system' };
    return {
      ...open,
      status: 'auto_closed',
      open: false,
      closedAt: at,
      history: [...open.history, entry],
      version: open.version + 1,
    };
  }
  const words = wordsOf(problems);
  if (words.advice === open.advice && words.title === open.title) return undefined;
  const { occurrences, version } = open;
  return { ...open, ...words, occurrences: occurrences + 1, lastAt: at, version: version + 1 };
}

function wordsOf(problems: readonly RuleError[]): Pick<Alert, 'title' | 'advice' | 'facts'> {
  const shown = problems.slice(0, SHOWN).map(ruleErrorText);
  const more = problems.length > SHOWN ? [`……还有 ${problems.length - SHOWN} 处`] : [];
  return {
    title: `规则文件有 ${problems.length} 处错误，没有发布，仍按原来的规则判断`,
    advice: ['请改正下列错误，改好后自动发布，本预警自动解除：', ...shown, ...more].join('\n'),
    facts: { 'rules.problems': problems.length },
  };
}
