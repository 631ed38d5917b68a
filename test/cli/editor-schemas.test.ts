import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  getLanguageService,
  TextDocument,
  type CompletionItem,
  type Diagnostic,
  type LanguageService,
} from 'vscode-json-languageservice';
import { loadSchemaNames } from '../../src/cli/load-schema-names.js';
import { listRuleFiles } from '../../src/engine/load-rules.js';
import { schemaFiles } from '../../src/engine/rule-json-schema.js';
import { openRuleContext } from '../../src/open-content.js';

const ROOT = join(import.meta.dirname, '../..');

interface Settings {
  readonly 'json.schemas': readonly { readonly fileMatch: string[]; readonly url: string }[];
}

/** What VS Code makes of a workspace folder: its own JSON language service, set up from the committed settings. */
async function openEditor(folder: string): Promise<LanguageService> {
  const read = async (file: string) =>
    JSON.parse(await readFile(join(ROOT, folder, file), 'utf8')) as unknown;
  const settings = (await read('.vscode/settings.json')) as Settings;
  const editor = getLanguageService({
    schemaRequestService: (uri) => readFile(new URL(uri), 'utf8'),
    workspaceContext: { resolveRelativePath: (path, resource) => new URL(path, resource).href },
  });
  const base = new URL(`file://${join(ROOT, folder)}/`);
  editor.configure({
    validate: true,
    allowComments: false,
    schemas: settings['json.schemas'].map(({ fileMatch, url }) => ({
      uri: new URL(url, base).href,
      fileMatch,
      folderUri: base.href,
    })),
  });
  return editor;
}

function textOf(message: Diagnostic['message']): string {
  return typeof message === 'string' ? message : message.value;
}

/** The rule being written; `‸` is where the cursor stands. */
const rule = (fields: string) => `{ "$schema": "../rule.schema.json", ${fields} }`;
const condition = (fields: string) => rule(`"conditions": { "all": [ { ${fields} } ] }`);

