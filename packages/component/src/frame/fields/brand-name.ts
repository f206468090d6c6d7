const names: Readonly<Record<string, string>> = {
  'american express': 'American Express',
  'diners club': 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

/** A card network as it writes itself. */
export const brandName = (brand: string): string => names[brand] ?? brand.charAt(0).toUpperCase() + brand.slice(1);
