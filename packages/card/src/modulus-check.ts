import { modulusRules, substitutedSortCodes } from './modulus-weights.ts';
import type { UkAccount } from './sort-code.ts';

/** One row of Vocalink's weight table: how an account's 14 digits (`u` to `z` the sort code, `a` to `h`) are weighted. */
export type ModulusCheck = { method: 'MOD10' | 'MOD11' | 'DBLAL'; weights: readonly number[]; exception?: number };

/** `unchecked`: no rule is published for the sort code, or its rule leaves this account out. */
export type ModulusResult = 'passed' | 'failed' | 'unchecked';

const readCheck = (text: string): ModulusCheck => {
  const [method, ...numbers] = text.replace(/[()]/g, '').split(' ');
  if (method !== 'MOD10' && method !== 'MOD11' && method !== 'DBLAL') throw new Error(`unknown method in ${text}`);
  const [exception] = numbers.slice(14).map(Number);
  return { method, weights: numbers.slice(0, 14).map(Number), ...(exception !== undefined && { exception }) };
};

const checkedSortCodes = modulusRules.flatMap(({ checks, sortCodes }) => {
  const read = checks.split(' + ').map(readCheck);
  return sortCodes.split(' ').map((range) => {
    const [first = range, last = first] = range.split('-');
    return { first, last, checks: read };
  });
});

/** The one or two checks of a sort code (six digits), by the published weight table; none when it is not listed. */
export const modulusChecksOf = (sortCode: string): readonly ModulusCheck[] =>
  checkedSortCodes.find(({ first, last }) => sortCode >= first && sortCode <= last)?.checks ?? [];

// Pairs of exceptions of which one check is enough: sterling or euro at Lloyds, and two generations of numbers.
const eitherIsEnough = new Set([2, 9, 10, 11, 12, 13]);

/**
 * Whether an account number is a possible one for its sort code, by the methods and exceptions 1 to 14 of Vocalink's
 * "Validating account numbers". It does not tell whether the account, or the sort code, exists.
 */
export const checkModulus = (account: UkAccount): ModulusResult => {
  const checks = modulusChecksOf(account.sortCode);
  const results = checks.map((check) => resultOf(check, account));
  const decisive = checks.some(({ exception = 0 }) => eitherIsEnough.has(exception)) ? 'passed' : 'failed';
  if (results.includes(decisive)) return decisive;
  return results.find((result) => result !== 'unchecked') ?? 'unchecked';
};

const digitsOf = (text: string): number[] => text.split('').map(Number);

const resultOf = (check: ModulusCheck, { sortCode, accountNumber }: UkAccount): ModulusResult => {
  const [a = 0, , c = 0, , , , g = 0, h = 0] = digitsOf(accountNumber);
  if (check.exception === 3 && (c === 6 || c === 9)) return 'unchecked';
  // A foreign currency account.
  if (check.exception === 6 && a >= 4 && a <= 8 && g === h) return 'unchecked';
  const digits = digitsOf(checkedSortCode(check, sortCode) + accountNumber);
  return passes(check, digits) ? 'passed' : 'failed';
};

const checkedSortCode = ({ exception }: ModulusCheck, sortCode: string): string => {
  if (exception === 5) return substitutedSortCodes[sortCode] ?? sortCode;
  if (exception === 8) return '090126';
  // Lloyds keeps all euro accounts here, whatever sort code the customer knows.
  if (exception === 9) return '309634';
  return sortCode;
};

const passes = (check: ModulusCheck, digits: readonly number[]): boolean => {
  const [g = 0, h = 0] = digits.slice(12);
  const modulus = check.method === 'MOD11' ? 11 : 10;
  const remainder = (weightedTotal(check.method, weightsFor(check, digits), digits) + extraOf(check)) % modulus;
  if (check.exception === 4) return remainder === g * 10 + h;
  if (check.exception === 5) {
    // A remainder of 1 modulo 11 asks for a check digit of 10, so no number passes.
    const checkDigit = check.method === 'MOD11' ? g : h;
    return checkDigit === (remainder === 0 ? 0 : modulus - remainder);
  }
  return remainder === 0 || (check.exception === 14 && passesAsCoutts(check, digits));
};

/** 27 is what the institution's number 580149, put before the sort code, would add by the same method. */
const extraOf = ({ exception }: ModulusCheck): number => (exception === 1 ? 27 : 0);

const lloydsEuro = [0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1];

const weightsFor = ({ exception, weights }: ModulusCheck, digits: readonly number[]): readonly number[] => {
  const [a = 0, b = 0] = digits.slice(6);
  const endsIn9 = digits[12] === 9;
  if (exception === 2 && a !== 0) return endsIn9 ? fromC(lloydsEuro) : lloydsEuro;
  if (exception === 7 && endsIn9) return fromC(weights);
  if (exception === 10 && endsIn9 && b === 9 && (a === 0 || a === 9)) return fromC(weights);
  return weights;
};

/** The weights with those of `u` to `b` made zero. */
const fromC = (weights: readonly number[]): number[] => weights.map((weight, place) => (place < 8 ? 0 : weight));

const weightedTotal = (method: ModulusCheck['method'], weights: readonly number[], digits: readonly number[]): number =>
  digits.reduce((total, digit, place) => {
    const product = digit * (weights[place] ?? 0);
    return total + (method === 'DBLAL' ? digitSum(product) : product);
  }, 0);

const digitSum = (product: number): number => digitsOf(String(product)).reduce((sum, digit) => sum + digit, 0);

/** Exception 14: a last digit of 0, 1 or 9 may be an addition to a number of seven digits. */
const passesAsCoutts = ({ method, weights }: ModulusCheck, digits: readonly number[]): boolean => {
  const last = digits[13];
  if (last !== 0 && last !== 1 && last !== 9) return false;
  const withoutLast = [...digits.slice(0, 6), 0, ...digits.slice(6, 13)];
  return weightedTotal(method, weights, withoutLast) % 11 === 0;
};
