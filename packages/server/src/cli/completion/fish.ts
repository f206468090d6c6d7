import type { CommandWords, Word } from './command-words.ts';

/** As one word of fish, where a backslash escapes inside single quotes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const lineOf = (path: string, { text, description, takesValue }: Word): string => {
  const word = text.startsWith('--') ? `-l ${text.slice(2)}${takesValue ? ' -r' : ''}` : `-a ${quoted(text)}`;
  return `complete -c onfile -n ${quoted(`__onfile_at ${quoted(path)}`)} ${word} -d ${quoted(description)}`;
};

/** Of the words before the cursor, those that lead to a command are followed; values are passed over. */
export const fishScript = (commands: readonly CommandWords[]): string =>
  [
    'function __onfile_at',
    `  set -l known ${commands.map(({ path }) => quoted(path)).join(' ')}`,
    `  set -l at ''`,
    '  for word in (commandline -opc)[2..-1]',
    '    if contains -- "$at $word" $known',
    '      set at "$at $word"',
    '    end',
    '  end',
    '  test "$at" = "$argv[1]"',
    'end',
    'complete -c onfile -f',
    ...commands.flatMap(({ path, words }) => words.map((word) => lineOf(path, word))),
  ].join('\n');
