const plausible = /^[A-Za-z_][\w.[\]:-]{0,199}$/;
const fewerDigitsThanAnyAccount = 7;

/** The name of a column that no field has, where it can be told: a file may have data where its names should be. */
export function tellableName(name: string): string | undefined {
  const digits = name.replace(/\D/g, '').length;
  return plausible.test(name) && digits <= fewerDigitsThanAnyAccount ? name : undefined;
}
