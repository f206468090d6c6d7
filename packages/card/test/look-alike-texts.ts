import { publishedRoutingNumbers, swiftExampleIbans } from './published-numbers.ts';
import type { SeededRandom } from './seeded-random.ts';

type Drawing = (random: SeededRandom) => string;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base64 = `${alphanumeric}+/`;

const shaped =
  (...patterns: string[]): Drawing =>
  (random) =>
    random.shape(random.pick(patterns));

const list = (random: SeededRandom, separator: string, item: () => string, least = 2, most = 8): string =>
  Array.from({ length: random.integer(least, most) }, item).join(separator);

const two = (value: number): string => String(value).padStart(2, '0');
const day = (random: SeededRandom): [string, string, string] => [
  String(random.integer(1950, 2040)),
  two(random.integer(1, 12)),
  two(random.integer(1, 28)),
];
const time = (random: SeededRandom): string =>
  `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}`;

const address = (random: SeededRandom): string => Array.from({ length: 4 }, () => random.integer(0, 255)).join('.');
const degrees = (random: SeededRandom, most: number): string =>
  (random.integer(-most * 1000, most * 1000) / 1000).toFixed(3) + random.digits(random.integer(0, 5));
const amount = (random: SeededRandom): string => `${random.integer(1, 9999)}.${random.digits(2)}`;

const group = (random: SeededRandom): string => random.shape('ffff');

/** ISO/IEC 9834-8: version and variant as random (4) and time-ordered (7) ones have them. */
const uuid = (random: SeededRandom): string =>
  random.shape('ffffffff-ffff-') +
  random.pick(['4', '7']) +
  random.shape('fff-') +
  random.pick(['8', '9', 'a', 'b']) +
  random.shape('fff-ffffffffffff');

/** GS1 General Specifications, 7.9: weights 3 and 1 from the right. */
function gtin(random: SeededRandom): string {
  const body =
    random.pick(['40', '50', '54', '56', '59', '60', '69', '69', '30', '37', '76', '80', '87']) + random.digits(10);
  const sum = body.split('').reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
}

/** National numbers as their plans lay them out, behind the country's code. */
const phonePlans = (
  '1 999 999 9999|30 999 999 9999|31 6 9999 9999|32 999 99 99 99|33 9 99 99 99 99|34 999 999 999|351 999 999 999|' +
  '36 99 999 9999|380 99 999 9999|385 99 999 9999|39 399 999 9999|41 79 999 99 99|43 660 9999999|44 7999 999999|' +
  '45 99 99 99 99|46 79 999 99 99|47 999 99 999|48 999 999 999|49 151 99999999|49 9999 9999999|502 9999 9999|' +
  '51 999 999 999|52 99 9999 9999|54 9 11 9999 9999|55 11 99999 9999|56 9 9999 9999|57 399 999 9999|58 499 9999999|' +
  '593 99 999 9999|595 999 999999|60 12 999 9999|61 499 999 999|62 812 9999 9999|62 821 9999 99999|63 999 999 9999|' +
  '64 21 999 9999|65 9999 9999|66 99 999 9999|81 90 9999 9999|82 10 9999 9999|84 99 999 9999|86 139 9999 9999|' +
  '90 599 999 9999|91 99999 99999|92 399 9999999|971 59 999 9999|378 0549 999999|372 9999 9999|354 999 9999'
).split('|');

