import { SyntaxTrouble } from '../query-error.ts';
import { type Token, type TokenKind, tokensOf } from './lexer.ts';

/** Where a parser stands in its tokens. Keywords are read in any case, names as they are. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(query: string) {
    this.#tokens = tokensOf(query);
  }

  get peek(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('a list of tokens has an end');
    return token;
  }

  get done(): boolean {
    return this.peek.kind === 'end';
  }

  get at(): number {
    return this.peek.at;
  }

  /** Takes the next token when it is of that kind (and says that). */
  take(kind: TokenKind, text?: string): Token | undefined {
    const token = this.peek;
    if (token.kind !== kind || (text !== undefined && token.text !== text)) return undefined;
    this.#next += 1;
    return token;
  }

  sign(text: string): boolean {
    return this.take('sign', text) !== undefined;
  }

  /** Takes these words together, or none of them. */
  words(...words: readonly string[]): boolean {
    const found = words.every((word, ahead) => {
      const token = this.#tokens[this.#next + ahead];
      return token?.kind === 'word' && token.text.toLowerCase() === word;
    });
    if (found) this.#next += words.length;
    return found;
  }

  /** The next word in lower case, which stays where it is. */
  word(): string | undefined {
    const { kind, text } = this.peek;
    return kind === 'word' ? text.toLowerCase() : undefined;
  }

  expectSign(text: string): void {
    if (!this.sign(text)) this.fail(`"${text}"`);
  }

  expectWords(...words: readonly string[]): void {
    if (!this.words(...words)) this.fail(words.join(' ').toUpperCase());
  }

  /** A name, in double quotes or bare. */
  name(what: string): string {
    const token = this.take('name') ?? this.take('word');
    return token === undefined ? this.fail(what) : token.text;
  }

  /** A whole number, at least 0. */
  wholeNumber(what: string): number {
    const token = this.take('number');
    const number = Number(token?.text);
    return token !== undefined && Number.isSafeInteger(number) ? number : this.fail(what);
  }

  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.sign(',')) items.push(item());
    return items;
  }

  fail(expected: string): never {
    const { text, at } = this.peek;
    throw new SyntaxTrouble(`found ${text.slice(0, 40)}, expected ${expected}`, at);
  }
}
