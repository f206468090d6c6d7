/** How far a recalculation got: what it shows, and the id of the last record that it is done with. */
export type RecalculationProgress = { seen: number; changed: number; failed: number; after: string };

export const atBeginning: RecalculationProgress = { seen: 0, changed: 0, failed: 0, after: '' };
