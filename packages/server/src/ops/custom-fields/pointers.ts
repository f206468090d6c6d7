import type { Operation as LibraryOperation } from 'rfc6902';
import type { PatchOperation } from '../../contract/json-patch.ts';
import { OnfileError } from '../../errors.ts';

/** What a patch works on: the document, which the empty pointer names, in an object of its own. */
export type Holder = { document?: unknown };

const list = 'custom_field_values';
const fieldId = /^[a-z\d:_-]{1,300}__c$/;

/** The id in `/document/custom_field_values/colour__c/…`, and what follows it; such an id is never an index. */
function namedField(path: string): { id: string; rest: string[] } | null {
  const [, , name, id, ...rest] = path.split('/');
  return name === list && id !== undefined && fieldId.test(id) ? { id, rest } : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function indexOf({ document }: Holder, id: string): number {
  const values = isObject(document) ? document[list] : undefined;
  return Array.isArray(values) ? values.findIndex((value) => isObject(value) && value['custom_field_id'] === id) : -1;
}

/** Makes the value that something is about to be added to; -1 where there is no list that could hold it. */
function begin({ document }: Holder, id: string): number {
  if (!isObject(document)) return -1;
  document[list] ??= [];
  const values = document[list];
  return Array.isArray(values) ? values.push({ custom_field_id: id }) - 1 : -1;
}

const pointerTo = (index: number, rest: readonly string[]): string => ['', 'document', list, index, ...rest].join('/');

/** A pointer in which a custom field's value is named by its field, with the index that the value has now. */
export function locatePointer(pointer: string, holder: Holder): string {
  const named = namedField(pointer);
  const index = named ? indexOf(holder, named.id) : -1;
  return named && index >= 0 ? pointerTo(index, named.rest) : pointer;
}

/**
 * A step whose path names a custom field, with an index instead. A field has its place in a record before it holds a
 * value, as a member of an object has: `add` makes the value, or takes the place of the one that is there.
 */
export function locateStep(step: LibraryOperation, holder: Holder): LibraryOperation {
  const named = namedField(step.path);
  if (!named) return step;
  const { id, rest } = named;
  let index = indexOf(holder, id);
  if (index < 0 && step.op === 'add' && rest.length <= 1) index = begin(holder, id);
  if (index < 0) return step;
  const path = pointerTo(index, rest);
  if (rest.length > 0 || !('value' in step)) return { ...step, path };
  const { value } = step;
  if (step.op === 'test')
    return { op: 'test', path, value: isObject(value) ? { custom_field_id: id, ...value } : value };
  return { op: 'replace', path, value: isObject(value) ? { ...value, custom_field_id: id } : value };
}

/** Throws 400 when what is to be the value of one field says that it is another's. */
export function refuseOtherField({ op, path, value }: PatchOperation, n: number): void {
  if (op !== 'add' && op !== 'replace') return;
  const named = namedField(`/document${path}`);
  if (!named || named.rest.length > 0 || !isObject(value)) return;
  const given = value['custom_field_id'];
  if (given !== undefined && given !== named.id) {
    throw new OnfileError('errormessage.validation.id.mismatch', { reference: `[${n}].value.custom_field_id` });
  }
}
