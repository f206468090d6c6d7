import type { ErrorArgument } from '../../../src/contract/error-argument.ts';
import { catalogs } from '../../../src/locales/catalogs.ts';

/** What an error says: that of the answer, and each further one in its `errors`. */
export type Said = { errorMessage: string; args: string[]; typedArgs: ErrorArgument[] };

/** Words of English that are words of no other language of ours. */
const englishWords =
  /\b(?:the|this|that|these|with|without|must|cannot|should|please|your|you|been|does|from|which|when|again|already|another|only|same|there|because|before|after)\b/i;

const isEnglish = (locale: string): boolean => locale.split('-')[0] === 'en';

/** An argument that shows as it is sent: what the protocol calls something is the same in every language. */
const constants = ({ type, value }: ErrorArgument): string[] => {
  if (type === 'STRING' || type === 'I18N_KEY') return [value.value];
  return type === 'PERMISSION_LIST' || type === 'I18N_KEY_LIST' ? value.values : [];
};

function withoutConstants(text: string, typedArgs: readonly ErrorArgument[]): string {
  const longestFirst = typedArgs.flatMap(constants).toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((rest, constant) => (constant === '' ? rest : rest.replaceAll(constant, ' ')), text);
}

/** What of an answer is in English although its locale is another, in a sentence; null when nothing is. */
export function englishLeft(said: Said, inEnglish: Said, locale: string): string | null {
  if (isEnglish(locale)) return null;
  if (said.errorMessage === inEnglish.errorMessage) return `“${said.errorMessage}” is the English text`;
  for (const text of [said.errorMessage, ...said.args]) {
    const [word] = englishWords.exec(withoutConstants(text, said.typedArgs)) ?? [];
    if (word !== undefined) return `“${text}” has the English word “${word}”`;
  }
  for (const [n, argument] of said.typedArgs.entries()) {
    if (argument.type !== 'ENUM') continue;
    const named = catalogs.get(locale)?.[`enum.${argument.value.value}`];
    if (named === undefined || said.args[n] !== named) return `${argument.value.value} has no words in ${locale}`;
  }
  return null;
}
