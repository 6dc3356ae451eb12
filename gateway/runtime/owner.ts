import { lchownSync, statSync } from 'node:fs';

/** What root makes in somebody's folder becomes theirs: a service does not run as root. Nothing for any other user. */
export function giveToOwnerOf(dir: string, paths: readonly string[]): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dir);
  for (const path of paths) lchownSync(path, uid, gid);
}
