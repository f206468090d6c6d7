import { glob, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditFaults, readAudit } from './supply-chain/audit.ts';
import { runScripts, scriptFaults } from './supply-chain/install-scripts.ts';
import { licenceFaults, listLicences } from './supply-chain/licences.ts';
import { lockfileFaults, manifestFaults, readLockfile } from './supply-chain/lockfile.ts';
import { npm } from './supply-chain/npm.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sbomFile = 'sbom.cdx.json';
const page = 'docs/supply-chain.md';

const readJson = async (file: string) => JSON.parse(await readFile(join(root, file), 'utf8'));

/** The bill of materials as npm makes it; npm names the component after the folder of the checkout. */
async function writeSbom(): Promise<number> {
  const printed = await npm(root, 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only');
  const sbom = JSON.parse(printed);
  sbom.metadata.component.name = (await readJson('package.json')).name;
  await writeFile(join(root, sbomFile), `${JSON.stringify(sbom, null, 2)}\n`);
  return sbom.components.length;
}

async function allManifestFaults(): Promise<string[]> {
  const faults = manifestFaults('package.json', await readJson('package.json'));
  for await (const file of glob('packages/*/package.json', { cwd: root })) {
    faults.push(...manifestFaults(file, await readJson(file)));
  }
  return faults;
}

async function check(): Promise<string[]> {
  const packages = await readLockfile(root);
  const shipped = packages.filter(({ isDevelopment }) => !isDevelopment);
  const { allowScripts = {} } = await readJson('package.json');
  console.log(`${packages.length} packages, ${shipped.length} of them part of a running Onfile; their licences:`);
  for (const { licence, names } of listLicences(shipped)) {
    console.log(`  ${licence} (${names.length}): ${names.join(', ')}`);
  }
  const run = runScripts(packages, allowScripts);
  console.log(`install scripts that run: ${run.length > 0 ? run.join(', ') : 'none'}`);
  console.log(`${sbomFile}: CycloneDX, ${await writeSbom()} components`);

  const audit = readAudit(await npm(root, 'audit', '--omit', 'dev', '--json', '--fetch-retries=0'));
  if (!audit.isReached) {
    console.log(`npm audit: NOT REACHABLE (${audit.reason}); nothing is known of advisories`);
  } else {
    const { size } = audit.advisories;
    console.log(`npm audit: ${size === 0 ? 'clean' : `${size} advisories, see ${page}`}`);
  }
  return [
    ...lockfileFaults(packages),
    ...(await allManifestFaults()),
    ...licenceFaults(packages),
    ...scriptFaults(packages, allowScripts),
    ...(audit.isReached ? auditFaults(audit.advisories, await readFile(join(root, page), 'utf8')) : []),
  ];
}

const faults = await check();
for (const fault of faults) console.error(`FAULT ${fault}`);
console.log(faults.length === 0 ? 'no fault in the supply chain' : `${faults.length} faults in the supply chain`);
process.exitCode = faults.length === 0 ? 0 : 1;
