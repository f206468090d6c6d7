import type { LockedPackage } from './lockfile.ts';

/** Licences that ask for no more than to be named, for what is part of a running Onfile. */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
]);
/** Of tools that build and test: unchanged, and not passed on with Onfile. */
const allowedInDevelopment: ReadonlySet<string> = new Set([...allowed, 'MPL-2.0']);

/** Whether one may take the package under an allowed licence; anything but a list of choices or demands is none. */
export function isAllowed(expression: string, licences: ReadonlySet<string> = allowed): boolean {
  const choices = expression
    .replaceAll(/[()]/g, ' ')
    .trim()
    .split(/\s+or\s+/i);
  return choices.some((choice) => choice.split(/\s+and\s+/i).every((name) => licences.has(name.trim())));
}

export const licenceFaults = (packages: readonly LockedPackage[]): string[] =>
  packages
    .filter(({ license, isDevelopment }) => {
      return license === null || !isAllowed(license, isDevelopment ? allowedInDevelopment : allowed);
    })
    .map(
      ({ name, version, license }) => `${name}@${version} has the licence ${license ?? '(none)'}, which is not allowed`,
    );

/** Each licence with the packages that have it, the most frequent first. */
export function listLicences(packages: readonly LockedPackage[]): { licence: string; names: string[] }[] {
  const named = new Map<string, Set<string>>();
  for (const { license, name, version } of packages) {
    const key = license ?? '(none)';
    named.set(key, (named.get(key) ?? new Set()).add(`${name}@${version}`));
  }
  return [...named]
    .map(([licence, names]) => ({ licence, names: [...names].toSorted() }))
    .toSorted((a, b) => b.names.length - a.names.length);
}
