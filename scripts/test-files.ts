import { resolve } from 'node:path';
import { run } from 'node:test';

export type Failure = { name: string; error: unknown };
export type FileResult = {
  file: string;
  passed: number;
  skipped: number;
  /** Why, where the test says so. */
  skipReasons: Set<string>;
  failures: Failure[];
  /** What the file printed: shown only when it fails. */
  output: string;
  milliseconds: number;
};

const concurrency = 2;

export type TestRun = {
  root: string;
  files: readonly string[];
  interrupted: AbortSignal;
  /** After which a file counts as hanging. */
  fileTimeoutMilliseconds: number;
};

/** Runs each file in a process of its own, two at a time, and answers the results in the order in which they came. */
export async function runTestFiles(
  { files, ...options }: TestRun,
  onFile: (result: FileResult) => void,
): Promise<FileResult[]> {
  const waiting = [...files];
  const results: FileResult[] = [];
  async function work(): Promise<void> {
    for (let file = waiting.shift(); file !== undefined && !options.interrupted.aborted; file = waiting.shift()) {
      const result = await runTestFile(file, options);
      results.push(result);
      onFile(result);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

async function runTestFile(
  file: string,
  { root, interrupted, fileTimeoutMilliseconds }: Omit<TestRun, 'files'>,
): Promise<FileResult> {
  const path = resolve(root, file);
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(fileTimeoutMilliseconds);
  const result: FileResult = {
    file,
    passed: 0,
    skipped: 0,
    skipReasons: new Set(),
    failures: [],
    output: '',
    milliseconds: 0,
  };
  // A test's children are reported just before it, one level deeper: that is how a leaf is told from a parent.
  let previousNesting = 0;

  // One run per file, because aborting it is what ends the process of a file that hangs.
  for await (const event of run({ files: [path], signal: AbortSignal.any([interrupted, timeout]) })) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') {
      result.output += event.data.message;
    } else if (event.type === 'test:pass') {
      const { name, nesting, details, skip, todo } = event.data;
      // The tests of a suite that is skipped as a whole are not even known.
      const isTest = details.type !== 'suite' || skip !== undefined;
      const isLeaf = isTest && previousNesting !== nesting + 1 && name !== path;
      if (isLeaf && typeof skip === 'string') result.skipReasons.add(skip);
      if (isLeaf && (skip !== undefined || todo !== undefined)) result.skipped += 1;
      else if (isLeaf) result.passed += 1;
      previousNesting = nesting;
    } else if (event.type === 'test:fail') {
      const { name, nesting, details, todo } = event.data;
      if (todo !== undefined) result.skipped += 1;
      else if (!failedByChildren(details.error)) result.failures.push(failureOf(name, path, details.error, timeout));
      previousNesting = nesting;
    }
  }

  if (result.passed + result.skipped + result.failures.length === 0) {
    result.failures.push({ name: file, error: 'the file ended without running a test' });
  }
  result.milliseconds = performance.now() - startedAt;
  return result;
}

/** A parent that failed for its children's sake alone is not counted a second time. */
const failedByChildren = (error: Error): boolean => 'failureType' in error && error.failureType === 'subtestsFailed';

function failureOf(name: string, path: string, error: Error, timeout: AbortSignal): Failure {
  if (name !== path) return { name, error: error.cause ?? error };
  return { name: 'the whole file', error: reasonOfFile(error, timeout) };
}

function reasonOfFile(error: Error, timeout: AbortSignal): unknown {
  if (timeout.aborted) return 'did not end in the time that a file has';
  if ('failureType' in error && error.failureType === 'testAborted') return 'interrupted';
  if ('exitCode' in error && typeof error.exitCode === 'number') return `the process ended with code ${error.exitCode}`;
  return error.cause ?? error;
}
