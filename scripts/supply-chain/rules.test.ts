import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditFaults, readAudit } from './audit.ts';
import { runScripts, scriptFaults } from './install-scripts.ts';
import { isAllowed, licenceFaults } from './licences.ts';
import { type LockedPackage, lockfileFaults, manifestFaults } from './lockfile.ts';

const sound: LockedPackage = {
  name: 'sound',
  version: '1.2.3',
  license: 'MIT',
  integrity: 'sha512-AAAA',
  resolved: null,
  isDevelopment: false,
  hasInstallScript: false,
};

test('a licence is allowed by itself or as one of several to choose from', () => {
  for (const licence of ['MIT', '(MIT OR CC0-1.0)', 'MIT or MPL-2.0', 'GPL-3.0 OR Apache-2.0', 'MIT AND ISC']) {
    assert.ok(isAllowed(licence), licence);
  }
  for (const licence of ['', 'GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN x', 'UNLICENSED', 'MPL-2.0', 'MIT*']) {
    assert.ok(!isAllowed(licence), licence);
  }
  const tool = { ...sound, license: 'MPL-2.0', isDevelopment: true };
  assert.deepEqual(licenceFaults([sound, tool]), []);
  assert.equal(
    licenceFaults([
      { ...tool, isDevelopment: false },
      { ...sound, license: null },
    ]).length,
    2,
  );
});

test('a package without a sum, or from a place of its own, is a fault', () => {
  assert.deepEqual(lockfileFaults([sound]), []);
  for (const change of [
    { integrity: null },
    { integrity: 'sha1-AAAA' },
    { resolved: 'git+ssh://git@example.com/a.git#1' },
    { resolved: 'https://example.com/a.tgz' },
  ]) {
    assert.equal(lockfileFaults([{ ...sound, ...change }]).length, 1, JSON.stringify(change));
  }
});

test('a dependency is wanted in one exact version', () => {
  const wanted = (version: string) => manifestFaults('package.json', { devDependencies: { it: version } });
  for (const version of ['1.2.3', '18.4.0-beta.17', 'npm:@scope/other@17.10.0-beta.17']) {
    assert.deepEqual(wanted(version), [], version);
  }
  for (const version of ['^1.2.3', '~1.2.3', '1.x', '*', 'latest', 'file:../it', 'git+https://x/y', 'npm:other@^1']) {
    assert.equal(wanted(version).length, 1, version);
  }
});

test('an install script is ruled on by name or by version, and no ruling is left over', () => {
  const scripted = { ...sound, name: '@a/b', hasInstallScript: true };
  assert.equal(scriptFaults([scripted], {}).length, 1);
  assert.deepEqual(scriptFaults([scripted, sound], { '@a/b': false }), []);
  assert.deepEqual(scriptFaults([scripted], { '@a/b@1.2.3': true }), []);
  assert.equal(scriptFaults([scripted], { '@a/b@1.2.4': true }).length, 2);
  assert.equal(scriptFaults([sound], { sound: true }).length, 1);
  assert.deepEqual(runScripts([scripted], { '@a/b': false }), []);
  assert.deepEqual(runScripts([scripted], { '@a/b': true }), ['@a/b@1.2.3']);
});

test('a registry that does not answer is not taken for a clean one', () => {
  for (const printed of ['', 'npm error', '{}', '{"statusCode":405,"error":{}}', '{"vulnerabilities":{}}']) {
    assert.equal(readAudit(printed).isReached, false, printed);
  }
  const clean = readAudit('{"vulnerabilities":{},"metadata":{}}');
  assert.ok(clean.isReached);
  assert.equal(clean.advisories.size, 0);
  const found = readAudit(
    JSON.stringify({
      metadata: {},
      vulnerabilities: {
        it: { via: [{ url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc', name: 'it', title: 'Bad' }] },
        other: { via: ['it'] },
      },
    }),
  );
  assert.ok(found.isReached);
  assert.deepEqual([...found.advisories], [['GHSA-aaaa-bbbb-cccc', 'it: Bad']]);
  assert.equal(auditFaults(found.advisories, 'nothing').length, 1);
  assert.deepEqual(auditFaults(found.advisories, 'GHSA-aaaa-bbbb-cccc does not reach us'), []);
});
