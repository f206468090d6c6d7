import { type Static, type TSchema, Type } from 'typebox';

/** What the server says of a version; in a request it must be well-formed and is compared, never stored. */
export const versionFields = {
  sys_created_at: Type.String({ format: 'date-time', description: 'When it was created' }),
  sys_last_modified_at: Type.String({
    format: 'date-time',
    description: 'When it was last changed; strictly increases with each version',
  }),
  sys_version: Type.Integer({ description: 'Counts the versions from 1' }),
};

export const optionalVersionFields = {
  sys_created_at: Type.Optional(versionFields.sys_created_at),
  sys_last_modified_at: Type.Optional(versionFields.sys_last_modified_at),
  sys_version: Type.Optional(versionFields.sys_version),
};

/** Which page of a list the caller wants. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 when left out' })),
    exclusiveStartKey: Type.Optional(Type.String({ description: 'The LastEvaluatedKey of the page before' })),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

/** One page of a list; LastEvaluatedKey is there while more follow, and without it the list is at its end. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  Type.Object({
    Count: Type.Integer(),
    Items: Type.Array(item),
    LastEvaluatedKey: Type.Optional(Type.String({ description: 'Send it as exclusiveStartKey for the next page' })),
  });

export type Page<Item> = { Count: number; Items: Item[]; LastEvaluatedKey?: string };
