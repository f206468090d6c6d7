import type { Command } from 'commander';

export type Word = { text: string; description: string; takesValue: boolean };

/** What can follow a command, such as ` key rotate`; the path of onfile itself is empty. */
export type CommandWords = { path: string; words: Word[] };

/** Every option that Onfile adds to each command by itself. */
const everywhere: readonly Word[] = [
  { text: '--json', description: 'print one JSON document', takesValue: false },
  { text: '--help', description: 'say how the command is used', takesValue: false },
];

/** The commands inside a command and its options, and so on for each of those. */
export function wordsOf(command: Command, path = ''): CommandWords[] {
  const inner = command.commands.map((each) => ({
    text: each.name(),
    description: each.description(),
    takesValue: false,
  }));
  const options = command.options.map((option) => ({
    text: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required,
  }));
  return [
    { path, words: [...inner, ...options, ...everywhere] },
    ...command.commands.flatMap((each) => wordsOf(each, `${path} ${each.name()}`)),
  ];
}

/** The paths of all commands but onfile itself, as patterns of a shell's `case`. */
export const casePattern = (commands: readonly CommandWords[]): string =>
  commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join(' | ');

/** As one word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
