import { readdirSync } from 'node:fs';
import type { Subject } from './trial.ts';

const SUFFIX = '.trials.ts';

/** Every subject of this folder, by name. */
export async function loadSubjects(): Promise<readonly Subject[]> {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(SUFFIX));
  const modules = await Promise.all(
    files.sort().map((file) => import(`./${file}`) as Promise<{ readonly subject: Subject }>),
  );
  return modules.map(({ subject }) => subject);
}
