/** A question that cannot be answered, in one sentence for whoever asked it. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** A question that cannot be read: nothing of the whole request is answered. */
export class SyntaxTrouble extends QueryError {
  /** `at`: the character (from 0) at which reading ended. */
  constructor(what: string, at: number) {
    super(`error parsing query: ${what} at char ${at + 1}`);
  }
}
