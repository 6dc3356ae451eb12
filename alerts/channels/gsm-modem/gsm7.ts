/** GSM 7 bit default alphabet (3GPP TS 23.038, clause 6.2.1), by code. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Its extension (clause 6.2.1.1): each is written as ESCAPE and this code. */
const EXTENSION: Readonly<Record<string, number>> = {
  ...{ '\f': 0x0a, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2f },
  ...{ '[': 0x3c, '~': 0x3d, ']': 0x3e, '|': 0x40, '€': 0x65 },
};

const ESCAPE = 0x1b;

/** The septets of one character; undefined when the alphabet does not have it. */
export function septetsOf(character: string): readonly number[] | undefined {
  const extended = EXTENSION[character];
  if (extended !== undefined) return [ESCAPE, extended];
  const code = BASIC.indexOf(character);
  return code < 0 || code === ESCAPE ? undefined : [code];
}

/** Septets one after another, the first bit least (clause 6.1.2.1.1), after `skip` bits that are left 0. */
export function packSeptets(septets: readonly number[], skip = 0): Buffer {
  const bytes = Buffer.alloc(Math.ceil((skip + septets.length * 7) / 8));
  septets.forEach((septet, index) => {
    const bit = skip + index * 7;
    const shifted = septet << (bit % 8);
    const at = Math.floor(bit / 8);
    bytes[at] = (bytes[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) bytes[at + 1] = (bytes[at + 1] ?? 0) | (shifted >> 8);
  });
  return bytes;
}
