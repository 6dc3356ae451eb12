import type { Text } from '#model/text';

/** The known word that was most likely meant, or undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1.5, wanted.length / 3);
  for (const candidate of known) {
    const distance = distanceTo(wanted, candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** "did you mean …" where something is near, else what there is. */
export function suggest(word: string, known: Iterable<string>): Text {
  const names = [...known];
  const meant = nearest(word, names);
  if (meant !== undefined) return { zh: `是不是 "${meant}"？`, en: `did you mean "${meant}"?` };
  if (names.length === 0) return { zh: '没有可选的', en: 'there is none to choose from' };
  names.sort();
  return { zh: `可选：${names.join('、')}`, en: `there is ${names.join(', ')}` };
}

/** Whole words count, and so does one part of a compound: "frigde" is near "modbus-fridge". */
function distanceTo(word: string, candidate: string, atMost: number): number {
  // Each letter more or less is one step at least.
  const near = (text: string) =>
    Math.abs(text.length - word.length) < atMost ? editDistance(word, text) : Number.POSITIVE_INFINITY;
  const parts = candidate.split(/[-/]/);
  const ofParts = parts.length < 2 ? [] : parts.map((part) => near(part) + 0.5);
  return Math.min(near(candidate), ...ofParts);
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const costs = [
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        ...(swapped ? [(before[column - 2] ?? 0) + 1] : []),
      ];
      next.push(Math.min(...costs));
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
