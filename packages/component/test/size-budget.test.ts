import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { buildComponent } from '../../../scripts/build-component.ts';

const dist = join(import.meta.dirname, '../dist');
const loaderBudget = 6_000;
const frameBudget = 45_000;
const cardForm = 'src/frame/forms/card-form.tsx';
const language = /^src\/frame\/texts\/[a-z]{2}(?:-[A-Z]{2})?\.json$/;

type Chunk = { file: string; isEntry?: boolean; imports?: string[]; css?: string[]; name?: string };

const compressedSize = async (file: string): Promise<number> => (await stat(join(dist, `${file}.gz`))).size;

/** The files of a chunk and of all that it imports at once. */
function filesOf(manifest: Readonly<Record<string, Chunk>>, key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, seen);
  return seen;
}

describe('the size of the component', () => {
  before(async () => {
    await buildComponent();
  });

  it('is under 6 kB compressed for the loader, in both forms', async () => {
    for (const file of ['widget.js', 'widget.mjs']) {
      const size = await compressedSize(file);
      assert.ok(size < loaderBudget, `${file} has ${size} bytes`);
    }
  });

  it('is under 45 kB compressed for the frame with the card form, its language and its style', async () => {
    const manifest: Record<string, Chunk> = JSON.parse(await readFile(join(dist, 'manifest.json'), 'utf8'));
    const sizeWith = async (texts: string): Promise<number> => {
      const shown = Object.keys(manifest).filter((key) => manifest[key]?.isEntry || key === cardForm || key === texts);
      const files = new Set(shown.flatMap((key) => [...filesOf(manifest, key)]));
      const sizes = await Promise.all([...files].map(compressedSize));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    const languages = Object.keys(manifest).filter((key) => language.test(key));
    assert.ok(manifest[cardForm] && languages.length > 0);
    for (const key of languages) {
      const size = await sizeWith(key);
      assert.ok(size < frameBudget, `the frame in ${key} has ${size} bytes`);
    }
  });
});
