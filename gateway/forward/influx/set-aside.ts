import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EpochMs } from '#model/time';

export type AsideReason = 'invalid-line' | 'too-large';

/** What InfluxDB will never take, and why it was set aside. */
export interface Aside {
  readonly reason: AsideReason;
  /** What the server said of it. */
  readonly said: string;
  /** The line as it was sent. */
  readonly line: string;
}

/** A file of JSON lines that only grows; a line in it is on disk when `add` resolves. */
export class SetAside {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async add(rows: readonly Aside[], at: EpochMs): Promise<void> {
    if (rows.length === 0) return;
    const text = rows.map((row) => `${JSON.stringify({ at: new Date(at).toISOString(), ...row })}\n`);
    await mkdir(dirname(this.#path), { recursive: true });
    const file: FileHandle = await open(this.#path, 'a', 0o600);
    try {
      await file.appendFile(text.join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
