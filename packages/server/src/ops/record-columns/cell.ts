import { isStorableText, parseJsonText } from '../../contract/json-text.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import type { CellKind } from './field-target.ts';

// As JSON writes numbers (RFC 8259, section 6).
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const wrongType = (expected: string, reference: string) =>
  new OnfileError('errormessage.validation.type', { args: [enumArgument(expected)], reference });

/** The value that a cell with something in it holds. Throws 400 with the path as reference when it is of another kind. */
export function readCell(kind: CellKind, cell: string, path: string): unknown {
  switch (kind) {
    case 'text':
      return readText(cell, path);
    case 'number':
      return readNumber(cell.trim(), path);
    case 'boolean':
      return readBoolean(cell.trim().toLowerCase(), path);
    case 'list':
    case 'object':
      return readJson(kind, cell, path);
  }
}

function readText(cell: string, reference: string): string {
  if (!isStorableText(cell)) throw new OnfileError('errormessage.validation.encoding', { reference });
  return cell;
}

function readNumber(cell: string, reference: string): number {
  const value = number.test(cell) ? Number(cell) : Number.NaN;
  if (!Number.isFinite(value)) throw wrongType('number', reference);
  return value;
}

/** Spreadsheets write them in capitals. */
function readBoolean(cell: string, reference: string): boolean {
  if (cell !== 'true' && cell !== 'false') throw wrongType('boolean', reference);
  return cell === 'true';
}

function readJson(kind: 'list' | 'object', cell: string, reference: string): unknown {
  let value: unknown;
  try {
    value = parseJsonText(cell);
  } catch (error) {
    if (!(error instanceof OnfileError)) throw error;
    throw new OnfileError(error.code, { args: error.args, reference });
  }
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || isList !== (kind === 'list')) {
    throw wrongType(kind === 'list' ? 'array' : 'object', reference);
  }
  return value;
}

/** The cell that holds a value; empty for none, and for an empty text, which no cell can hold. */
export function writeCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
