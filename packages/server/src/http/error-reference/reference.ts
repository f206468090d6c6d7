import {
  type ArgumentOf,
  type ArgumentType,
  argumentTypes,
  argumentValues,
  type ErrorArgument,
} from '../../contract/error-argument.ts';
import { errorArguments } from '../../error-code-arguments.ts';
import { type ErrorCode, errorStatuses } from '../../error-codes.ts';
import { OnfileError } from '../../errors.ts';
import { formatError, formatOneArgument } from '../../locales/catalog.ts';
import { locales } from '../../locales/negotiate.ts';
import { argumentExamples, examples } from './examples.ts';
import type { Explanation } from './explanation.ts';
import { explanations, groups } from './explanations.ts';

/** A code as the reference shows it: what a failure would say, with arguments that are an example. */
export type CodeReference = Explanation & {
  errorCode: ErrorCode;
  status: number;
  arguments: readonly ArgumentType[];
  example: { errorMessage: string; args: readonly string[]; typedArgs: readonly ErrorArgument[] };
};

/** Examples name one zone, as a tenant does. */
const timeZone = 'Europe/Zurich';

function referenceOf(errorCode: ErrorCode, locale: string): CodeReference {
  const given: Partial<Record<ErrorCode, readonly ErrorArgument[]>> = examples;
  const error = new OnfileError<ErrorCode>(errorCode, { args: given[errorCode] ?? [] });
  const { errorMessage, args, typedArgs } = formatError(error, { locale, timeZone });
  return {
    errorCode,
    status: errorStatuses[errorCode],
    ...explanations[errorCode],
    arguments: errorArguments[errorCode],
    example: { errorMessage, args, typedArgs },
  };
}

/** Every code with its text in one language, by what it is about. */
export const codesIn = (locale: string): { title: string; codes: CodeReference[] }[] =>
  groups.map(({ title, codes }) => ({ title, codes: codes.map((code) => referenceOf(code, locale)) }));

/** A type of argument: the schema of its value, and an example with its text in every language. */
export type ArgumentReference = {
  type: ArgumentType;
  schema: object;
  example: ArgumentOf<ArgumentType>['value'];
  texts: Readonly<Record<string, string>>;
};

/** The types of arguments. */
export const argumentReferences = (): ArgumentReference[] =>
  argumentTypes.map((type) => {
    const example = { type, value: argumentExamples[type] } as ErrorArgument;
    const texts = locales.map((locale) => [locale, formatOneArgument(example, { locale, timeZone })]);
    return { type, schema: argumentValues[type], example: example.value, texts: Object.fromEntries(texts) };
  });
