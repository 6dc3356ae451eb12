import { QueryError } from '../query-error.ts';

/** Where the reader of a regular expression stands. */
export class PatternCursor {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#at >= this.#source.length;
  }

  /** The next character as a whole; empty at the end. */
  get peek(): string {
    const code = this.#source.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  next(): string {
    const sign = this.peek;
    if (sign === '') throw this.refuse('an end where something must follow');
    this.#at += sign.length;
    return sign;
  }

  take(sign: string): boolean {
    if (!this.#source.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  /** What a sticky expression finds here, and nothing elsewhere. */
  match(shape: RegExp): RegExpExecArray | undefined {
    shape.lastIndex = this.#at;
    const found = shape.exec(this.#source) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  refuse(what: string): QueryError {
    const near = this.#source.slice(Math.max(0, this.#at - 20), this.#at + 20);
    return new QueryError(`regular expression: ${what} is not supported, near "${near}"`);
  }
}
