import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { startTestServer } from '../packages/server/test/harness/test-server.ts';
import { buildComponent } from './build-component.ts';
import { runTestFiles } from './test-files.ts';
import { reportFailures, reportFile } from './test-report.ts';

const root = resolve(import.meta.dirname, '..');
const patterns = ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'];

/** `npm test [-- part-of-a-path …]`: the files whose path contains one of the parts; all of them without any. */
const filters = process.argv.slice(2);
const files = globSync(patterns, { cwd: root })
  .filter((file) => filters.length === 0 || filters.some((part) => resolve(root, file).includes(part)))
  .toSorted();

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

await buildComponent();
const server = await startTestServer();
process.env['ONFILE_TEST_ADMIN_URL'] = server.adminUrl;
process.env['ONFILE_TEST_URL'] = server.url;
process.env['ONFILE_TEST_MIGRATION_URL'] = server.migrationUrl;
try {
  const results = await runTestFiles(root, files, interrupted.signal, reportFile);
  reportFailures(results);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failures.length, 0);
  if (passed === 0 || failed > 0 || interrupted.signal.aborted) process.exitCode = 1;
  if (passed + failed === 0) console.log('no test was run');
  console.log(`${passed} passed, ${failed} failed`);
} finally {
  await server.stop();
}
