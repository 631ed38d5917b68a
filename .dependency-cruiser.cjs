/** Imports point inward: entries (bin, jobs, api, cli) → story and features → leaves. See docs/architecture.md. */
const IO = '^node_modules/(mongoose|mongodb|bullmq|ioredis|express|node-cron|pino|prom-client)';
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'src-never-imports-jobs',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(jobs|bin)/' },
    },
    {
      name: 'the-core-is-pure',
      comment: 'engine, calendar and work-orders import no store, queue, network, clock or file system',
      severity: 'error',
      from: { path: '^src/(engine|calendar|work-orders)/', pathNot: '(-store|load-[a-z-]+)\\.ts$' },
      to: {
        path: `${IO}|^(node:)?(fs|net|http|https|child_process|dgram|dns|timers)(/promises)?$|^src/(infra|api|cli|queue)/`,
      },
    },
    {
      name: 'features-do-not-know-their-entries',
      severity: 'error',
      from: { path: '^src/(events|alerts|inspections|schedule|queue|infra)/' },
      to: { path: '^src/(api|cli)/' },
    },
    {
      name: 'one-place-wires',
      comment: 'only entries may import the composition root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|compose)' },
      to: { path: '^src/compose\\.ts$' },
    },
    {
      name: 'the-truth-is-another-opinion',
      comment:
        'what the simulator says is true must not come from the engine, projection or calendar it is held against',
      severity: 'error',
      from: { path: '^src/simulate/' },
      to: {
        path: '^src/',
        pathNot: '^src/(simulate/|json\\.ts$|import/misuse-error\\.ts$|infra/operator-error\\.ts$)',
      },
    },
    {
      name: 'src-never-imports-test',
      severity: 'error',
      from: { path: '^(src|jobs|bin)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
