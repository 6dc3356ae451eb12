import { type ErrorCode, HygateError } from '#model/errors';
import type { Language, Text } from '#model/text';

/** A file of a person that is refused, with every mistake of it, in either language. `message` is the English. */
export class RefusedFile extends HygateError {
  /** What is wrong, one after the other. */
  readonly sentences: readonly Text[];

  constructor(code: ErrorCode, sentences: readonly Text[]) {
    super(code, sentences.map(({ en }) => en).join('\n'));
    this.sentences = sentences;
  }

  in(language: Language): string {
    return this.sentences.map((sentence) => sentence[language]).join('\n');
  }
}
