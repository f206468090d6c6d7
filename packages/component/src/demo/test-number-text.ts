import type { TestBankAccount, TestCard, TestNumbers } from './shop-backend.ts';

/** A published number as the page lists it: what is copied, as people read it, and what it does. */
export type ListedNumber = {
  /** Each part is a field of its own in the form. */
  parts: readonly { copied: string; shown: string }[];
  meaning: string;
  publisher: string;
  does: string;
};

const result = (outcome: string): string => (outcome === 'approved' ? 'accepted' : 'declined');

const grouped = (text: string): string => text.replaceAll(/(.{4})(?=.)/g, '$1 ');

const listCard = ({ number, meaning, gateway, outcome, challenge }: TestCard): ListedNumber => ({
  parts: [{ copied: number, shown: grouped(number) }],
  meaning,
  publisher: gateway,
  does: challenge ? `challenge, then ${result(outcome)}` : result(outcome),
});

const kinds: Readonly<Record<string, string>> = {
  iban: 'IBAN',
  'uk-account': 'UK sort code and account',
  'us-account': 'US routing number and account',
};

const kindOf = ({ kind }: Pick<TestBankAccount, 'kind'>): string => kinds[kind] ?? kind;

const listAccount = ({ kind, account, meaning, publisher, outcome }: TestBankAccount): ListedNumber => ({
  parts:
    kind === 'iban'
      ? [{ copied: account, shown: grouped(account) }]
      : account.split(' ').map((part) => ({ copied: part, shown: part })),
  meaning: `${kindOf({ kind })}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`,
  publisher,
  does: result(outcome),
});

/** One of each kind that does something of its own. */
const first =
  '4242424242424242 5555555555554444 378282246310005 4000000000009995 4000000000003220 4000008400001629'.split(' ');

/** The numbers to begin with, and all of them. */
export function listNumbers({ cards, bankAccounts }: TestNumbers): { usual: ListedNumber[]; all: ListedNumber[] } {
  const usualCards = first.flatMap((number) => cards.filter((card) => card.number === number));
  const approved = bankAccounts.filter(({ outcome }) => outcome === 'approved');
  const isSwiss = ({ account }: TestBankAccount): boolean => account.startsWith('CH');
  const usualAccounts = [
    approved.find((account) => account.kind === 'iban' && !isSwiss(account)),
    approved.find(isSwiss),
    approved.find(({ kind }) => kind === 'uk-account'),
    approved.find(({ kind }) => kind === 'us-account'),
  ].filter((account) => account !== undefined);
  return {
    usual: [
      ...usualCards.map(listCard),
      ...usualAccounts.map((account) => ({ ...listAccount(account), meaning: kindOf(account) })),
    ],
    all: [...cards.map(listCard), ...bankAccounts.map(listAccount)],
  };
}

/** Whether each word of the search stands somewhere in it. */
export function matches(number: ListedNumber, search: string): boolean {
  const { parts, meaning, publisher, does } = number;
  const text = [...parts.flatMap(({ copied, shown }) => [copied, shown]), meaning, publisher, does].join(' ');
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));
}
