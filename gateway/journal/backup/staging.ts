import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HygateError } from '#model/errors';
import { giveToOwnerOf } from '../../runtime/owner.ts';
import { syncFolder } from '../segment.ts';

/** What is restored lies here until it is whole: inside the target, which may be a volume of its own. */
const STAGING = 'restore.part';
/** A file system's own. */
const IGNORED: ReadonlySet<string> = new Set(['lost+found']);
const JOURNAL = 'journal';

/** Throws `data-dir-unusable` when a restore into the folder was begun and has not ended. */
export function refuseUnfinished(dir: string): void {
  if (!existsSync(join(dir, STAGING))) return;
  throw unusable(
    `a restore into ${dir} was begun and has not ended: run hygate restore once more, to its end`,
  );
}

/**
 * The place where a data folder is put together. Until `install` is over a gateway refuses the target, and the next
 * restore begins anew; what there is then was put there by a restore, as the target was empty before.
 */
export class Staging {
  readonly dir: string;
  readonly #to: string;
  readonly #isNew: boolean;

  /** Throws `data-dir-unusable` when there is anything in the target. */
  constructor(to: string) {
    this.#to = to;
    this.#isNew = !existsSync(to);
    this.dir = join(to, STAGING);
  }

  /** Throws `data-dir-unusable` when there is anything in the target but what an earlier restore left unfinished. */
  open(): void {
    if (this.#isNew) mkdirSync(this.#to, { recursive: true, mode: 0o700 });
    if (!statSync(this.#to).isDirectory())
      throw unusable(`${this.#to} is no folder: give an empty one, or a new one`);
    const names = this.#names();
    if (names.includes(STAGING)) this.#empty();
    else if (names[0] !== undefined)
      throw unusable(
        `${this.#to} is not empty (${names[0]}): nothing is ever replaced; give an empty folder, or a new one`,
      );
    mkdirSync(this.dir, { mode: 0o700 });
  }

  /** Files belong to whom the folder belongs: root restores for the user that runs the gateway. */
  giveToOwner(): void {
    const paths = ['.', ...readdirSync(this.dir, { recursive: true, encoding: 'utf8' })];
    giveToOwnerOf(
      this.#to,
      paths.map((path) => join(this.dir, path)),
    );
  }

  /** The journal last: without it the folder is none on which anything starts. */
  install(): void {
    const names = readdirSync(this.dir).filter((name) => name !== JOURNAL);
    for (const name of [...names, JOURNAL]) {
      renameSync(join(this.dir, name), join(this.#to, name));
      syncFolder(this.#to);
    }
    rmdirSync(this.dir);
    syncFolder(this.#to);
  }

  /** Nothing was restored. */
  discard(): void {
    if (this.#isNew) rmSync(this.#to, { recursive: true, force: true });
    else if (existsSync(this.dir)) this.#empty();
  }

  #empty(): void {
    for (const name of this.#names()) rmSync(join(this.#to, name), { recursive: true, force: true });
  }

  #names(): string[] {
    return readdirSync(this.#to).filter((name) => !IGNORED.has(name));
  }
}

const unusable = (text: string): HygateError => new HygateError('data-dir-unusable', text);
