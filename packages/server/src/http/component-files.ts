import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** The smallest first. */
export const encodings = ['br', 'gzip'] as const;
const suffixes = { br: '.br', gzip: '.gz' } as const;
const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
};

type Encoding = (typeof encodings)[number];
export type ComponentFile = {
  contentType: string;
  etag: string;
  content: Buffer;
  /** The content as it was compressed when it was built. */
  encoded: Partial<Record<Encoding, Buffer>>;
};

/** What a page loads first, below `/component/v1/`. */
type PageFiles = { script: string; styles: readonly string[] };

/** The built browser component: its files by their path below `/component/v1/`, the frame's page, the demo shop's. */
export type Component = PageFiles & { files: ReadonlyMap<string, ComponentFile>; demo: PageFiles };

const Manifest = Type.Record(
  Type.String(),
  Type.Object({
    file: Type.String(),
    isEntry: Type.Optional(Type.Boolean()),
    css: Type.Optional(Type.Array(Type.String())),
  }),
);

/** Reads the built component into memory; null when it was not built. It is small, and fixed while the server runs. */
export async function readComponent(): Promise<Component | null> {
  const directory = new URL('./', import.meta.resolve('@onfile/component/dist/manifest.json'));
  const [frame, demo] = await Promise.all([
    readPage(new URL('manifest.json', directory)),
    readPage(new URL('demo-manifest.json', directory)),
  ]);
  if (!frame || !demo) return null;
  const paths = await readdir(fileURLToPath(directory), { recursive: true });
  const served = paths.filter((path) => contentTypes[extname(path)] !== undefined);
  const files = await Promise.all(served.map(async (path) => [path, await readBuilt(directory, path)] as const));
  return { ...frame, files: new Map(files), demo };
}

async function readPage(manifest: URL): Promise<PageFiles | null> {
  try {
    const entries = Value.Parse(Manifest, JSON.parse(await readFile(manifest, 'utf8')));
    const entry = Object.values(entries).find(({ isEntry }) => isEntry);
    return entry ? { script: entry.file, styles: entry.css ?? [] } : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function readBuilt(directory: URL, path: string): Promise<ComponentFile> {
  const read = (suffix: string) => readFile(new URL(path + suffix, directory));
  const [content, br, gzip] = await Promise.all([read(''), read(suffixes.br), read(suffixes.gzip)]);
  return {
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(content).digest('base64url')}"`,
    content,
    encoded: { br, gzip },
  };
}
