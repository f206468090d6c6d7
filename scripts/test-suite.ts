import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { startTestServer } from '../packages/server/test/harness/test-server.ts';
import { buildComponent } from './build-component.ts';
import { runTestFiles } from './test-files.ts';
import { reportFailures, reportFile } from './test-report.ts';

const root = resolve(import.meta.dirname, '..');

/**
 * Runs the files of these patterns whose path contains one of the command's arguments, all of them without any, on a
 * PostgreSQL of their own; one that takes longer than the time given counts as hanging. The last line printed is
 * `<n> passed, <m> failed`; the exit code is 1 when one failed.
 */
export async function runTestSuite(patterns: readonly string[], fileTimeoutMilliseconds: number): Promise<void> {
  const filters = process.argv.slice(2);
  const files = globSync(patterns, { cwd: root })
    .filter((file) => filters.length === 0 || filters.some((part) => resolve(root, file).includes(part)))
    .toSorted();

  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

  // Each of hundreds of processes would parse the whole server anew.
  process.env['NODE_COMPILE_CACHE'] ??= resolve(root, 'node_modules/.cache/node-compile');
  await buildComponent();
  const server = await startTestServer();
  process.env['ONFILE_TEST_ADMIN_URL'] = server.adminUrl;
  process.env['ONFILE_TEST_URL'] = server.url;
  process.env['ONFILE_TEST_MIGRATION_URL'] = server.migrationUrl;
  try {
    const results = await runTestFiles(
      { root, files, interrupted: interrupted.signal, fileTimeoutMilliseconds },
      reportFile,
    );
    reportFailures(results);
    const passed = results.reduce((sum, result) => sum + result.passed, 0);
    const skipped = results.reduce((sum, result) => sum + result.skipped, 0);
    const failed = results.reduce((sum, result) => sum + result.failures.length, 0);
    if (passed + skipped === 0 || failed > 0 || interrupted.signal.aborted) process.exitCode = 1;
    if (passed + skipped + failed === 0) console.log('no test was run');
    console.log(`${passed} passed, ${failed} failed`);
  } finally {
    await server.stop();
  }
}
