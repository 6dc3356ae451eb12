const ELLIPSIS = '…';
const encoder = new TextEncoder();

export const byteLength = (text: string): number => encoder.encode(text).length;

/** The text in at most so many bytes of UTF-8, cut between characters; a Chinese one takes three. */
export const cutToBytes = (text: string, most: number): string => cut(text, most, byteLength);

/** The text in at most so many characters. */
export const cutToCharacters = (text: string, most: number): string => cut(text, most, () => 1);

function cut(text: string, most: number, size: (character: string) => number): string {
  const room = Math.max(0, most - size(ELLIPSIS));
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += size(character);
    if (used <= room) kept += character;
    else if (used > most) return most < size(ELLIPSIS) ? '' : kept + ELLIPSIS;
  }
  return text;
}
