import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RISK_KINDS } from '../engine/rule-file.js';
import { didYouMean } from '../engine/did-you-mean.js';
import type { JsonObject } from '../json.js';

/** What `rules new` needs from the outside. */
export interface NewRuleDeps {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks the person at the keyboard; absent where there is none. */
  readonly ask?: (question: string) => Promise<string>;
}

/** What is told on the command line; the rest is asked. */
export interface NewRuleOptions {
  readonly id?: string;
  readonly domain?: string;
  readonly name?: string;
  readonly kind?: string;
}

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const OTHER_FOLDERS = ['catalogue', 'calendars', 'inspections', 'parameters', 'conditions'];

interface Question {
  readonly field: keyof NewRuleOptions;
  readonly text: string;
  /** What is wrong with an answer; undefined if nothing is. */
  readonly problem: (answer: string) => string | undefined;
}

const QUESTIONS: readonly Question[] = [
  {
    field: 'id',
    text: '规则编号（小写字母、数字、连字符，如 no-contact-card）',
    problem: (id) =>
      ID.test(id) && id.length <= 80
        ? undefined
        : `规则编号 "${id}" 应为小写字母、数字和连字符，如 no-contact-card`,
  },
  {
    field: 'domain',
    text: '领域，即放在哪个文件夹（如 acceptance）',
    problem: (domain) => {
      if (!ID.test(domain)) return `领域 "${domain}" 应为小写字母、数字和连字符，如 acceptance`;
      return OTHER_FOLDERS.includes(domain) ? `文件夹 "${domain}" 放的不是规则` : undefined;
    },
  },
  {
    field: 'name',
    text: '规则名称（一句话说清谁在什么时候没有做什么）',
    problem: (name) =>
      name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name)
        ? '规则名称应为一行文字，最多 200 字'
        : undefined,
  },
  {
    field: 'kind',
    text: `风险类别（${RISK_KINDS.join('、')}）`,
    problem: (kind) =>
      (RISK_KINDS as readonly string[]).includes(kind)
        ? undefined
        : `没有风险类别 "${kind}"${didYouMean(kind, RISK_KINDS)}；可用：${RISK_KINDS.join('、')}`,
  },
];

/**
 * Writes a new rule file from the template of the rules folder: right by `validate`, in trial (`shadow`), and with an
 * example to replace. 0 = written; 2 = an answer is missing or wrong, or the file is there already.
 * @param dir the rules folder
 */
export async function writeNewRule(deps: NewRuleDeps, dir: string, options: NewRuleOptions): Promise<0 | 2> {
  const answers = new Map<string, string>();
  for (const question of QUESTIONS) {
    const answer = await answerTo(question, options[question.field], deps);
    if (answer === undefined) return 2;
    answers.set(question.field, answer);
  }
  const [id, domain, name, kind] = QUESTIONS.map(({ field }) => answers.get(field) ?? '');
  const template = await readTemplate(dir);
  const rule = {
    ...template,
    $schema: '../rule.schema.json',
    id,
    name,
    riskPoint: { ...(template['riskPoint'] as JsonObject), kind },
  };
  const file = join(domain ?? '', `${id}.json`);
  try {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    // `wx`: what somebody has written is never written over.
    await writeFile(join(dir, file), `${JSON.stringify(rule, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    deps.err(`文件 ${join(dir, file)} 已经存在，没有改动；请换一个编号\n`);
    return 2;
  }
  deps.out(
    `已写入 ${join(dir, file)}（试运行 shadow）。\n` +
      '接下来：用 VS Code 打开，改 trigger、conditions 和用例；然后运行 yxrisk rules validate。\n',
  );
  return 0;
}

async function answerTo(
  { field, text, problem }: Question,
  given: string | undefined,
  { ask, err }: NewRuleDeps,
): Promise<string | undefined> {
  if (given !== undefined || !ask) {
    const wrong = given === undefined ? `缺少 --${field}：${text}` : problem(given);
    if (wrong === undefined) return given;
    err(`${wrong}\n`);
    return undefined;
  }
  for (;;) {
    const answer = (await ask(`${text}：`)).trim();
    const wrong = problem(answer);
    if (wrong === undefined) return answer;
    err(`${wrong}\n`);
  }
}

async function readTemplate(dir: string): Promise<JsonObject> {
  const file = join(dir, '_template.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JsonObject;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`规则模板 ${file} 读不出来：${reason}`, { cause: error });
  }
}
