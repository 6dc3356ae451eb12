import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

const BLOCK_BYTES = 2 ** 18;

/**
 * A file that only takes up room, so that there is some to be had when another program has filled the disk. Real
 * bytes that no file system can leave out or pack.
 */
export class Ballast {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get there(): boolean {
    return existsSync(this.#file);
  }

  /** Throws what the disk says; then nothing of it is left. */
  async make(bytes: number): Promise<void> {
    const unfinished = `${this.#file}.new`;
    try {
      await write(unfinished, bytes);
      await rename(unfinished, this.#file);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  /** At once: somebody waits for the room. */
  release(): void {
    rmSync(this.#file, { force: true });
  }
}

async function write(file: string, bytes: number): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await fill(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, bytes: number): Promise<void> {
  for (let written = 0; written < bytes; written += BLOCK_BYTES) {
    await handle.write(randomBytes(Math.min(BLOCK_BYTES, bytes - written)));
  }
}
