/** The direct debit schemes that a mandate can be given for: one for each way to debit a bank account. */
export const mandateSchemes = ['ACH_WEB', 'BACS', 'CH_DD', 'LSV', 'SEPA_CORE'] as const;

export type MandateScheme = (typeof mandateSchemes)[number];

/**
 * Whether a mandate may have this reference; that no other mandate of the creditor has it is for the caller to see.
 * SEPA_CORE: 1 to 35 characters of the SEPA set (EPC217-08), no slash first or last, no two in a row (EPC230-15); the
 * Swiss schemes the same, because their files are ISO 20022 too. BACS: see below. ACH_WEB: 1 to 15 letters and digits,
 * the room of an entry's individual identification number (Nacha).
 */
export const isMandateReference = (scheme: MandateScheme, reference: string): boolean => {
  switch (scheme) {
    case 'SEPA_CORE':
    case 'CH_DD':
    case 'LSV':
      return /^(?![/ ])(?!.*\/\/)[0-9A-Za-z/\-?:().,'+ ]{1,35}(?<![/ ])$/.test(reference);
    case 'BACS':
      return isBacsReference(reference);
    case 'ACH_WEB':
      return /^[0-9A-Za-z]{1,15}$/.test(reference);
  }
};

/**
 * The core reference of a Direct Debit Instruction (Bacs, service user's guide): 6 to 18 characters of Bacs' set that
 * begin with a letter or digit and have six of them, not all the same; DDIC is for the banks. Bacs also forbids one
 * that begins another of the same payer and creditor, so let all have one length.
 */
const isBacsReference = (reference: string): boolean => {
  if (!/^(?!DDIC)[0-9A-Z][0-9A-Z./& -]{5,17}(?<! )$/.test(reference)) return false;
  const alphanumerics = reference.replace(/[^0-9A-Z]/g, '');
  return alphanumerics.length >= 6 && !/^(.)\1*$/.test(alphanumerics);
};

const sepaLapseMonths = 36;

/**
 * The day, `YYYY-MM-DD`, from which a mandate has been out of use too long to collect by it: 36 months after its last
 * collection or, without one, its signature (SEPA Core rulebook, 4.1), in calendar months of UTC; where that month is
 * too short, its last day. `undefined` for schemes whose mandates hold until they are cancelled.
 */
export const mandateLapseDate = (scheme: MandateScheme, lastUsed: Date): string | undefined => {
  if (scheme !== 'SEPA_CORE') return undefined;
  const [year, month] = [lastUsed.getUTCFullYear(), lastUsed.getUTCMonth() + sepaLapseMonths];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(lastUsed.getUTCDate(), lastDay))).toISOString().slice(0, 10);
};