describe.each([
  ['the repository', '.', 'rules/'],
  ['the rules folder', 'rules', ''],
])('an editor that opens %s', (_what, folder, prefix) => {
  let editor: LanguageService;
  beforeAll(async () => {
    editor = await openEditor(folder);
  });

  const open = (file: string, text: string) => {
    const uri = new URL(`file://${join(ROOT, folder, prefix, file)}`).href;
    const document = TextDocument.create(uri, 'json', 1, text);
    return { document, json: editor.parseJSONDocument(document) };
  };

  async function complete(marked: string, file = 'acceptance/new-rule.json'): Promise<CompletionItem[]> {
    const at = marked.indexOf('‸');
    const { document, json } = open(file, marked.replace('‸', ''));
    const found = await editor.doComplete(document, document.positionAt(at), json);
    return found?.items ?? [];
  }

  async function mistakes(text: string, file = 'acceptance/new-rule.json'): Promise<string[]> {
    const { document, json } = open(file, text);
    const found = await editor.doValidation(document, json);
    return found.map(({ message, range }) => `${document.getText(range)} ${textOf(message)}`);
  }

  it.each<[string, string, string[]]>([
    ['facts', condition('"fact": "‸"'), ['"workOrder.sameCity"', '"elapsed.workingHours"']],
    ['operators that fit the fact', condition('"fact": "workOrder.returns", "operator": "‸"'), ['"greaterThan"']],
    ['parameters of a fact', condition('"fact": "document.received", "params": { "‸" }'), ['document', 'stage']],
    ['stages as parameters', condition('"fact": "stage.completed", "params": { "stage": "‸" }'), ['"现场勘查"', '"same"']],
    ['event types as parameters', condition('"fact": "seen.count", "params": { "type": "‸" }'), ['"stage.completed"']],
    ['processes as values', condition('"fact": "workOrder.process", "operator": "equal", "value": "‸"'), ['"高压新装"']],
    ['statuses as values', condition('"fact": "workOrder.status", "operator": "equal", "value": "‸"'), ['"cancelled"']],
    ['processes', rule('"appliesTo": { "processes": ["‸"] }'), ['"高压新装"', '"过户"']],
    ['stages', rule('"appliesTo": { "stages": ["‸"] }'), ['"业务受理"']],
    ['kinds of stages', rule('"appliesTo": { "stageKinds": ["‸"] }'), ['"受理"']],
    ['work items', rule('"appliesTo": { "workItems": ["‸"] }'), ['"YXZY-YY-151"']],
    ['org units', rule('"appliesTo": { "orgUnits": ["‸"] }'), ['"3340101"']],
    ['roles', rule('"event": { "params": { "assignTo": "‸" } }'), ['"shift-supervisor"']],
    ['event types', rule('"trigger": { "on": "event", "types": ["‸"] }'), ['"paper.delivered"']],
    ['limits from parameters', rule('"trigger": { "on": "deadline", "limit": { "parameter": "‸" } }'), ['"stage-limits.plan"']],
    ['parameters to compare with', condition('"fact": "workOrder.returns", "operator": "greaterThan", "value": { "fact": "parameter", "params": { "name": "‸" } }'), ['"hall-service.manyWaiting"']],
    ['moments of the day', rule('"trigger": { "on": "sweep", "job": "‸" }'), ['"end-of-day"']],
    ['whole triggers', rule('"trigger": ‸'), ['deadline 到了时限还没有做']],
  ])('completes %s', async (_kind, marked, labels) => {
    const found = (await complete(marked)).map(({ label }) => label);
    expect(found).toEqual(expect.arrayContaining(labels));
  }); // prettier-ignore

  it('offers no operator that does not fit', async () => {
    const found = await complete(condition('"fact": "workOrder.sameCity", "operator": "‸"'));
    expect(found.map(({ label }) => label)).not.toContain('"greaterThan"');
  });

  it('explains in Chinese what it offers', async () => {
    const fact = (await complete(condition('"fact": "‸"'))).find(
      ({ label }) => label === '"workOrder.sameCity"',
    );
    expect(JSON.stringify(fact?.documentation)).toContain('是否同城受理');
  });

  it.each<[string, string, RegExp]>([
    ['fact', condition('"fact": "workOrder.sameCty", "operator": "equal", "value": true'), /^"workOrder.sameCty" /],
    ['operator', condition('"fact": "workOrder.sameCity", "operator": "greaterThan", "value": 1'), /^"greaterThan" /],
    ['process', rule('"appliesTo": { "processes": ["高压新"] }'), /^"高压新" /],
    ['stage', rule('"appliesTo": { "stages": ["业务受里"] }'), /^"业务受里" /],
    ['work item', rule('"appliesTo": { "workItems": ["YXZY-YY-999"] }'), /^"YXZY-YY-999" /],
    ['org unit', rule('"appliesTo": { "orgUnits": ["0"] }'), /^"0" /],
    ['event type', rule('"trigger": { "on": "event", "types": ["stage.complete"] }'), /^"stage.complete" /],
    ['field', rule('"tilte": 1'), /^"tilte" /],
    ['value of a fact', condition('"fact": "workOrder.status", "operator": "in", "value": ["done"]'), /^"done" /],
  ])('marks a wrong %s while it is typed', async (_kind, text, mark) => {
    expect(await mistakes(text)).toEqual(expect.arrayContaining([expect.stringMatching(mark)]));
  }); // prettier-ignore

  it('takes stage patterns and event types of other systems', async () => {
    const ok = rule(
      '"appliesTo": { "stages": ["*归档"] }, "trigger": { "on": "event", "types": ["crm.ticket.opened"] }',
    );
    const marks = (await mistakes(ok)).filter((message) => /归档|crm/.test(message.split('"')[1] ?? ''));
    expect(marks).toEqual([]);
  });

  it('knows parameter files and shared conditions by their folder', async () => {
    expect((await complete('{ "‸" }', 'parameters/new.json')).map(({ label }) => label)).toEqual(expect.arrayContaining(['group', 'sets']));
    expect(await mistakes('{ "group": "new", "gruppe": 1 }', 'parameters/new.json')).toContainEqual(expect.stringMatching(/^"gruppe"/));
    const shared = await complete('{ "conditions": { "all": [ { "fact": "‸" } ] } }', 'conditions/new.json');
    expect(shared.map(({ label }) => label)).toContain('"workOrder.sameCity"');
  }); // prettier-ignore
});

describe('the schemas in rules/', () => {
  it('are what the code makes of the folder (npm run yxrisk -- rules schema --write)', async () => {
    const context = await openRuleContext({ dir: join(ROOT, 'rules'), timeZone: 'Asia/Shanghai' });
    const names = await loadSchemaNames(join(ROOT, 'rules'), context);
    for (const [file, text] of Object.entries(schemaFiles(names)))
      expect({ file, text: await readFile(join(ROOT, 'rules', file), 'utf8') }).toEqual({ file, text });
  });

  it('are what the code makes of the loan example, whose names are others (rules schema --write --dir examples/loan)', async () => {
    const dir = join(ROOT, 'examples/loan');
    const context = await openRuleContext({ dir, timeZone: 'Europe/Amsterdam' });
    const names = await loadSchemaNames(dir, context);
    expect(await readFile(join(dir, 'rule.schema.json'), 'utf8')).toBe(
      schemaFiles(names)['rule.schema.json'],
    );
  });

  it('mark nothing in the rules that ship', async () => {
    const editor = await openEditor('.');
    const marks: string[] = [];
    for (const file of await listRuleFiles(join(ROOT, 'rules'))) {
      const path = join(ROOT, 'rules', file);
      const document = TextDocument.create(new URL(`file://${path}`).href, 'json', 1, await readFile(path, 'utf8'));
      for (const { message } of await editor.doValidation(document, editor.parseJSONDocument(document)))
        marks.push(`${file}: ${textOf(message)}`);
    }
    expect(marks).toEqual([]);
  }, 60_000); // prettier-ignore
});
