import { parsePattern } from './parse-pattern.ts';
import { Program } from './program.ts';
import type { Shape } from './shape.ts';

/** As long as any text of a row (#model/series-rows): nothing longer is ever compared. */
const LONGEST_TEXT = 2_000;
/** Texts of which the answer is kept. */
const MOST_KNOWN = 10_000;

/**
 * A regular expression that a stranger may have written: what it costs grows with its own length
 * and that of the text, and not beyond. What a dashboard makes of a variable, `^(a|b|c)$`, is looked up as a list.
 */
export class Pattern {
  readonly #words: ReadonlySet<string> | undefined;
  readonly #program: Program | undefined;
  readonly #known = new Map<string, boolean>();
  readonly #spend: (steps: number) => void;

  /** `spend` hears of every step and throws when it is enough. Throws QueryError for what is not supported. */
  constructor(source: string, spend: (steps: number) => void) {
    const shape = parsePattern(source);
    const words = wordsOf(shape);
    this.#words = words === undefined ? undefined : new Set(words);
    this.#program = words === undefined ? new Program(shape) : undefined;
    this.#spend = spend;
    spend(this.#program?.size ?? 0);
  }

  test(text: string): boolean {
    if (this.#program === undefined) return this.#words?.has(text) ?? false;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = this.#program.find(text.slice(0, LONGEST_TEXT), this.#spend);
    if (this.#known.size < MOST_KNOWN) this.#known.set(text, found);
    return found;
  }
}

/** The texts of `^(a|b)$` and `^a$`; undefined for any other expression. */
function wordsOf(shape: Shape): readonly string[] | undefined {
  if (shape.kind !== 'sequence') return undefined;
  const [first, ...rest] = shape.parts;
  if (first?.kind !== 'begin' || rest.at(-1)?.kind !== 'end') return undefined;
  const middle = rest.slice(0, -1);
  const [only] = middle;
  const options =
    middle.length === 1 && only?.kind === 'choice'
      ? only.options
      : [{ kind: 'sequence', parts: middle } as const];
  const words = options.map(wordOf);
  return words.every((word) => word !== undefined) ? words : undefined;
}

function wordOf(shape: Shape): string | undefined {
  if (shape.kind === 'one') return shape.literal ?? undefined;
  if (shape.kind !== 'sequence') return undefined;
  const parts = shape.parts.map(wordOf);
  return parts.includes(undefined) ? undefined : parts.join('');
}
