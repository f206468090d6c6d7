import { type CommandWords, casePattern, quoted } from './command-words.ts';

/** Of the words before the cursor, those that lead to a command are followed; values are passed over. */
export const bashScript = (commands: readonly CommandWords[]): string =>
  [
    '_onfile() {',
    `  local at='' word follow=''`,
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$at $word" in',
    `      ${casePattern(commands)}) at="$at $word" ;;`,
    '    esac',
    '  done',
    '  case "$at" in',
    ...commands.map(
      ({ path, words }) => `    ${quoted(path)}) follow=${quoted(words.map(({ text }) => text).join(' '))} ;;`,
    ),
    '  esac',
    '  COMPREPLY=($(compgen -W "$follow" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -F _onfile onfile',
  ].join('\n');
