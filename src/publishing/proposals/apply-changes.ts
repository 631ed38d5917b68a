import type { NamedText, RuleTexts } from '../../engine/assemble-rules.js';
import { isOtherContent, ruleIdOfFile } from '../../engine/load-rules.js';
import type { OpenAlerts } from '../publication.js';
import type { ProposedChange } from './proposal.js';

/** A file before and after; absent = not there. */
export interface FileEdit {
  readonly file: string;
  readonly before?: string;
  readonly after?: string;
}

export interface AppliedChanges {
  readonly texts: RuleTexts;
  readonly retired: ReadonlyMap<string, OpenAlerts | undefined>;
  /** What is to be written into the folder; files that stay as they are left out. */
  readonly edits: readonly FileEdit[];
  /** Changes that cannot be made, in words for rule authors. */
  readonly problems: readonly string[];
}

/** Small letters, digits and hyphens; up to three folders. Nothing else of a path can be written. */
const FILE = /^(?:[a-z0-9][a-z0-9-]{0,63}\/){0,3}[a-z0-9][a-z0-9-]{0,79}\.json$/;

/** The texts of a rules folder with some changes made. Pure. */
export function applyChanges(texts: RuleTexts, changes: readonly ProposedChange[]): AppliedChanges {
  const problems: string[] = [];
  const edits: FileEdit[] = [];
  const retired = new Map<string, OpenAlerts | undefined>();
  const after = new Map([...texts.rules, ...texts.parameters, ...texts.conditions].map(toEntry));
  for (const change of changes) {
    if ('retire' in change) {
      const file = texts.rules.find((rule) => ruleIdOfFile(rule.file) === change.retire)?.file;
      const before = file === undefined ? undefined : after.get(file);
      if (file === undefined || before === undefined) {
        problems.push(`没有规则 "${change.retire}"，不能停用`);
        continue;
      }
      after.delete(file);
      retired.set(change.retire, change.openAlerts);
      edits.push(
        { file: `_retired/${change.retire}.json`, after: withOpenAlerts(before, change.openAlerts) },
        { file, before },
      );
    } else if (!isRuleFile(change.file)) {
      problems.push(
        `不能写文件 "${change.file}"：应为规则、parameters/ 或 conditions/ 中的 JSON 文件，如 acceptance/no-contact-card.json（小写字母、数字和连字符）`,
      );
    } else {
      const before = after.get(change.file);
      after.set(change.file, change.text);
      if (before !== change.text)
        edits.push({ file: change.file, after: change.text, ...(before !== undefined && { before }) });
    }
  }
  const all = [...after].map(([file, text]) => ({ file, text })).sort((a, b) => (a.file < b.file ? -1 : 1));
  const groupOf = ({ file }: NamedText) => /^(parameters|conditions)\//.exec(file)?.[1] ?? 'rules';
  const group = (name: string) => all.filter((named) => groupOf(named) === name);
  return {
    texts: { rules: group('rules'), parameters: group('parameters'), conditions: group('conditions') },
    retired,
    edits,
    problems,
  };
}

function isRuleFile(file: string): boolean {
  const [first = ''] = file.split('/');
  return FILE.test(file) && !isOtherContent(first);
}

function toEntry({ file, text }: NamedText): readonly [string, string] {
  return [file, text];
}

function withOpenAlerts(text: string, openAlerts: OpenAlerts | undefined): string {
  const rule = JSON.parse(text) as object;
  return `${JSON.stringify({ ...rule, ...(openAlerts && { openAlerts }) }, null, 2)}\n`;
}
