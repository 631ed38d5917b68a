import type { Config } from '../config.js';
import { makeAlertReader } from '../alerts/find-alerts.js';
import { loadRules } from '../engine/load-rules.js';
import { explainContextOf } from '../explain/explain-context.js';
import { makeExplain } from '../explain/make-explain.js';
import { MisuseError } from '../import/misuse-error.js';
import { openRuleContext } from '../open-content.js';
import { toProcessCatalogue } from '../work-orders/catalogue.js';
import type { OpenExplainer } from './explain-command.js';
import type { FiredRules } from './fired-rules.js';
import { openCommandService } from './open-service.js';

/** Opens what `rules explain` reads: the stores of the service that runs on this DATA_DIR, or its own. */
export async function openExplainer(config: Config, dir: string | undefined): Promise<OpenExplainer> {
  const candidates = dir === undefined ? undefined : await loadCandidates(config, dir);
  const { service, connection, close } = await openCommandService(config);
  const { content, ruleSets, inbox, windows, publications } = service;
  const context =
    candidates?.context ??
    explainContextOf(
      { ...content, catalogue: toProcessCatalogue(content.catalogue) },
      ruleSets.current().parameters,
    );
  const explain = makeExplain({ context: () => context, inbox, windows });
  const alerts = makeAlertReader(connection);
  const files = candidates?.files ?? ruleSets.loaded().files;
  return {
    rules: files.map(({ rule }) => rule),
    calendar: context.calendar,
    explain,
    findAlert: (id) => alerts.get(id),
    ruleOfVersion: (id, version) => publications.formerRule(id, version),
    close,
  };
}

/** The rules with an alert, on trial or not, in the stores of the service. */
export async function openFired(config: Config): Promise<FiredRules> {
  const { connection, close } = await openCommandService(config);
  const alerts = makeAlertReader(connection);
  return {
    fired: async () => new Set((await alerts.outcomes({ shadow: 'with' })).map(({ rule }) => rule)),
    close,
  };
}

async function loadCandidates({ timeZone, startDay }: Config, dir: string) {
  const checked = await openRuleContext({ dir, timeZone, ...(startDay && { startDay }) });
  const loaded = await loadRules({ ...checked, dir, runTests: false });
  if ('errors' in loaded)
    throw new MisuseError(`${dir} 中的规则有错；请先运行 yxrisk rules validate --dir ${dir}`);
  const context = explainContextOf(checked, loaded.ruleSet.parameters);
  return { files: loaded.files, context };
}