/** What fields of a vault hold that is made of digits and no card number, each a class of its own. */
export const lookAlikes: Readonly<Record<string, Drawing>> = {
  'gateway tokens (Stripe, Braintree, Adyen, Worldpay)': (random) =>
    random.pick([
      () => `pm_${random.text(alphanumeric, 24)}`,
      () => `card_${random.text(alphanumeric, 24)}`,
      () => random.text('0123456789abcdefghijklmnopqrstuvwxyz', 8),
      () => random.text(crockford, 16),
      () => random.shape('99999999-ffff-4fff-afff-ffffffffffff'),
    ])(),
  'gateway tokens of 16 digits': shaped('9999999999999999'),
  'customer and order numbers of 6 to 12 digits': (random) => random.digits(random.integer(6, 12)),
  'order numbers with letters and dashes': shaped(
    'ORD-2026-999999',
    '302-9999999-9999999',
    'INV2026-11-99999',
    'A9999-B9999-C9999',
  ),
  'numbers of 13 to 19 digits': (random) => String(random.integer(1, 9)) + random.digits(random.integer(12, 18)),
  'GTINs of 13 digits': gtin,
  'device numbers (IMEI)': shaped('35999999999999', '86999999 999999 9'),
  'phone numbers with a plus': (random) => `+${random.shape(random.pick(phonePlans))}`,
  'phone numbers with 00': (random) => `00${random.shape(random.pick(phonePlans)).replaceAll(' ', '')}`,
  'phone numbers without a plus': (random) => random.shape(random.pick(phonePlans)),
  'phone numbers with an extension': (random) => `+${random.shape(random.pick(phonePlans))}-${random.digits(2)}`,
  'two phone numbers': (random) =>
    list(random, random.pick([', ', ' / ', '; ']), () => `+${random.shape(random.pick(phonePlans))}`, 2, 2),
  IBANs: (random) => random.pick(swiftExampleIbans),
  'IBANs in groups': (random) => random.pick(swiftExampleIbans).replaceAll(/(.{4})(?=.)/g, '$1 '),
  'routing and account numbers': (random) =>
    `${random.pick(publishedRoutingNumbers)} ${random.digits(random.integer(8, 10))}`,
  'VAT and tax numbers': shaped(
    'DE999999999',
    'ATU99999999',
    'IT99999999999',
    'GB999 9999 99',
    '99 999 999 999',
    '99/999/99999',
  ),
  'social security numbers': shaped('999-99-9999', '1 85 12 78 999 999 42', '756.9999.9999.99'),
  UUIDs: uuid,
  'UUIDs without dashes': (random) => uuid(random).replaceAll('-', ''),
  ULIDs: (random) => `01${random.text(crockford, 24)}`,
  'hexadecimal ids': (random) => random.shape('f'.repeat(random.pick([12, 16, 24, 32, 40, 64]))),
  base64: (random) => `${random.text(base64, random.integer(20, 120))}==`,
  'dates and times': (random) => `${day(random).join('-')}T${time(random)}.${random.digits(3)}Z`,
  'times with fine fractions': (random) => `${day(random).join('-')} ${time(random)}.${random.digits(6)}+00:00`,
  'spans of dates': (random) =>
    [day(random), day(random)]
      .map((date) => random.pick([date.join('-'), date.toReversed().join('.')]))
      .join(random.pick([' - ', '/', ' to '])),
  'compact times': (random) =>
    day(random).join('') + time(random).replaceAll(':', '') + random.digits(random.pick([0, 3])),
  'milliseconds since 1970': (random) => `1${random.integer(5, 9)}${random.digits(11)}`,
  'version strings': (random) =>
    `v${random.integer(0, 60)}.${random.integer(0, 200)}.${random.integer(0, 9999)}.${random.integer(0, 99999)}`,
  coordinates: (random) => `${degrees(random, 90)}, ${degrees(random, 180)}`,
  'coordinates in a URL': (random) => `https://maps.example/@${degrees(random, 90)},${degrees(random, 180)},17z`,
  'IPv4 addresses': (random) => list(random, random.pick([' ', ', ', '-', ':']), () => address(random), 1, 3),
  'IPv4 addresses with ports': (random) =>
    list(random, ' ', () => `${address(random)}:${random.integer(1024, 65535)}`, 1, 3),
  'IPv6 addresses': (random) =>
    random.pick([
      () => `2001:0db8:${list(random, ':', () => group(random), 6, 6)}`,
      () => `2a0${random.shape('f')}:${group(random)}::${random.shape('9999:9999')}`,
    ])(),
  'MAC addresses': shaped('ff:ff:ff:ff:ff:ff', 'ff-ff-ff-ff-ff-ff', 'ff:ff:ff:ff:ff:ff:ff:ff'),
  'sums of money': (random) => list(random, random.pick([', ', '; ', ' ', ' + ']), () => amount(random)),
  'sums with thousands': (random) =>
    list(random, '; ', () => `${random.integer(1, 999)},${random.digits(3)}.${random.digits(2)}`),
  'lists of small numbers': (random) =>
    list(random, random.pick([', ', ',']), () => String(random.integer(1, 99)), 3, 20),
  'lists of years': (random) =>
    list(random, random.pick([', ', '/', '-']), () => String(random.integer(1970, 2035)), 2, 6),
  'lists of postcodes': (random) => list(random, random.pick([', ', ';']), () => random.digits(5)),
  'lists of ids': (random) => list(random, random.pick([', ', ',', ':']), () => random.digits(random.integer(6, 10))),
  'lists of numbers of four digits': (random) =>
    list(random, random.pick([', ', ',', ':']), () => String(random.integer(1000, 9999))),
  addresses: (random) =>
    `${random.integer(1, 9999)} Main St Apt ${random.integer(1, 99)}, Springfield, IL ${random.shape('99999-9999')}, ${random.shape('(217) 999-9999')}`,
  'masked card numbers': shaped(
    '411111******9999',
    '4111 11XX XXXX 9999',
    '**** **** **** 9999 12/27',
    '374200 ***** 9999',
  ),
  'mandate references': shaped('MND-2026-9999-9999', 'SEPA-99999999-99', 'M-9999-9999-999-9'),
  'file names': shaped('scan_20261122_999999.pdf', 'IMG-20261122-WA9999.jpg', 'export-9999-99-99-999999.csv'),
};
