/** ESM under jest: needs `node --experimental-vm-modules` (see the test script); without it swc silently falls back to CommonJS. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/start-services.ts',
  globalTeardown: '<rootDir>/test/support/stop-services.ts',
  testSequencer: '<rootDir>/test/support/slow-first.mjs',
  testTimeout: 30_000,
  maxWorkers: 2,
  // Modules of suites that are over are not let go of: a worker that holds much is begun anew rather than left to collect garbage.
  workerIdleMemoryLimit: '1GB',
};
