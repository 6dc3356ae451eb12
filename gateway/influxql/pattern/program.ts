import { QueryError } from '../query-error.ts';
import type { Shape, Takes } from './shape.ts';

const MOST_STEPS = 5_000;

/** The first step that is made, and the last that is taken. */
const FOUND = 0;

type Step =
  | { readonly kind: 'one'; readonly takes: Takes; readonly to: number }
  | { readonly kind: 'begin' | 'end'; readonly to: number }
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'found' };

/**
 * A regular expression as Thompson's automaton: all ways through it are followed at the same time, so that no text makes
 * it go back (https://swtch.com/~rsc/regexp/regexp1.html).
 */
export class Program {
  readonly #steps: Step[] = [];
  readonly #start: number;

  /** Throws QueryError when it is too long. */
  constructor(shape: Shape) {
    this.#start = this.#add(shape, this.#push({ kind: 'found' }));
  }

  get size(): number {
    return this.#steps.length;
  }

  /** Whether it matches anywhere in the text. `spend` hears of the steps of each character before they are taken further. */
  find(text: string, spend: (steps: number) => void): boolean {
    let ways = new Set<number>();
    let begin = true;
    for (const sign of [...text, '']) {
      ways.add(this.#start);
      const reached = this.#reach(ways, { begin, end: sign === '' });
      spend(reached.size);
      if (reached.has(FOUND)) return true;
      ways = this.#after(reached, sign);
      begin = false;
    }
    return false;
  }

  /** Everything that is reached without reading a character. */
  #reach(from: ReadonlySet<number>, place: { readonly begin: boolean; readonly end: boolean }): Set<number> {
    const reached = new Set<number>();
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const step = this.#steps[at];
      if (step === undefined || reached.has(at)) continue;
      reached.add(at);
      if (step.kind === 'fork') open.push(...step.to);
      else if (step.kind === 'begin' || step.kind === 'end') {
        if (place[step.kind]) open.push(step.to);
      }
    }
    return reached;
  }

  #after(reached: ReadonlySet<number>, sign: string): Set<number> {
    const after = new Set<number>();
    const code = sign.codePointAt(0);
    if (code === undefined) return after;
    for (const at of reached) {
      const step = this.#steps[at];
      if (step?.kind === 'one' && step.takes(code)) after.add(step.to);
    }
    return after;
  }

  /** From back to front: each part knows where it leads. Returns where it begins. */
  #add(shape: Shape, next: number): number {
    switch (shape.kind) {
      case 'one':
        return this.#push({ kind: 'one', takes: shape.takes, to: next });
      case 'begin':
      case 'end':
        return this.#push({ kind: shape.kind, to: next });
      case 'sequence':
        return shape.parts.reduceRight((to, part) => this.#add(part, to), next);
      case 'choice':
        return this.#push({ kind: 'fork', to: shape.options.map((option) => this.#add(option, next)) });
      case 'repeat':
        return this.#repeat(shape, next);
    }
  }

  #repeat({ of, least, most }: Extract<Shape, { kind: 'repeat' }>, next: number): number {
    let to = most === null ? this.#loop(of, next) : next;
    for (let more = least; more < (most ?? least); more += 1)
      to = this.#push({ kind: 'fork', to: [this.#add(of, to), next] });
    for (let once = 0; once < least; once += 1) to = this.#add(of, to);
    return to;
  }

  #loop(of: Shape, next: number): number {
    const to: number[] = [];
    const fork = this.#push({ kind: 'fork', to });
    to.push(this.#add(of, fork), next);
    return fork;
  }

  #push(step: Step): number {
    if (this.#steps.length >= MOST_STEPS)
      throw new QueryError('the regular expression is too long: name fewer, or repeat less');
    return this.#steps.push(step) - 1;
  }
}
