import type { LoadedRule, RuleTexts } from '../engine/assemble-rules.js';
import { parseRuleJson } from '../engine/parse-rule-json.js';
import { ruleError, type RuleError } from '../engine/rule-error.js';
import type {
  OpenAlerts,
  Publication,
  PublicationChanges,
  PublishedBy,
  PublishedRule,
} from './publication.js';
import type { PublicationStore } from './publication-store.js';
import { contentText, digestOf, hashText, textsByFile } from './rule-content.js';
import type { LoadedRules } from './live-rules.js';

/** Rules that were assembled without a fault, and what they were assembled from. */
export interface Candidate {
  readonly loaded: Omit<LoadedRules, 'publication'>;
  readonly texts: RuleTexts;
  /** Retired rules by id, with what is to become of their alerts. */
  readonly retired: ReadonlyMap<string, OpenAlerts | undefined>;
}

export type PublishResult =
  | { readonly status: 'published'; readonly publication: Publication }
  /** In force already. */
  | { readonly status: 'unchanged' }
  | { readonly status: 'refused'; readonly errors: readonly RuleError[] }
  /** Another process published meanwhile: look at what is in force now, and decide anew. */
  | { readonly status: 'overtaken' };

export interface PublishRulesDeps {
  readonly store: Pick<PublicationStore, 'head' | 'get' | 'contentsOf' | 'add'>;
  readonly now: () => number;
}

export type PublishRules = (
  candidate: Candidate,
  by: PublishedBy,
  options?: PublishOptions,
) => Promise<PublishResult>;

export interface PublishOptions {
  /** Also when most rules would vanish. */
  readonly force?: boolean;
}

/** Fewer may vanish at once without a word; of more, half may. */
const MAY_VANISH = 5;

/** Puts rules in force for all processes: the one way in which the rule set ever changes. */
export function makePublishRules({ store, now }: PublishRulesDeps): PublishRules {
  return async (candidate, by, { force = false } = {}) => {
    const { loaded, texts, retired } = candidate;
    const digest = digestOf(texts);
    const head = await store.head();
    // The same texts judge otherwise where the checklists, or the program, changed: then alerts name another set.
    if (head?.digest === digest && head.hash === loaded.ruleSet.hash) return { status: 'unchanged' };
    const before = head && (await store.get(head.number));
    const rules = toPublished(loaded.files, texts);
    const textOf = textsByFile(texts);
    const errors = await findSilentChanges(candidate, store);
    if (!force && before) errors.push(...findVanished(before, rules, retired));
    if (errors.length > 0) return { status: 'refused', errors };
    const publication: Publication = {
      number: (head?.number ?? 0) + 1,
      hash: loaded.ruleSet.hash,
      digest,
      at: new Date(now()),
      ...by,
      rules,
      parameters: texts.parameters.map(toFile),
      conditions: texts.conditions.map(toFile),
      changes: compare(before, rules, texts, retired),
      follow: { state: before ? 'waiting' : 'done' },
    };
    const contents = loaded.files.map(({ file, rule }) => contentText(textOf.get(file) ?? '', rule.file));
    return (await store.add(publication, texts, contents))
      ? { status: 'published', publication }
      : { status: 'overtaken' };
  };
}

function toPublished(files: readonly LoadedRule[], texts: RuleTexts): PublishedRule[] {
  const textOf = textsByFile(texts);
  return files.map(({ file, rule }) => {
    const { id, version, name, status, trigger } = rule.file;
    const text = textOf.get(file) ?? '';
    const content = hashText(contentText(text, rule.file));
    return { file, text: hashText(text), id, version, name, status, on: trigger.on, content };
  });
}

/** Versions that say something else than when they were published. */
export async function findSilentChanges(
  { loaded, texts }: Pick<Candidate, 'loaded' | 'texts'>,
  store: Pick<PublicationStore, 'contentsOf'>,
): Promise<RuleError[]> {
  const rules = toPublished(loaded.files, texts);
  const published = await store.contentsOf(rules.map(keyOf));
  const textOf = textsByFile(texts);
  return rules.flatMap((rule) => {
    const content = published.get(keyOf(rule));
    if (content === undefined || content === rule.content) return [];
    const json = parseRuleJson(textOf.get(rule.file) ?? '');
    const place = 'locate' in json ? json.locate(['version']) : { line: 1, column: 1 };
    return ruleError(
      rule.file,
      place,
      ['version'],
      `内容变了，版本号要加一：${keyOf(rule)} 已经发布过，已发布的版本不能再改（它引用的共用条件变了也算；只改用例、状态或空白不用加）`,
    );
  });
}

/** A share that is half mounted must not switch off half the rules. */
function findVanished(
  before: Publication,
  rules: readonly PublishedRule[],
  retired: Candidate['retired'],
): RuleError[] {
  const ids = new Set(rules.map(({ id }) => id));
  const vanished = before.rules.filter(({ id }) => !ids.has(id) && !retired.has(id));
  if (vanished.length <= Math.max(MAY_VANISH, before.rules.length / 2)) return [];
  const first = vanished.slice(0, 3).map(({ id }) => id);
  return [
    ruleError(
      vanished[0]?.file ?? '',
      { line: 1, column: 1 },
      [],
      `一次少了 ${vanished.length} 条规则（${first.join('、')} …），像是文件夹没有读全，没有发布。确实要停用的，把文件移到 _retired/，或运行 yxrisk rules publish --force`,
    ),
  ];
}

function compare(
  before: Publication | undefined,
  rules: readonly PublishedRule[],
  texts: RuleTexts,
  retired: Candidate['retired'],
): PublicationChanges {
  const old = new Map(before?.rules.filter(isLive).map((rule) => [rule.id, rule]));
  const young = new Map(rules.filter(isLive).map((rule) => [rule.id, rule]));
  const files = new Map(
    [...(before?.parameters ?? []), ...(before?.conditions ?? [])].map(({ file, text }) => [file, text]),
  );
  const others = [...texts.parameters, ...texts.conditions].map(toFile);
  const changedFiles = others.filter(({ file, text }) => files.get(file) !== text).map(({ file }) => file);
  const present = new Set(others.map(({ file }) => file));
  return {
    added: [...young.values()].filter(({ id }) => !old.has(id)).map(({ id, version }) => ({ id, version })),
    changed: [...young.values()].flatMap(({ id, version }) => {
      const from = old.get(id)?.version;
      return from === undefined || from === version ? [] : [{ id, from, to: version }];
    }),
    removed: [...old.values()]
      .filter(({ id }) => !young.has(id))
      .map(({ id, version }) => {
        const openAlerts = retired.get(id);
        return { id, version, ...(openAlerts && { openAlerts }) };
      }),
    enabled: [...young.values()]
      .filter(({ id, status }) => status === 'active' && old.get(id)?.status === 'shadow')
      .map(({ id }) => id),
    files: [...changedFiles, ...[...files.keys()].filter((file) => !present.has(file))],
  };
}

function isLive({ status }: PublishedRule): boolean {
  return status !== 'disabled';
}

function keyOf({ id, version }: Pick<PublishedRule, 'id' | 'version'>): string {
  return `${id}@${version}`;
}

function toFile({ file, text }: { readonly file: string; readonly text: string }) {
  return { file, text: hashText(text) };
}
