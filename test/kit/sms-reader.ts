/*
 * Reads an SMS-SUBMIT as a network would (3GPP TS 23.040, clause 9.2.2.2), written apart from our encoder: it looks at
 * bits one by one, where the encoder shifts bytes.
 */

const ALPHABET = [
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\0ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿',
  ...'abcdefghijklmnopqrstuvwxyzäöñüà',
];
const EXTENDED: ReadonlyMap<number, string> = new Map([
  ...([
    [10, '\f'],
    [20, '^'],
    [40, '{'],
    [41, '}'],
    [47, '\\'],
  ] as const),
  ...([
    [60, '['],
    [61, '~'],
    [62, ']'],
    [64, '|'],
    [101, '€'],
  ] as const),
]);

export interface ReadSubmit {
  readonly to: string;
  readonly text: string;
  readonly report: boolean;
  readonly place: { readonly reference: number; readonly total: number; readonly number: number } | null;
  readonly userDataOctets: number;
}

export function readSubmit(hex: string): ReadSubmit {
  const bytes = [...Buffer.from(hex, 'hex')];
  const take = (count: number) => bytes.splice(0, count);
  const one = () => take(1)[0] ?? 0;
  take(one());
  const first = one();
  if (first % 4 !== 1) throw new Error(`not an SMS-SUBMIT: ${hex}`);
  one();
  const digits = one();
  const international = one() === 0x91;
  const number = take(Math.ceil(digits / 2))
    .map((byte) => `${(byte % 16).toString(16)}${Math.floor(byte / 16).toString(16)}`)
    .join('')
    .slice(0, digits);
  one();
  const coding = one();
  if (((first >> 3) & 3) === 2) one();
  const length = one();
  const data = take(bytes.length);
  const headed = (first & 0x40) !== 0;
  const header = headed ? data.slice(0, (data[0] ?? 0) + 1) : [];
  return {
    to: `${international ? '+' : ''}${number}`,
    text: coding === 8 ? ucs2(data.slice(header.length, length)) : gsm7(data, length, header.length),
    report: (first & 0x20) !== 0,
    place: placeIn(header),
    userDataOctets: data.length,
  };
}

const ucs2 = (octets: readonly number[]): string =>
  new TextDecoder('utf-16be').decode(Uint8Array.from(octets));

function gsm7(data: readonly number[], septets: number, headerOctets: number): string {
  const bits = data.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
  const codes = Array.from({ length: septets }, (_, index) =>
    bits.slice(index * 7, index * 7 + 7).reduce((sum, bit, place) => sum + bit * 2 ** place, 0),
  ).slice(Math.ceil((headerOctets * 8) / 7));
  let text = '';
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    text += code === 27 ? (EXTENDED.get(codes[++index] ?? 0) ?? '?') : ALPHABET[code];
  }
  return text;
}

function placeIn([
  ,
  kind,
  ,
  high = 0,
  low = 0,
  total = 0,
  number = 0,
]: readonly number[]): ReadSubmit['place'] {
  return kind === 8 ? { reference: high * 256 + low, total, number } : null;
}
