import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';

const SECTOR_BYTES = 512;

/** An ext4 of its own in a file, so that what is written to it can be counted below the file system. */
export class LoopDisk {
  readonly dir: string;
  readonly #image: string;

  private constructor(dir: string, image: string) {
    this.dir = dir;
    this.#image = image;
  }

  /** Undefined where nothing may be mounted: then the folder lies on the disk that is there. */
  static mount(dir: string, mebibytes: number): LoopDisk | undefined {
    const image = `${dir}.img`;
    mkdirSync(dir, { recursive: true });
    const file = openSync(image, 'w');
    ftruncateSync(file, mebibytes * 2 ** 20);
    closeSync(file);
    try {
      execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
      execFileSync('mount', ['-o', 'loop', image, dir], { stdio: 'ignore' });
    } catch {
      rmSync(image);
      return undefined;
    }
    return new LoopDisk(dir, image);
  }

  /** Bytes that the device below has written, all of the file system's own among them. */
  written(): number {
    execFileSync('sync', ['-f', this.dir]);
    const { dev } = statSync(this.dir);
    // Linux packs the number of a device into 64 bits: major in bits 8-19, minor in bits 0-7 and from 20 on.
    const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
    const fields = readFileSync(`/sys/dev/block/${major}:${minor}/stat`, 'utf8').trim().split(/\s+/);
    return Number(fields[6]) * SECTOR_BYTES;
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.dir]);
    rmSync(this.#image);
  }
}
