import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Restored, restoreBackup } from '../backup/restore-backup.ts';
import { type Config, readConfig } from '../config.ts';
import { explainMasterKey } from '../keys/master-key-failure.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import type { Answer, Keep } from './answer.ts';
import { verificationText } from './audit-verification.ts';
import { contentsText } from './backup.ts';
import { progressBar } from './progress-bar.ts';

/** `onfile restore`: a backup as the data directory of a server that is started next. */
export const restoreCommand = (keep: Keep): Command =>
  new Command('restore')
    .description('restore a backup into a new data directory, and verify what is in it')
    .argument('<file>', 'the backup')
    .requiredOption('--into <directory>', 'a data directory that is missing or empty but for its master key')
    .action(async (file: string, { into }: { into: string }) => {
      keep(await restore(file, into, configFor(into)));
    });

/** A key that was put where the next start looks for it is the one to use. */
function configFor(into: string): Config {
  const config = readConfig();
  const keyFile = join(into, 'master-key.json');
  return existsSync(keyFile) ? { ...config, masterKeyFile: keyFile } : config;
}

async function restore(file: string, into: string, config: Config): Promise<Answer> {
  const bar = progressBar();
  try {
    const restored = await explainMasterKey(async () => {
      const masterKey = await openMasterKey(config, false);
      const onProgress = (stage: string, done: number, total: number | undefined) => bar.show(stage, done, total, '');
      return restoreBackup({ file, into, masterKey, config, onProgress });
    });
    const { dataDirectory, header, end, audits, erasedAgain, unreadableErasures } = restored;
    const { createdAt } = header;
    return {
      document: { dataDirectory, createdAt, ...end, audits, erasedAgain, unreadableErasures },
      text: report(restored, config),
      isFailure: audits.some(({ findingCount }) => findingCount > 0),
    };
  } finally {
    bar.end();
  }
}

function report(restored: Restored, config: Config): string {
  const { dataDirectory, header, end, audits, erasedAgain, unreadableErasures } = restored;
  const inPlace = config.masterKeyFile === join(dataDirectory, 'master-key.json');
  const key = inPlace || config.masterKeyProviders[0] !== 'file' ? '' : ` MASTER_KEY_FILE='${config.masterKeyFile}'`;
  return [
    `${dataDirectory}: ${contentsText(end)}, as of ${header.createdAt}; every row was read back, every tenant's keys open.`,
    ...audits.map(verificationText),
    `Erased again, by the register of ${config.erasureRegisterDir}: ${erasedAgain}.`,
    ...(unreadableErasures > 0
      ? [`Passed over, because not ours or damaged: ${unreadableErasures} of its lines.`]
      : []),
    `Next: DATA_DIR='${dataDirectory}'${key} npm start, with FILES_DIR, AUDIT_CHECKPOINT_DIR and ERASURE_REGISTER_DIR unset, or naming what lies there.`,
  ].join('\n');
}
