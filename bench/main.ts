/** `npm run bench [-- NAME …] [--events N] …`: measures, prints tables and writes bench/results/NAME.json. */
import { runBacktestBench } from './backtest.js';
import { runFullService } from './full-service.js';
import { runHotPath } from './hot-path.js';
import { runLatency } from './latency.js';
import { runMemory } from './memory.js';
import { runProfile } from './profile.js';
import { runRuleEvaluation } from './rule-evaluation.js';
import { runSweep } from './sweep.js';
import { readArguments, type BenchArguments } from './support/arguments.js';
import { writeResultsTo } from './support/report.js';

const BENCHES: Readonly<Record<string, (args: BenchArguments) => Promise<void>>> = {
  backtest: runBacktestBench,
  'full-service': runFullService,
  'hot-path': runHotPath,
  latency: runLatency,
  memory: runMemory,
  profile: runProfile,
  'rule-evaluation': runRuleEvaluation,
  sweep: runSweep,
};

const { names, sizes } = readArguments(process.argv.slice(2));
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
if (sizes.out !== undefined) writeResultsTo(sizes.out);
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) await BENCHES[name]?.(sizes);
