import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './segment.ts';

const OWNER_ONLY = 0o600;

/** Durable when it returns. Not whole until then: for a name that nobody reads yet. */
export function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', OWNER_ONLY);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** After a crash it is the old file or the new one, whole. */
export function replaceFile(path: string, text: string): void {
  writeDurably(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  syncFolder(dirname(path));
}
