interface Call {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to a thread that wait for their answers, by number. */
export class Calls {
  readonly #waiting = new Map<number, Call>();
  #last = 0;

  /** `post` sends the question under the number that it is given. The caller knows the type of its answer. */
  ask<Answer>(post: (id: number) => void): Promise<Answer> {
    const id = ++this.#last;
    return new Promise<unknown>((resolve, reject) => {
      // First: what cannot even be asked throws here, and nothing of it may stay.
      post(id);
      this.#waiting.set(id, { resolve, reject });
    }) as Promise<Answer>;
  }

  answer(id: number, answer: unknown): void {
    this.#take(id)?.resolve(answer);
  }

  fail(id: number, error: Error): void {
    this.#take(id)?.reject(error);
  }

  failAll(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.fail(id, error);
  }

  #take(id: number): Call | undefined {
    const call = this.#waiting.get(id);
    this.#waiting.delete(id);
    return call;
  }
}
