import type { LockedPackage } from './lockfile.ts';

/** npm's `allowScripts` in package.json: by name or `name@version`, whether the install scripts may run. */
export type ScriptPolicy = Readonly<Record<string, boolean>>;

const ruling = ({ name, version }: LockedPackage, policy: ScriptPolicy): boolean | undefined =>
  policy[`${name}@${version}`] ?? policy[name];

/** Packages with an install script that nobody has ruled on, and rulings on what has none. */
export function scriptFaults(packages: readonly LockedPackage[], policy: ScriptPolicy): string[] {
  const scripted = packages.filter(({ hasInstallScript }) => hasInstallScript);
  const known = new Set(scripted.flatMap(({ name, version }) => [name, `${name}@${version}`]));
  return [
    ...scripted
      .filter((one) => ruling(one, policy) === undefined)
      .map(({ name, version }) => `${name}@${version} has an install script that allowScripts says nothing of`),
    ...Object.keys(policy)
      .filter((name) => !known.has(name))
      .map((name) => `allowScripts names ${name}, which has no install script`),
  ];
}

/** The packages whose install scripts do run. */
export const runScripts = (packages: readonly LockedPackage[], policy: ScriptPolicy): string[] =>
  packages
    .filter((one) => one.hasInstallScript && ruling(one, policy) === true)
    .map(({ name, version }) => `${name}@${version}`);
