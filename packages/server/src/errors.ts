import type { ArgumentOf, ArgumentType, ErrorArgument } from './contract/error-argument.ts';

/**
 * Every failure that a caller can be told of. The code is the key of its text in `locales/<tag>.json`, is stable, and
 * decides the HTTP status. Add a code here and the catalogs stop compiling until each has its text.
 */
export const errorStatuses = {
  'errormessage.validation.required': 400,
  'errormessage.validation.type': 400,
  'errormessage.validation.value': 400,
  'errormessage.validation.format': 400,
  'errormessage.validation.allowed.values': 400,
  'errormessage.validation.length': 400,
  'errormessage.validation.range': 400,
  'errormessage.validation.minimum': 400,
  'errormessage.validation.maximum': 400,
  'errormessage.validation.term.range': 400,
  'errormessage.validation.unknown.field': 400,
  'errormessage.validation.duplicate': 400,
  'errormessage.validation.exclusive': 400,
  'errormessage.validation.nesting': 400,
  'errormessage.validation.json': 400,
  'errormessage.validation.encoding': 400,
  'errormessage.validation.url': 400,
  'errormessage.validation.id.mismatch': 400,
  'errormessage.validation.server.generated': 400,
  'errormessage.validation.header': 400,
  'errormessage.validation.idempotency.key': 400,
  'errormessage.card.number.found': 400,
  'errormessage.card.number.invalid': 400,
  'errormessage.card.number.not.test': 400,
  'errormessage.account.number.not.test': 400,
  'errormessage.card.expired': 400,
  'errormessage.card.security.code.invalid': 400,
  'errormessage.iban.invalid': 400,
  'errormessage.iban.not.debitable': 400,
  'errormessage.bic.invalid': 400,
  'errormessage.sort.code.invalid': 400,
  'errormessage.account.number.invalid': 400,
  'errormessage.routing.number.invalid': 400,
  'errormessage.mandate.not.accepted': 400,
  'errormessage.mandate.signature.required': 400,
  'errormessage.mandate.signature.invalid': 400,
  'errormessage.return.url.not.allowed': 400,
  'errormessage.payment.instrument.changed': 409,
  'errormessage.session.customer.exclusive': 400,
  'errormessage.payment.choice.not.permitted': 400,
  'errormessage.payment.instrument.not.found': 404,
  'errormessage.payment.request.customer.mismatch': 400,
  'errormessage.payment.request.expired': 400,
  'errormessage.payment.request.not.reusable': 400,
  'errormessage.payment.request.state': 409,
  'errormessage.payment.request.busy': 409,
  'errormessage.payment.request.already.used': 409,
  'errormessage.payment.request.not.concluded': 409,
  'errormessage.payment.request.not.found': 404,
  'errormessage.customer.not.found': 404,
  'errormessage.contact.not.found': 404,
  'errormessage.merchant.account.not.found': 404,
  'errormessage.file.not.found': 404,
  'errormessage.file.not.uploaded': 409,
  'errormessage.file.refused': 409,
  'errormessage.file.taken': 409,
  'errormessage.file.link.invalid': 403,
  'errormessage.custom.field.not.found': 404,
  'errormessage.custom.field.exists': 409,
  'errormessage.custom.field.limit': 409,
  'errormessage.custom.field.values.broken': 409,
  'errormessage.custom.field.values.unchecked': 409,
  'errormessage.configuration.snapshot.not.found': 404,
  'errormessage.configuration.snapshot.restore.not.found': 404,
  'errormessage.record.not.found': 404,
  'errormessage.record.version.not.found': 404,
  'errormessage.record.version.other.contact': 409,
  'errormessage.record.version.other.number': 409,
  'errormessage.record.locked': 409,
  'errormessage.record.contact.fixed': 409,
  'errormessage.record.in.use': 409,
  'errormessage.record.reference.missing': 409,
  'errormessage.record.external.id.taken': 409,
  'errormessage.record.token.removal': 400,
  'errormessage.record.number.fields.fixed': 400,
  'errormessage.record.directive.unknown': 400,
  'errormessage.bulk.load.not.found': 404,
  'errormessage.bulk.load.state': 409,
  'errormessage.bulk.load.offset': 409,
  'errormessage.bulk.load.malformed': 400,
  'errormessage.bulk.load.other.caller': 403,
  'errormessage.calculation.invalid': 400,
  'errormessage.calculation.field.unknown': 400,
  'errormessage.calculation.cycle': 400,
  'errormessage.calculation.type': 400,
  'errormessage.calculation.too.costly': 400,
  'errormessage.recalculation.not.found': 404,
  'errormessage.bulk.operation.not.found': 404,
  'errormessage.bulk.operation.not.over': 409,
  'errormessage.patch.path.not.found': 400,
  'errormessage.patch.test.failed': 409,
  'errormessage.record.version.conflict': 409,
  'errormessage.record.precondition.failed': 412,
  'errormessage.record.precondition.required': 428,
  'errormessage.concurrent.modification': 409,
  'errormessage.tenant.not.found': 404,
  'errormessage.tenant.exists': 409,
  'errormessage.credential.not.found': 404,
  'errormessage.credential.over': 409,
  'errormessage.issuer.exists': 409,
  'errormessage.issuer.not.found': 404,
  'errormessage.authentication.required': 401,
  'errormessage.authentication.invalid': 401,
  'errormessage.session.invalid': 401,
  'errormessage.permission.denied': 403,
  'errormessage.https.required': 403,
  'errormessage.route.not.found': 404,
  'errormessage.method.not.allowed': 405,
  'errormessage.not.acceptable': 406,
  'errormessage.request.timeout': 408,
  'errormessage.body.too.large': 413,
  'errormessage.header.too.large': 431,
  'errormessage.media.type.unsupported': 415,
  'errormessage.idempotency.key.reused': 422,
  'errormessage.idempotency.key.running': 409,
  'errormessage.rate.limit.exceeded': 429,
  'errormessage.internal': 500,
  'errormessage.live.mode.unavailable': 503,
  'errormessage.unavailable': 503,
} as const;

