import { runTestSuite } from './test-suite.ts';

/** `npm run test:browser [-- part-of-a-path …]`: every form in every language and look, which takes minutes. */
await runTestSuite(['packages/*/test/**/*.matrix.ts'], 480_000);
