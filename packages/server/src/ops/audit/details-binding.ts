/** Binds the sealed details of an entry to the entry: sealed and opened by the same. */
export const detailsBinding = (tenantId: string, auditId: string) =>
  [tenantId, 'audit_entries', auditId, 'details', 1] as const;