export type ErrorCode = keyof typeof errorStatuses;

/** What each text is given, in the order of its placeholders. */
export const errorArguments = {
  'errormessage.validation.required': [],
  'errormessage.validation.type': ['ENUM'],
  'errormessage.validation.value': [],
  'errormessage.validation.format': ['ENUM'],
  'errormessage.validation.allowed.values': ['STRING'],
  'errormessage.validation.length': ['INTEGER', 'INTEGER'],
  'errormessage.validation.range': ['DECIMAL', 'DECIMAL'],
  'errormessage.validation.minimum': ['DECIMAL'],
  'errormessage.validation.maximum': ['DECIMAL'],
  'errormessage.validation.term.range': ['TERM', 'TERM'],
  'errormessage.validation.unknown.field': [],
  'errormessage.validation.duplicate': [],
  'errormessage.validation.exclusive': [],
  'errormessage.validation.nesting': [],
  'errormessage.validation.json': [],
  'errormessage.validation.encoding': [],
  'errormessage.validation.url': [],
  'errormessage.validation.id.mismatch': [],
  'errormessage.validation.server.generated': [],
  'errormessage.validation.header': [],
  'errormessage.validation.idempotency.key': [],
  'errormessage.card.number.found': [],
  'errormessage.card.number.invalid': [],
  'errormessage.card.number.not.test': [],
  'errormessage.account.number.not.test': [],
  'errormessage.card.expired': ['DATE'],
  'errormessage.card.security.code.invalid': [],
  'errormessage.iban.invalid': [],
  'errormessage.iban.not.debitable': [],
  'errormessage.bic.invalid': [],
  'errormessage.sort.code.invalid': [],
  'errormessage.account.number.invalid': [],
  'errormessage.routing.number.invalid': [],
  'errormessage.mandate.not.accepted': [],
  'errormessage.mandate.signature.required': [],
  'errormessage.mandate.signature.invalid': [],
  'errormessage.return.url.not.allowed': [],
  'errormessage.payment.instrument.changed': [],
  'errormessage.session.customer.exclusive': [],
  'errormessage.payment.choice.not.permitted': [],
  'errormessage.payment.instrument.not.found': [],
  'errormessage.payment.request.customer.mismatch': [],
  'errormessage.payment.request.expired': ['TIMESTAMP'],
  'errormessage.payment.request.not.reusable': [],
  'errormessage.payment.request.state': ['ENUM'],
  'errormessage.payment.request.busy': [],
  'errormessage.payment.request.already.used': ['TIMESTAMP', 'STRING', 'INTEGER'],
  'errormessage.payment.request.not.concluded': ['ENUM'],
  'errormessage.payment.request.not.found': [],
  'errormessage.customer.not.found': [],
  'errormessage.contact.not.found': [],
  'errormessage.merchant.account.not.found': [],
  'errormessage.file.not.found': [],
  'errormessage.file.not.uploaded': [],
  'errormessage.file.refused': ['ENUM'],
  'errormessage.file.taken': [],
  'errormessage.file.link.invalid': [],
  'errormessage.custom.field.not.found': [],
  'errormessage.custom.field.exists': [],
  'errormessage.custom.field.limit': ['INTEGER'],
  'errormessage.custom.field.values.broken': ['INTEGER', 'INTEGER'],
  'errormessage.custom.field.values.unchecked': ['INTEGER'],
  'errormessage.configuration.snapshot.not.found': [],
  'errormessage.configuration.snapshot.restore.not.found': [],
  'errormessage.record.not.found': [],
  'errormessage.record.version.not.found': [],
  'errormessage.record.version.other.contact': [],
  'errormessage.record.version.other.number': ['STRING'],
  'errormessage.record.locked': ['STRING', 'STRING', 'STRING'],
  'errormessage.record.contact.fixed': [],
  'errormessage.record.in.use': [],
  'errormessage.record.reference.missing': ['ENUM'],
  'errormessage.record.external.id.taken': [],
  'errormessage.record.token.removal': [],
  'errormessage.record.number.fields.fixed': [],
  'errormessage.record.directive.unknown': [],
  'errormessage.bulk.load.not.found': [],
  'errormessage.bulk.load.state': ['ENUM'],
  'errormessage.bulk.load.offset': ['INTEGER'],
  'errormessage.bulk.load.malformed': ['INTEGER'],
  'errormessage.bulk.load.other.caller': [],
  'errormessage.calculation.invalid': ['INTEGER'],
  'errormessage.calculation.field.unknown': ['INTEGER'],
  'errormessage.calculation.cycle': ['STRING'],
  'errormessage.calculation.type': ['ENUM'],
  'errormessage.calculation.too.costly': [],
  'errormessage.recalculation.not.found': [],
  'errormessage.bulk.operation.not.found': [],
  'errormessage.bulk.operation.not.over': [],
  'errormessage.patch.path.not.found': [],
  'errormessage.patch.test.failed': [],
  'errormessage.record.version.conflict': ['INTEGER', 'I18N_KEY_LIST'],
  'errormessage.record.precondition.failed': ['INTEGER', 'I18N_KEY_LIST'],
  'errormessage.record.precondition.required': [],
  'errormessage.concurrent.modification': [],
  'errormessage.tenant.not.found': [],
  'errormessage.tenant.exists': [],
  'errormessage.credential.not.found': [],
  'errormessage.credential.over': [],
  'errormessage.issuer.exists': [],
  'errormessage.issuer.not.found': [],
  'errormessage.authentication.required': [],
  'errormessage.authentication.invalid': [],
  'errormessage.session.invalid': [],
  'errormessage.permission.denied': ['PERMISSION_LIST'],
  'errormessage.https.required': [],
  'errormessage.route.not.found': [],
  'errormessage.method.not.allowed': ['STRING'],
  'errormessage.not.acceptable': ['STRING'],
  'errormessage.request.timeout': [],
  'errormessage.body.too.large': ['LIMITABLE_CONFIG_PROPERTY'],
  'errormessage.header.too.large': [],
  'errormessage.media.type.unsupported': [],
  'errormessage.idempotency.key.reused': [],
  'errormessage.idempotency.key.running': [],
  'errormessage.rate.limit.exceeded': ['TERM'],
  'errormessage.internal': [],
  'errormessage.live.mode.unavailable': [],
  'errormessage.unavailable': [],
} as const satisfies Record<ErrorCode, readonly ArgumentType[]>;

/** What the text of a code is given. A code that is known only when the program runs may bring any. */
export type ArgumentsOf<Code extends ErrorCode> = ErrorCode extends Code
  ? readonly ErrorArgument[]
  : OneOfEach<(typeof errorArguments)[Code]>;

type OneOfEach<Types extends readonly ArgumentType[]> = { readonly [Index in keyof Types]: ArgumentOf<Types[Index]> };

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
