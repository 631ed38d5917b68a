import { join } from 'node:path';
import { loadAlertHandling } from '../alerts/load-alert-handling.js';
import { FEED_SWEEP_JOB } from '../engine/assess-feed.js';
import { checkParameterText } from '../engine/check-parameters.js';
import { readRuleSurroundings } from '../engine/load-rules.js';
import { namesOfCatalogue } from '../engine/rule-check-context.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import type { RuleError } from '../engine/rule-error.js';
import type { Named, SchemaNames } from '../engine/schema-names.js';

/** The names that editors complete in a rules folder. Files that have mistakes are left out: `validate` tells of them. */
export async function loadSchemaNames(dir: string, context: RuleCheckContext): Promise<SchemaNames> {
  const { catalogue, orgUnits, calendar } = context;
  const ignored: RuleError[] = [];
  const { parameters, conditions } = await readRuleSurroundings(dir, ignored);
  const groups = parameters.flatMap(
    ({ file, text }) => checkParameterText(text, file, orgUnits, ignored) ?? [],
  );
  const declared = groups.flatMap(({ group, parameters: own }) =>
    Object.entries(own).map(([name, { name: zh, type }]) => ({ name: `${group}.${name}`, zh, type })),
  );
  const handling = await loadAlertHandling(join(dir, 'alert-handling.json'));
  const names = catalogue && namesOfCatalogue(catalogue);
  return {
    ...(names && {
      processes: names.processes,
      stages: names.stages,
      stageKinds: names.stageKinds,
      workItems: names.workItems,
    }),
    orgUnits: (orgUnits?.list ?? []).map(({ code, name }) => ({ name: code, zh: name ?? code })),
    moments: [...Object.keys(calendar.moments), FEED_SWEEP_JOB],
    posts: Object.entries(handling.posts).map(([name, post]) => ({ name, zh: post.name })),
    parameters: declared.filter(({ type }) => type !== 'limit').map(withoutType),
    limitParameters: declared.filter(({ type }) => type === 'limit').map(withoutType),
    sharedConditions: conditions.flatMap(({ file, text }) => sharedName(file, text)),
  };
}

function withoutType({ name, zh }: Named): Named {
  return { name, zh };
}

function sharedName(file: string, text: string): Named[] {
  const id = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return [{ name: id, zh: typeof name === 'string' ? name : id }];
  } catch {
    return [];
  }
}
