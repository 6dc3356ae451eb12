import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#model/log';

/** `dir` is the folder of what is followed; `consumer` is kebab. */
export const cursorPath = (dir: string, consumer: string): string => join(dir, `cursor-${consumer}`);

/**
 * How far one consumer has come, kept across restarts. One writer for each name. It is replaced as a whole: after a
 * crash it is the old one or the new one, and a consumer must bear to see the rows between the two again.
 */
export class Cursor {
  readonly #path: string;
  readonly #log: Log;
  #seq: number | undefined;

  /** As `cursorPath`. */
  constructor(dir: string, consumer: string, log: Log) {
    this.#path = cursorPath(dir, consumer);
    this.#log = log;
  }

  /** The last row that the consumer is done with; 0 when it has not begun. */
  get(): number {
    this.#seq ??= this.#read();
    return this.#seq;
  }

  /** Never goes back: an older seq changes nothing. */
  set(seq: number): void {
    if (seq > this.get()) this.#write(seq);
  }

  /**
   * Rows after `head` are not there: the journal came from an older backup than this cursor. Which rows the consumer has
   * seen is not known any more, so it begins at the first again.
   */
  notBeyond(head: number): void {
    if (this.get() <= head) return;
    this.#log.error(
      { file: this.#path, cursor: this.get(), head },
      'the journal is older than what a consumer has seen of it (a restored backup?): it is read again from its first row',
    );
    this.#write(0);
  }

  #write(seq: number): void {
    const unfinished = `${this.#path}.new`;
    const file = openSync(unfinished, 'w');
    try {
      writeSync(file, `${seq}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, this.#path);
    this.#seq = seq;
  }

  #read(): number {
    if (!existsSync(this.#path)) return 0;
    const text = readFileSync(this.#path, 'utf8').trim();
    if (/^\d{1,15}$/.test(text)) return Number(text);
    this.#log.error(
      { file: this.#path },
      'a cursor cannot be read: its consumer begins at the first row again',
    );
    return 0;
  }
}
