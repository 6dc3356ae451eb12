/** Plain data by id under a prefix, which remembers what has changed since the last transaction. */
export class Kept<Doc> {
  readonly #prefix: string;
  readonly #docs: Map<string, Doc>;
  #changed = new Set<string>();

  constructor(prefix: string, docs: Map<string, Doc> = new Map()) {
    this.#prefix = prefix;
    this.#docs = docs;
  }

  get(id: string): Doc | undefined {
    return this.#docs.get(id);
  }

  entries(): IterableIterator<[id: string, doc: Doc]> {
    return this.#docs.entries();
  }

  set(id: string, doc: Doc): void {
    this.#docs.set(id, doc);
    this.#changed.add(id);
  }

  delete(id: string): void {
    if (this.#docs.delete(id)) this.#changed.add(id);
  }

  /** What changed since the last call; null for what is gone. */
  drain(): (readonly [key: string, doc: Doc | null])[] {
    const changed = [...this.#changed].map((id) => [this.#prefix + id, this.#docs.get(id) ?? null] as const);
    this.#changed = new Set();
    return changed;
  }
}

/** What was kept under the prefix; only what this part wrote is read back. */
export const under = <Doc>(prefix: string, kept: ReadonlyMap<string, unknown>): Map<string, Doc> =>
  new Map(
    [...kept]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, doc]) => [key.slice(prefix.length), doc as Doc]),
  );
