import { Command } from 'commander';
import { checkBackup } from '../backup/check-backup.ts';
import type { End } from '../backup/contents.ts';
import { makeBackup } from '../backup/make-backup.ts';
import type { MissingDirectory } from '../backup/missing-directories.ts';
import { readConfig } from '../config.ts';
import type { Services } from '../context.ts';
import { findEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import { explainMasterKey } from '../keys/master-key-failure.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { recordBackup } from '../ops/audit/record-backup.ts';
import type { Answer, Keep, Perform } from './answer.ts';
import { CommandFailure } from './failure.ts';
import { commandLineCaller } from './installation.ts';
import { listenForInterruption } from './interruption.ts';
import { progressBar } from './progress-bar.ts';

const counted = new Intl.NumberFormat('en');
const many = (count: number, noun: string): string => `${counted.format(count)} ${noun}${count === 1 ? '' : 's'}`;

/** What a backup holds, in words. */
export function contentsText({ tables, directories }: End): string {
  const { 'audit-checkpoints': checkpoints, erasures, files } = directories;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `${many(rows, 'row')} of ${many(tables.length, 'table')}`,
    many(checkpoints.files, 'checkpoint file'),
    many(erasures.files, 'register file'),
    files === null ? 'the stored files stay in their bucket' : many(files.files, 'stored file'),
  ].join(', ');
}

/** `onfile backup`: a serving installation in one sealed file, and whether such a file is as it was made. */
export function backupCommands(perform: Perform, keep: Keep): Command {
  const backup = new Command('backup')
    .description('back up the running installation into one sealed file; the master key is not in it')
    .argument('<place>', 'a file that is not there yet, or a directory')
    .action(async (place: string) => {
      await perform(async (services) => {
        const { config, masterKey } = services;
        const databaseUrl = config.databaseUrl ?? (await findEmbeddedPostgres(config.dataDir))?.url;
        if (databaseUrl === undefined) throw new CommandFailure('not-running', 'The server has just stopped.');
        const answer = await backUp({ place, databaseUrl, config, masterKey, now: services.now() });
        return noted(services, answer);
      });
    });

  backup
    .command('verify')
    .description('read a backup from one end to the other; exits with 1 when it would not restore')
    .argument('<file>', 'the backup')
    .action(async (file: string) => {
      keep(await verify(file));
    });

  return backup;
}

async function backUp(options: Omit<Parameters<typeof makeBackup>[0], 'signal' | 'onProgress'>): Promise<Answer> {
  const bar = progressBar();
  const interruption = listenForInterruption();
  const onProgress = (rows: number) => bar.show('backing up', rows, undefined, many(rows, 'row'));
  try {
    const made = await makeBackup({ ...options, signal: interruption.signal, onProgress });
    const text = `${made.path}: ${contentsText(made)}, ${counted.format(made.bytes)} bytes, as of ${made.createdAt}.
Keep the master key too, in another place: without it this file opens for nobody.${made.missing.map(missingText).join('')}`;
    return { document: made, text };
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    throw new CommandFailure('interrupted', 'Interrupted; nothing was kept.');
  } finally {
    interruption.end();
    bar.end();
  }
}

const missingText = ({ setting, directory, kept, rows }: MissingDirectory): string => `
Warning: ${directory} is not there, though the database tells of ${many(rows, kept)} in it. Give this command the ${setting} of the server, and back up again.`;

/** The file is kept, whatever the database can take: a full disk is a good reason for a backup. */
async function noted(services: Services, { document, text }: Answer): Promise<Answer> {
  try {
    await recordBackup(services, commandLineCaller());
    return { document: { ...document, isAudited: true }, text };
  } catch {
    const warning = 'Warning: the database took no entry of its audits that says that this backup was made.';
    return { document: { ...document, isAudited: false }, text: `${text}\n${warning}` };
  }
}

async function verify(file: string): Promise<Answer> {
  const bar = progressBar();
  try {
    const { header, begin, end, bytes } = await explainMasterKey(async () => {
      const masterKey = await openMasterKey(readConfig(), false);
      return checkBackup(file, masterKey, (read, length) => bar.show('checking', read, length, ''));
    });
    const { createdAt, onfile } = header;
    const schema = begin.migrations.at(-1)?.name ?? null;
    return {
      document: { path: file, isWhole: true, bytes, createdAt, onfile, schema, ...end },
      text: `${file}: as it was made at ${createdAt} by Onfile ${onfile} (${contentsText(end)}).`,
    };
  } finally {
    bar.end();
  }
}
