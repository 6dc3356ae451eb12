import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HygateError } from '#model/errors';
import type { Site } from '#model/site';
import { loadSite } from './config/load-site.ts';
import { formatMistakes } from './config/mistakes.ts';
import { loadPlugins, type Plugins } from './plugins.ts';

export interface SiteFile {
  readonly site: Site;
  /** What is allowed but should be looked at, a line each. */
  readonly hints: readonly string[];
}

/** A thousand devices take about 300 kB. Reading YAML takes time and memory many times the file's size. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Text of a file that a person writes. Throws `config-unreadable`. */
export async function readText(file: string, what = 'a site file'): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new HygateError(
      'config-unreadable',
      `${file} cannot be read (${error.code}): give the path of ${what}`,
    );
  });
  if (bytes.length > MOST_BYTES) {
    const megabytes = (bytes.length / 1e6).toFixed(0);
    throw new HygateError(
      'config-unreadable',
      `${file} has ${megabytes} MB; ${what} has at most 4: is it the right file?`,
    );
  }
  // An editor on a Chinese Windows may save GBK: every name would be rubble, and nothing would say so.
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new HygateError('config-unreadable', `${file} is not UTF-8 (GBK, perhaps): save it as UTF-8`);
}

/**
 * The site of a file, checked. Throws `config-unreadable`, or `config-invalid` whose message names every mistake
 * with its line. `file:` secrets are found from the site file's own folder.
 */
export async function readSite(file: string, plugins?: Plugins): Promise<SiteFile> {
  const text = await readText(file);
  const folder = dirname(resolve(file));
  const loaded = loadSite(text, {
    ...(plugins ?? (await loadPlugins())),
    env: process.env,
    readFile: (path) => readFileSync(resolve(folder, path), 'utf8'),
  });
  if ('site' in loaded) {
    return { site: loaded.site, hints: loaded.hints.map((hint) => formatMistakes([hint], file)) };
  }
  const count = loaded.mistakes.length;
  throw new HygateError(
    'config-invalid',
    `${count} ${count === 1 ? 'mistake' : 'mistakes'}, nothing was started\n${formatMistakes(loaded.mistakes, file)}`,
  );
}
