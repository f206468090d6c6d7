import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { Answer, Keep, Perform } from './answer.ts';
import { auditCommands } from './audit.ts';
import { backupCommands } from './backup.ts';
import { bulkLoadCommand } from './bulk-load.ts';
import { clientCommands } from './client.ts';
import { completionCommand } from './completion.ts';
import { doctorCommand } from './doctor.ts';
import { eraseCommand } from './erase.ts';
import { eventsCommand } from './events.ts';
import { exportCommand } from './export.ts';
import { asSentence, CommandFailure, failureOf, linesOf } from './failure.ts';
import { withServices } from './installation.ts';
import { issuerCommands } from './issuer.ts';
import { keyCommands } from './key.ts';
import { keysCommands } from './keys.ts';
import { print, survivePrinting } from './print.ts';
import { restoreCommand } from './restore.ts';
import { signingKeyCommands } from './signing-key.ts';
import { tenantCommands } from './tenant.ts';
import { upgradeDatabaseCommand } from './upgrade-database.ts';

const jsonFlag = '--json';
const everywhere = `
Every command takes ${jsonFlag}: it then prints one JSON document, also when it fails.
It works on the running server whose database DATABASE_URL names, or whose directory DATA_DIR does.`;

type Outcome = { exitCode: 0 | 1; answer: Answer } | { exitCode: 1 | 2; failure: unknown };

/**
 * Runs one command and prints its outcome: to standard output, failures of people's commands to standard error.
 * Answers the exit code: 0 done, 1 failed, 2 the command was not understood.
 */
export async function runCommandLine(args: readonly string[]): Promise<0 | 1 | 2> {
  survivePrinting();
  const outcome = await outcomeOf(args.filter((argument) => argument !== jsonFlag));
  try {
    await printOutcome(outcome, args.includes(jsonFlag));
  } catch (unwritable) {
    process.stderr.write(`onfile: ${failureOf(unwritable).errorMessage}\n`);
    return 1;
  }
  return outcome.exitCode;
}

async function printOutcome(outcome: Outcome, isJson: boolean): Promise<void> {
  if ('answer' in outcome) {
    const { document, text, isPrinted } = outcome.answer;
    if (!isPrinted) await print(`${isJson ? JSON.stringify(document) : text}\n`);
    return;
  }
  const error = failureOf(outcome.failure);
  if (isJson) await print(`${JSON.stringify({ error })}\n`);
  else for (const line of linesOf(error)) process.stderr.write(`onfile: ${line}\n`);
}

async function outcomeOf(args: readonly string[]): Promise<Outcome> {
  let answer: Answer | undefined;
  let printed = '';
  const keep: Keep = (given) => {
    answer = given;
  };
  const program = programOf(keep, (text) => {
    printed += text;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    if (answer === undefined) throw new Error('the command gave no answer');
    return { exitCode: answer.isFailure ? 1 : 0, answer };
  } catch (failure) {
    if (failure instanceof CommandFailure && failure.code === 'usage') return { exitCode: 2, failure };
    if (!(failure instanceof CommanderError)) return { exitCode: 1, failure };
    const text = printed.trim();
    if (failure.exitCode === 0) return { exitCode: 0, answer: { document: { text }, text } };
    return { exitCode: 2, failure: new CommandFailure('usage', usageSentence(failure, text)) };
  }
}

/** Commander answers a missing command with the whole help, and else with a line that is not yet a sentence. */
function usageSentence(failure: CommanderError, printed: string): string {
  if (failure.code === 'commander.help') return 'Name a command; onfile --help shows them all.';
  return `${asSentence(printed.replace(/^error: /, ''))} See onfile --help.`;
}

/** What Commander prints is gathered: help, version and complaints go where every other outcome goes. */
function programOf(keep: Keep, gather: (text: string) => void): Command {
  const perform: Perform = async (work) => keep(await withServices(work));
  const program = new Command('onfile')
    .description('Manages the tenants of an Onfile installation and their credentials, and examines the installation.')
    .version(manifest.version)
    .addHelpText('afterAll', everywhere);
  for (const commands of [
    tenantCommands,
    keyCommands,
    keysCommands,
    clientCommands,
    signingKeyCommands,
    issuerCommands,
    auditCommands,
    eventsCommand,
    bulkLoadCommand,
    exportCommand,
    eraseCommand,
  ]) {
    program.addCommand(commands(perform));
  }
  program.addCommand(backupCommands(perform, keep)).addCommand(restoreCommand(keep));
  program.addCommand(upgradeDatabaseCommand(keep));
  program.addCommand(doctorCommand(keep)).addCommand(completionCommand(program, keep));
  forEveryCommand(program, (command) => {
    command.exitOverride().configureOutput({ writeOut: gather, writeErr: gather }).showHelpAfterError(false);
  });
  return program;
}

function forEveryCommand(command: Command, configure: (command: Command) => void): void {
  configure(command);
  for (const inner of command.commands) forEveryCommand(inner, configure);
}
