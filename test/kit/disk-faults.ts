import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Kinds of calls, as the C source numbers them. `change`: truncate, rename, unlink, mkdir. `open`: to write. */
const OPS = { write: 1, sync: 2, open: 4, read: 8, change: 16 } as const;
type Op = keyof typeof OPS;

/** errno of Linux: /usr/include/asm-generic/errno-base.h */
const ERRORS = { EIO: 5, ENOSPC: 28, EROFS: 30 } as const;

/** What goes wrong with calls on files whose path contains `path`. */
export interface DiskFault {
  readonly path: string;
  readonly ops: readonly Op[];
  /** Left out: the call succeeds, after the delay. */
  readonly error?: keyof typeof ERRORS;
  readonly delayMs?: number;
  /** A write stops after so many bytes and the process dies there. */
  readonly tornAt?: number;
  /** How many calls are hit; for ever when left out. */
  readonly times?: number;
  /** Bytes that may still be written before the error comes. */
  readonly room?: number;
}

const RULES = 16;
const RULE_BYTES = 256;
const PATH_AT = 40;
const HITS_AT = 32;

const SOURCE = fileURLToPath(new URL('./disk-faults.c', import.meta.url));
const COMPILER = '/usr/bin/gcc';

/** A disk that fails as it is told, under a process that was started with `env`. */
export class DiskFaults {
  readonly #fd: number;
  readonly #file: string;
  #rules = 0;

  /** `file` is made: the rules stand in it, shared with the process. */
  constructor(file: string) {
    this.#file = file;
    this.#fd = openSync(file, 'w+');
    writeSync(this.#fd, Buffer.alloc(RULES * RULE_BYTES));
  }

  /** Without a compiler there is none of this. */
  static get available(): boolean {
    return process.platform === 'linux' && existsSync(COMPILER) && existsSync('/usr/include/stdlib.h');
  }

  /** For the process whose disk it is. */
  get env(): NodeJS.ProcessEnv {
    return { LD_PRELOAD: library(), HYGATE_DISK_FAULTS: this.#file };
  }

  /** From now on, beside those that are there. Returns how often it has struck. */
  begin(fault: DiskFault): () => number {
    const at = this.#rules++ * RULE_BYTES;
    if (this.#rules > RULES) throw new Error(`more than ${RULES} faults: end the old ones first`);
    const rule = encode(fault);
    // The kinds last: they turn it on.
    writeSync(this.#fd, rule, 4, RULE_BYTES - 4, at + 4);
    writeSync(this.#fd, rule, 0, 4, at);
    return () => {
      const hits = Buffer.alloc(8);
      readSync(this.#fd, hits, 0, 8, at + HITS_AT);
      return Number(hits.readBigInt64LE());
    };
  }

  /** The disk is well again. */
  end(): void {
    for (let rule = 0; rule < RULES; rule++) writeSync(this.#fd, Buffer.alloc(4), 0, 4, rule * RULE_BYTES);
    this.#rules = 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** As a kernel answers when it has mounted the disk read-only after an error. */
export const readOnly = (path: string): DiskFault => ({
  path,
  ops: ['write', 'open', 'change'],
  error: 'EROFS',
});

function encode({ path, ops, error, delayMs = 0, tornAt = -1, times = -1, room = -1 }: DiskFault): Buffer {
  const rule = Buffer.alloc(RULE_BYTES);
  if (Buffer.byteLength(path) >= RULE_BYTES - PATH_AT) throw new Error(`${path} is too long for a rule`);
  rule.writeUInt32LE(
    ops.reduce((sum, op) => sum | OPS[op], 0),
    0,
  );
  rule.writeInt32LE(error === undefined ? 0 : ERRORS[error], 4);
  rule.writeUInt32LE(delayMs, 8);
  rule.writeInt32LE(tornAt, 12);
  rule.writeBigInt64LE(BigInt(times), 16);
  rule.writeBigInt64LE(BigInt(room), 24);
  rule.write(path, PATH_AT);
  return rule;
}

/** Compiled once for this source. */
function library(): string {
  const version = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16);
  const dir = join(tmpdir(), 'hygate-disk-faults');
  const path = join(dir, `${version}.so`);
  if (existsSync(path)) return path;
  mkdirSync(dir, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  execFileSync(COMPILER, ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', unfinished, SOURCE, '-ldl']);
  renameSync(unfinished, path);
  return path;
}
