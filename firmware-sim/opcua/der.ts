/** The few types of ITU-T X.690 (DER) that a certificate is made of. */
export type Der = Buffer;

export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export const sequence = (...parts: readonly Der[]): Der => tagged(0x30, ...parts);
export const set = (...parts: readonly Der[]): Der => tagged(0x31, ...parts);
export const octets = (...contents: readonly Uint8Array[]): Der => tagged(0x04, ...contents);
export const utf8 = (text: string): Der => tagged(0x0c, Buffer.from(text));
export const yes: Der = tagged(0x01, Buffer.from([0xff]));
export const nothing: Der = tagged(0x05);

/** Non-negative, big-endian, in as few bytes as it needs. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  // A first bit that is set would make it negative.
  return tagged(0x02, Buffer.from((digits[0] ?? 0) > 0x7f ? [0] : []), digits);
}

/** `unused`: how many bits of the last byte do not count. */
export const bits = (contents: Uint8Array, unused = 0): Der => tagged(0x03, Buffer.from([unused]), contents);

/** `1.2.840.113549` */
export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** RFC 5280, 4.1.2.5: two digits of the year before 2050, four from then on. */
export function time(at: Date): Der {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}

function base128(arc: number): number[] {
  const groups = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}
