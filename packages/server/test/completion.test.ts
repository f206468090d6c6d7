import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { onfile } from './harness/onfile-command.ts';

const scriptFor = async (shell: string): Promise<string> => {
  const { exitCode, stdout, stderr } = await onfile(['completion', shell], {});
  assert.deepEqual([exitCode, stderr], [0, '']);
  return stdout;
};
const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe('shell completion', () => {
  it('follows commands in bash, past the values between them', { skip: !isInstalled('bash') }, async () => {
    const script = await scriptFor('bash');
    const complete = async (...words: string[]): Promise<string[]> => {
      const line = `COMP_WORDS=(onfile ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _onfile; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await promisify(execFile)('bash', ['-c', `${script}\n${line}`]);
      return stdout.trim().split('\n');
    };
    assert.deepEqual(await complete('te'), ['tenant']);
    assert.deepEqual(await complete('key', 'ro'), ['rotate']);
    assert.deepEqual(await complete('keys', 'rotate', '--cu'), ['--customers']);
    assert.deepEqual(await complete('key', 'rotate', 'abc', '--ov'), ['--overlap']);
    assert.deepEqual(await complete('key', 'rotate', 'abc', '--tenant', 'key', '--t'), ['--tenant']);
    assert.deepEqual(await complete('tenant', 'set', 'acme', '--js'), ['--json']);
    assert.deepEqual(await complete('nothing', 'cre'), ['']);
  });

  for (const [shell, check] of [
    ['zsh', ['-n']],
    ['fish', ['--no-execute']],
  ] as const) {
    it(`is a script that ${shell} reads`, { skip: !isInstalled(shell) }, async () => {
      const script = await scriptFor(shell);
      const { status, stderr } = spawnSync(shell, [...check, '/dev/stdin'], { input: script, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }

  it('knows every command in each shell, and no other shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = await scriptFor(shell);
      for (const word of ['tenant', 'signing-key', 'issuer', 'doctor', 'completion', 'rotate', 'overlap', 'json']) {
        assert.ok(script.includes(word), `${shell}: ${word}`);
      }
    }
    assert.equal((await onfile(['completion', 'powershell'], {})).exitCode, 2);
    const { shell, script } = JSON.parse((await onfile(['completion', 'bash', '--json'], {})).stdout);
    assert.deepEqual([shell, script.startsWith('_onfile()')], ['bash', true]);
  });
});
