import { type Static, Type } from 'typebox';
import { oneOf } from './schema.ts';

/** RFC 6901, section 3. */
const pointer = (description: string) =>
  Type.String({ pattern: '^(?:/(?:[^~/]|~[01])*)*$', maxLength: 1000, description });

export const PatchOperation = Type.Object({
  op: oneOf(['add', 'remove', 'replace', 'move', 'copy', 'test']),
  path: pointer(
    'JSON Pointer to the field, such as `/custom_field_values/0/string_value`, or by the id of a custom field ' +
      '`/custom_field_values/colour__c/string_value`',
  ),
  from: Type.Optional(pointer('Where `move` and `copy` take the value from')),
  value: Type.Optional(Type.Unknown({ description: 'What `add`, `replace` and `test` are given' })),
});
export type PatchOperation = Static<typeof PatchOperation>;

/** JSON Patch (RFC 6902). Members that an operation does not know are ignored, as its section 4 demands. */
export const JsonPatch = Type.Array(PatchOperation, { minItems: 1, maxItems: 100 });
export type JsonPatch = Static<typeof JsonPatch>;
