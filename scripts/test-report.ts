import { inspect } from 'node:util';
import type { FileResult } from './test-files.ts';

/** One line as soon as the file is through; what failed follows in full at the end. */
export function reportFile({ file, passed, skipped, skipReasons, failures, milliseconds }: FileResult): void {
  const mark = failures.length === 0 ? 'ok  ' : 'FAIL';
  const counts = [`${passed} passed`];
  if (failures.length > 0) counts.push(`${failures.length} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  console.log(`${mark} ${file} (${counts.join(', ')}, ${(milliseconds / 1000).toFixed(1)} s)`);
  for (const reason of skipReasons) console.log(`     skipped: ${reason}`);
}

/** Every failure with its error, and what its file printed. */
export function reportFailures(results: readonly FileResult[]): void {
  for (const { file, failures, output } of results) {
    if (failures.length === 0) continue;
    for (const { name, error } of failures) {
      console.log(`\n--- ${file}: ${name}\n${typeof error === 'string' ? error : inspect(error)}`);
    }
    if (output.trim() !== '') console.log(`\n--- ${file} printed:\n${output.trimEnd()}`);
  }
  console.log('');
}
