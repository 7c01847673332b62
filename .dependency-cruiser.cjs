/** The layer rules of ARCHITECTURE.md, enforced. */
const stages = ['targets', 'prober', 'event-log', 'windowing', 'datalake'];

/** One rule per stage: it reaches no other stage, not even through a third module. */
const stageRules = stages.map((stage) => ({
  name: `${stage}-stands-alone`,
  comment: 'Stages share shared/domain and platform; only pipeline/ and engine.ts join them.',
  severity: 'error',
  from: { path: `^src/main/${stage}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: `^src/main/(${stages.filter((s) => s !== stage).join('|')}|pipeline|bridge)/`,
    reachable: true,
  },
}));

const homeOf = (library, homes) => ({
  name: `one-home-for-${library.replace(/[^a-z0-9]/gi, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: homes },
  to: { path: `(^|/)node_modules/${library}/` },
});

module.exports = {
  forbidden: [
    ...stageRules,
    {
      name: 'shared-is-pure',
      comment: 'src/shared runs in Node, in Electron and in a browser.',
      severity: 'error',
      from: { path: '^src/shared/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(src/shared/|node_modules/zod/)' },
    },
    {
      name: 'windowing-is-pure',
      comment: 'No I/O, no timers: only shared and itself.',
      severity: 'error',
      from: { path: '^src/main/windowing/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(src/shared/|src/main/windowing/)' },
    },
    {
      name: 'renderer-imports-only-shared',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main|preload)/' },
    },
    {
      name: 'engine-never-reaches-electron',
      severity: 'error',
      from: { path: '^src/main/(engine|headless)\\.ts$' },
      to: { path: '(^|/)node_modules/electron/', reachable: true },
    },
    homeOf('@duckdb', '^src/main/datalake/'),
    homeOf('lmdb', '^src/main/event-log/'),
    homeOf('kafkajs', '^src/main/event-log/'),
    homeOf('echarts', '^src/renderer/charts/'),
    homeOf('electron', '^src/(main/index\\.ts|main/electron/|preload/)'),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '(\\.d\\.ts|\\.test\\.tsx?)$',
        path: '^src/',
      },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
