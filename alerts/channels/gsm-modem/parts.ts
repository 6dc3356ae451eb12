import { septetsOf } from './gsm7.ts';

/** One short message of those that make up a text. */
export interface Part {
  readonly alphabet: 'gsm-7' | 'ucs-2';
  /** Septets, or UTF-16 code units. */
  readonly units: readonly number[];
}

/** Room of one message (3GPP TS 23.040, clause 9.2.3.24.1), alone and behind a header of 7 octets. */
const ROOM = { 'gsm-7': { alone: 160, joined: 152 }, 'ucs-2': { alone: 70, joined: 66 } } as const;

/** The text in parts; none of them ends within a character. GSM-7 where it fits, else UCS-2 for all. */
export function partsOf(text: string): readonly Part[] {
  const characters = [...text];
  const septets = characters.map(septetsOf);
  const isBasic = septets.every((codes) => codes !== undefined);
  const alphabet = isBasic ? 'gsm-7' : 'ucs-2';
  const units = isBasic ? septets : characters.map(codeUnits);
  const { alone, joined } = ROOM[alphabet];
  const whole = units.flat();
  if (whole.length <= alone) return [{ alphabet, units: whole }];
  return fill(units, joined).map((part) => ({ alphabet, units: part }));
}

const codeUnits = (character: string): number[] =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));

function fill(characters: readonly (readonly number[])[], room: number): number[][] {
  const parts: number[][] = [[]];
  for (const units of characters) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + units.length <= room) last.push(...units);
    else parts.push([...units]);
  }
  return parts;
}

/** The text, shortened in its middle until head and tail fit into so many parts; the tail is kept whole. */
export function shorten(head: string, tail: string, parts: number): string {
  if (partsOf(head + tail).length <= parts) return head + tail;
  const characters = [...head];
  // The whole alphabet has three dots; the ellipsis would make it UCS-2.
  for (let length = characters.length - 1; length > 0; length--) {
    const shorter = `${characters.slice(0, length).join('')}...${tail}`;
    if (partsOf(shorter).length <= parts) return shorter;
  }
  return tail.trim();
}
