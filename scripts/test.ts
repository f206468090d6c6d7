import { runTestSuite } from './test-suite.ts';

/** `npm test [-- part-of-a-path …]` */
await runTestSuite(['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'scripts/**/*.test.ts'], 240_000);
