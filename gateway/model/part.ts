/**
 * Something with a life. `start` resolves when it serves; `stop` resolves when nothing of it is left running.
 * The constructor only assigns. Parts start in order and stop in reverse.
 */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}
