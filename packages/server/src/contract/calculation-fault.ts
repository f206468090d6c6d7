/** Why a calculated field has no value at a version of its record; each has its text in the catalogs. */
export type CalculationFaultCode =
  | 'value.missing'
  | 'item.missing'
  | 'text.part.missing'
  | 'text.not.number'
  | 'text.not.boolean'
  | 'text.not.date'
  | 'division.by.zero'
  | 'number.too.large'
  | 'types.mismatch'
  | 'input.too.large'
  | 'input.failed'
  | 'no.result'
  | 'result.card.number'
  | 'result.not.allowed'
  | 'result.not.number'
  | 'result.wrong.type'
  | 'result.too.large'
  | 'result.character'
  | 'record.full'
  | 'definition.unusable';

/** Holds nothing of the record; `reads` is the id of the field whose calculation failed before. */
export type CalculationFault = { code: CalculationFaultCode; reads?: string };
