import { createHash } from 'node:crypto';
import { globSync, renameSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const root = resolve(import.meta.dirname, '..');
const component = join(root, 'packages/component');
const output = join(component, 'dist');
const stampFile = 'built-from.txt';
const longestBuildMs = 600_000;
const sources = [
  'packages/component/src/**/*',
  'packages/component/{package.json,vite.config.ts,widget.d.ts}',
  'packages/card/src/**/*.ts',
  'package-lock.json',
  'scripts/build-component.ts',
];
const served = '**/*.{js,mjs,css,svg,d.ts}';

/** A digest of all that the result depends on. Times of files would not do: a checkout changes them at will. */
async function sourceStamp(): Promise<string> {
  const files = globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(root, file)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

const builtStamp = (): Promise<string> => readFile(join(output, stampFile), 'utf8').catch(() => '');

/** Beside each file its compressed forms, so that the server spends no time on them. */
async function compressEach(directory: string): Promise<void> {
  const compress = async (file: string): Promise<void> => {
    const content = await readFile(file);
    await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content));
  };
  await Promise.all(globSync(served, { cwd: directory }).map((file) => compress(join(directory, file))));
}

/** Does what may fail because another process has just done it. */
function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** Another process may be building or reading the same: without a pause in between, hardly anyone finds nothing there. */
async function putInPlace(directory: string): Promise<void> {
  const former = `${directory}-former`;
  tryRename(output, former);
  if (!tryRename(directory, output)) await rm(directory, { recursive: true, force: true });
  await rm(former, { recursive: true, force: true });
}

/** Of builds that were cut off. */
async function removeRemains(): Promise<void> {
  for (const name of globSync('.build-*', { cwd: component })) {
    const path = join(component, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > longestBuildMs) await rm(path, { recursive: true, force: true });
  }
}

/** Builds the browser component into `packages/component/dist` when a source of it has changed. Answers whether it did. */
export async function buildComponent(): Promise<boolean> {
  const stamp = await sourceStamp();
  if ((await builtStamp()) === stamp) return false;
  const [{ build }, { builds }] = await Promise.all([import('vite'), import('../packages/component/vite.config.ts')]);
  await removeRemains();
  const directory = await mkdtemp(join(component, '.build-'));
  try {
    await Promise.all(builds(directory).map((config) => build(config)));
    await copyFile(join(component, 'widget.d.ts'), join(directory, 'widget.d.ts'));
    await compressEach(directory);
    await writeFile(join(directory, stampFile), stamp);
    await chmod(directory, 0o755);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  await putInPlace(directory);
  return true;
}

if (import.meta.main) {
  const startedAt = performance.now();
  const isBuilt = await buildComponent();
  if (isBuilt) console.log(`component built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
