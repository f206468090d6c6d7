/** A session that may enter an instrument for somebody. */
export const session = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership' };

/** A custom field of every part but its id. */
export const customField = {
  name: 'Instalments',
  help_text: 'As agreed',
  type: 'table',
  constraints: { max_items: 12, columns: [{ id: 'due', name: 'Due', type: 'string', max_length: 10 }] },
  default_value: { table_value: [{ due: '2026-01-01' }] },
  position: 1,
};
