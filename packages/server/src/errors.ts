import type { ArgumentOf, ErrorArgument } from './contract/error-argument.ts';
import type { ArgumentsOf, errorArguments } from './error-code-arguments.ts';
import { type ErrorCode, errorStatuses } from './error-codes.ts';

/** An instant, shown in the tenant's time zone. */
export const timestampArgument = (at: Date): ArgumentOf<'TIMESTAMP'> => ({
  type: 'TIMESTAMP',
  value: { value: at.toISOString() },
});
/** A calendar day, `YYYY-MM-DD`. */
export const dateArgument = (day: string): ArgumentOf<'DATE'> => ({ type: 'DATE', value: { value: day } });
export const integerArgument = (value: number): ArgumentOf<'INTEGER'> => ({ type: 'INTEGER', value: { value } });
export const decimalArgument = (value: number): ArgumentOf<'DECIMAL'> => ({ type: 'DECIMAL', value: { value } });
export const stringArgument = (value: string): ArgumentOf<'STRING'> => ({ type: 'STRING', value: { value } });
export const enumArgument = (value: string): ArgumentOf<'ENUM'> => ({ type: 'ENUM', value: { value } });
export const termArgument = (value: number, unit: ArgumentOf<'TERM'>['value']['unit']): ArgumentOf<'TERM'> => ({
  type: 'TERM',
  value: { value, unit },
});
export const secondsArgument = (seconds: number): ArgumentOf<'TERM'> => termArgument(seconds, 'SECOND');
/** The most bytes that there may be, shown in kB or MB. */
export const bytesArgument = (limit: number): ArgumentOf<'LIMITABLE_CONFIG_PROPERTY'> => ({
  type: 'LIMITABLE_CONFIG_PROPERTY',
  value: { value: limit, unit: 'BYTE' },
});
/** Names of fields, shown in words where the catalog has some for a field. */
export const fieldsArgument = (names: readonly string[]): ArgumentOf<'I18N_KEY_LIST'> => ({
  type: 'I18N_KEY_LIST',
  value: { values: [...names] },
});
export const permissionsArgument = (scopes: readonly string[]): ArgumentOf<'PERMISSION_LIST'> => ({
  type: 'PERMISSION_LIST',
  value: { values: [...scopes] },
});

export type ErrorDetails<Code extends ErrorCode = ErrorCode> = {
  /** Arguments of the text, in the order of its placeholders `{0}`, `{1}`, … Never input of the caller's in clear. */
  args?: ArgumentsOf<Code>;
  /** Path of the offending field, such as `billing_address.postal_code` or `merchant_account_tokens[2].token`. */
  reference?: string;
  /** Response headers that belong to the failure, such as `Retry-After` or `WWW-Authenticate`. */
  headers?: Readonly<Record<string, string>>;
  /** What else is wrong with the same request, in the order in which it is told; none of them has others of its own. */
  others?: readonly OnfileError[];
  /** What went wrong underneath: for the log, never for the caller. */
  cause?: unknown;
};

/** Details may be left out where the text of the code is given nothing. */
type DetailsNeeded<Code extends ErrorCode> = ErrorCode extends Code
  ? [details?: ErrorDetails<Code>]
  : (typeof errorArguments)[Code] extends readonly []
    ? [details?: ErrorDetails<Code>]
    : [details: ErrorDetails<Code> & { args: ArgumentsOf<Code> }];

/** The one error of the domain. Its `message` is the code alone, so that a log line can hold no input. */
export class OnfileError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'OnfileError';
  readonly code: Code;
  readonly status: number;
  readonly args: readonly ErrorArgument[];
  readonly reference: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly others: readonly OnfileError[];

  constructor(code: Code, ...[details = {}]: DetailsNeeded<Code>) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = errorStatuses[code];
    this.args = details.args ?? [];
    this.reference = details.reference;
    this.headers = details.headers ?? {};
    this.others = details.others ?? [];
  }
}
