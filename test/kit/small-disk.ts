import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A real file system of a few MiB in memory, and another program that fills it. */
export class SmallDisk {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** Undefined where nothing may be mounted. */
  static mount(dir: string, mebibytes: number): SmallDisk | undefined {
    mkdirSync(dir, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    return new SmallDisk(dir);
  }

  get free(): number {
    const { bavail, bsize } = statfsSync(this.dir);
    return bavail * bsize;
  }

  /** Fills the disk until no more than `left` bytes are free. */
  fill(left: number): void {
    const file = openSync(join(this.dir, 'foreign'), 'a');
    try {
      for (const block of [2 ** 20, 4096]) {
        const bytes = Buffer.alloc(block, 1);
        while (this.free - block >= left && writeSync(file, bytes) > 0);
      }
    } catch (error) {
      // The gateway writes, too: the last block may find no room. It is full, that was the wish.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
  }

  /** The other program goes away with what it wrote. */
  empty(): void {
    rmSync(join(this.dir, 'foreign'), { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.dir]);
  }
}
