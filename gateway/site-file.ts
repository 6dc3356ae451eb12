import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Site } from '#model/site';
import type { Text } from '#model/text';
import { loadSite } from './config/load-site.ts';
import { sayMistake } from './config/mistakes.ts';
import type { SecretSources } from './config/secrets.ts';
import { loadPlugins, type Plugins } from './plugins.ts';
import { RefusedFile } from './refused-file.ts';

export interface SiteFile {
  readonly site: Site;
  /** What is allowed but should be looked at, a line each. */
  readonly hints: readonly Text[];
}

/** A thousand devices take about 300 kB. Reading YAML takes time and memory many times the file's size. */
const MOST_BYTES = 4 * 1024 * 1024;

const SITE_FILE: Text = { zh: '站点文件', en: 'a site file' };

/** Text of a file that a person writes. Throws `config-unreadable`. */
export async function readText(file: string, what = SITE_FILE): Promise<string> {
  const bytes = await readFile(file).catch(({ code }: NodeJS.ErrnoException) => {
    throw unreadable({
      zh: `${file} 无法读取（${code}）：请给出${what.zh}的路径`,
      en: `${file} cannot be read (${code}): give the path of ${what.en}`,
    });
  });
  if (bytes.length > MOST_BYTES) {
    const megabytes = (bytes.length / 1e6).toFixed(0);
    throw unreadable({
      zh: `${file} 有 ${megabytes} MB；${what.zh}最多 4 MB：是这个文件吗？`,
      en: `${file} has ${megabytes} MB; ${what.en} has at most 4: is it the right file?`,
    });
  }
  // An editor on a Chinese Windows may save GBK: every name would be rubble, and nothing would say so.
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw unreadable({
    zh: `${file} 不是 UTF-8（可能是 GBK）：请另存为 UTF-8`,
    en: `${file} is not UTF-8 (GBK, perhaps): save it as UTF-8`,
  });
}

const unreadable = (sentence: Text): RefusedFile => new RefusedFile('config-unreadable', [sentence]);

/**
 * The site of a file, checked. Throws a RefusedFile: `config-unreadable`, or `config-invalid` that names every mistake
 * with its line. `file:` secrets are found from the site file's own folder.
 */
export async function readSite(file: string, plugins?: Plugins): Promise<SiteFile> {
  const text = await readText(file);
  return loaded(file, text, { ...(plugins ?? (await loadPlugins())), ...secretsAt(file) });
}

/** In place of a secret that is not at hand: in the form of an address, because some secrets are one. */
const NO_SECRET = 'https://secret.invalid/not-given';

/** The same for what needs no secret: those that are not at hand are nothing of use. Throws as `readSite`. */
export async function readSiteWithoutSecrets(file: string, plugins: Plugins): Promise<SiteFile> {
  const text = await readText(file);
  const { env, readFile } = secretsAt(file);
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, NO_SECRET]);
  const orNothing = (path: string): string => {
    try {
      return readFile(path);
    } catch {
      return NO_SECRET;
    }
  };
  return loaded(file, text, {
    ...plugins,
    env: { ...Object.fromEntries(names), ...env },
    readFile: orNothing,
  });
}

const secretsAt = (file: string): SecretSources => ({
  env: process.env,
  readFile: (path) => readFileSync(resolve(dirname(resolve(file)), path), 'utf8'),
});

function loaded(file: string, text: string, world: Parameters<typeof loadSite>[1]): SiteFile {
  const result = loadSite(text, world);
  if ('site' in result)
    return { site: result.site, hints: result.hints.map((hint) => sayMistake(hint, file)) };
  const count = result.mistakes.length;
  const summary = {
    zh: `有 ${count} 处错误，什么也没有启动`,
    en: `${count} ${count === 1 ? 'mistake' : 'mistakes'}, nothing was started`,
  };
  const mistakes = result.mistakes.map((mistake) => sayMistake(mistake, file));
  throw new RefusedFile('config-invalid', [summary, ...mistakes]);
}
