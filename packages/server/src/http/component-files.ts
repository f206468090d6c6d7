import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Static, Type } from 'typebox';
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

/** The built browser component: its files by their path below `/component/v1/`, and what the frame's page loads first. */
export type Component = { files: ReadonlyMap<string, ComponentFile>; script: string; styles: readonly string[] };

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
  const manifestUrl = new URL(import.meta.resolve('@onfile/component/dist/manifest.json'));
  const entry = await readEntry(manifestUrl);
  if (!entry) return null;
  const directory = new URL('./', manifestUrl);
  const paths = await readdir(fileURLToPath(directory), { recursive: true });
  const served = paths.filter((path) => contentTypes[extname(path)] !== undefined);
  const files = await Promise.all(served.map(async (path) => [path, await readBuilt(directory, path)] as const));
  return { files: new Map(files), script: entry.file, styles: entry.css ?? [] };
}

async function readEntry(manifest: URL): Promise<Static<typeof Manifest>[string] | undefined> {
  try {
    const entries = Value.Parse(Manifest, JSON.parse(await readFile(manifest, 'utf8')));
    return Object.values(entries).find(({ isEntry }) => isEntry);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
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
