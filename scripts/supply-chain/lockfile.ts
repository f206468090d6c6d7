import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One package of the lockfile, as npm writes it (lockfile version 3). */
export type LockedPackage = {
  /** Its own name, whatever the folder is called. */
  name: string;
  version: string;
  /** SPDX, as its manifest says; null where it says nothing. */
  license: string | null;
  integrity: string | null;
  /** Where it would be fetched from, where the lockfile names that. */
  resolved: string | null;
  isDevelopment: boolean;
  hasInstallScript: boolean;
};

type Entry = {
  name?: string;
  version?: string;
  license?: unknown;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  link?: boolean;
  hasInstallScript?: boolean;
};

/** Every package that the lockfile installs, without the workspaces themselves. */
export async function readLockfile(root: string): Promise<LockedPackage[]> {
  const { packages }: { packages: Record<string, Entry> } = JSON.parse(
    await readFile(join(root, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
    .map(([path, entry]) => ({
      name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      license: typeof entry.license === 'string' ? entry.license : null,
      integrity: entry.integrity ?? null,
      resolved: entry.resolved ?? null,
      isDevelopment: entry.dev === true,
      hasInstallScript: entry.hasInstallScript === true,
    }));
}

const exactVersion = /^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** Faults of the packages: each comes from the registry, and is the very one that was looked at. */
export const lockfileFaults = (packages: readonly LockedPackage[]): string[] =>
  packages.flatMap(({ name, version, integrity, resolved }) => [
    ...(integrity?.startsWith('sha512-') ? [] : [`${name}@${version} has no SHA-512 in package-lock.json`]),
    ...(resolved === null ? [] : [`${name}@${version} is fetched from a place of its own: ${resolved}`]),
  ]);

/** Faults of a manifest: a dependency that is not one exact version from the registry. */
export const manifestFaults = (file: string, manifest: Record<string, unknown>): string[] =>
  ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Record<string, string>)
      .filter(([, wanted]) => !exactVersion.test(wanted))
      .map(([name, wanted]) => `${file} wants ${name} as ${wanted}, which is not one exact version`),
  );
