import { type Static, Type } from 'typebox';
import { optionalVersionFields, pageOf, versionFields } from './records-dialect.ts';
import { filled, requestOf } from './schema.ts';

const name = filled(300, { description: 'What people call this account' });

/** What the caller says of the account; each has a default when the account is created. */
const settledFields = {
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 code; at first the tenant’s own' }),
  is_active: Type.Boolean({ description: 'New payment methods get a token at every active account' }),
  processor_account_id: filled(300, { description: 'Its id at the processor; at first the id here' }),
  processor_service: filled(100, { description: 'The gateway that holds the account; at first `simulated`' }),
};

const id = filled(200, { description: 'Made by the server; the merchant_account_id of tokens' });

/** A merchant account, as answered. */
export const MerchantAccount = Type.Object({ ...settledFields, ...versionFields, id, name });
export type MerchantAccount = Static<typeof MerchantAccount>;

/** The body that creates or replaces an account: the same fields, so that an answer can be sent back as it is. */
export const WrittenMerchantAccount = requestOf(
  Type.Object({
    ...optionalVersionFields,
    currency: Type.Optional(settledFields.currency),
    id: Type.Optional(id),
    is_active: Type.Optional(settledFields.is_active),
    name,
    processor_account_id: Type.Optional(settledFields.processor_account_id),
    processor_service: Type.Optional(settledFields.processor_service),
  }),
);
export type WrittenMerchantAccount = Static<typeof WrittenMerchantAccount>;

export const MerchantAccountPage = pageOf(MerchantAccount);
