import { mastercard, visa } from '../../harness/main-job.ts';

/** Every update writes its number into two fields, so that its version can be told, and a half of it be seen. */
export const nameOf = (number: number): string => `Change ${number}`;
export const holderOf = (number: number): string => `Holder ${number}`;

/** The card that an instrument update enters; what the record then shows follows from it. */
export const cardOf = (number: number) =>
  number % 2 === 0
    ? { number: visa, network: 'visa', lastFour: '4242' }
    : { number: mastercard, network: 'mastercard', lastFour: '4444' };

/** The update that wrote a content; null when its marks are not those of one and the same update. */
export function markOf(content: Record<string, any>): number | null {
  const holder = /^Holder (\d+)$/.exec(content['name_on_account'] ?? '')?.[1];
  const name = /^Change (\d+)$/.exec(content['name'] ?? '')?.[1];
  if (holder === undefined) return null;
  if (name !== undefined) return name === holder ? Number(name) : null;
  const card = cardOf(Number(holder));
  const isOfCard = content['credit_card_type'] === card.network && content['last_four_digits'] === card.lastFour;
  return isOfCard ? Number(holder) : null;
}
