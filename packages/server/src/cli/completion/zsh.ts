import { type CommandWords, casePattern, quoted, type Word } from './command-words.ts';

/** A colon ends the word that `_describe` offers. */
const described = ({ text, description }: Word): string =>
  quoted(`${text.replaceAll(':', '\\:')}:${description.replaceAll(':', '\\:')}`);

/** Of the words before the cursor, those that lead to a command are followed; values are passed over. */
export const zshScript = (commands: readonly CommandWords[]): string =>
  [
    '#compdef onfile',
    '_onfile() {',
    `  local at='' word`,
    '  local -a follow',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    '    case "$at $word" in',
    `      (${casePattern(commands)}) at="$at $word" ;;`,
    '    esac',
    '  done',
    '  case "$at" in',
    ...commands.map(({ path, words }) => `    (${quoted(path)}) follow=(${words.map(described).join(' ')}) ;;`),
    '  esac',
    `  _describe onfile follow`,
    '}',
    'compdef _onfile onfile',
  ].join('\n');
