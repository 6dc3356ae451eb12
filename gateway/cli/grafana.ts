import { chmod, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Language } from '#model/text';
import { dashboardsOf, sheetText } from '../../grafana/dashboards.ts';
import { HYGATE_TAG } from '../../grafana/links.ts';
import { loadPlugins } from '../plugins.ts';
import { readSiteWithoutSecrets } from '../site-file.ts';
import type { Command } from './command.ts';

export const command: Command = {
  synopsis: 'FILE --out DIR [--language zh|en] [--check]',
  summary: 'writes Grafana dashboards of a site; --check says whether those in DIR are still the same',
  async run(args) {
    const { file, out, language, check } = asked(args);
    const plugins = await loadPlugins();
    const { site } = await readSiteWithoutSecrets(file, plugins);
    const sheets = dashboardsOf({ site, drivers: plugins.drivers, language });
    const wanted = new Map(sheets.map((sheet) => [sheet.file, sheetText(sheet)]));
    const panels = sheets.reduce((sum, sheet) => sum + sheet.panels.length, 0);
    const what = `${wanted.size} dashboards, ${panels} panels`;
    try {
      const stale = await staleFiles(wanted, out, site.id);
      return await (check ? compare : replace)({ wanted, stale, out, what });
    } catch (error) {
      throw folderError(error, out);
    }
  },
};

/** What the file system refuses is the user's to mend. */
const folderError = (error: unknown, out: string): unknown =>
  error instanceof Error && 'syscall' in error
    ? new HygateError(
        'request-invalid',
        `--out ${out} cannot be used (${error.message}): give a folder that you may write`,
      )
    : error;

function asked(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      language: { type: 'string', default: 'zh' },
      check: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  const { out, language, check } = values;
  if (file === undefined || positionals.length > 1 || out === undefined)
    throw new HygateError(
      'request-invalid',
      'give a site file and a folder: hygate grafana site.yaml --out DIR',
    );
  if (!isLanguage(language))
    throw new HygateError('request-invalid', `--language is zh or en, not "${language}"`);
  return { file, out, language, check };
}

const isLanguage = (text: string): text is Language => text === 'zh' || text === 'en';

/** Grafana runs as another user; nothing in a dashboard is secret. */
const READABLE = { folder: 0o755, file: 0o644 };

async function write(wanted: ReadonlyMap<string, string>, out: string): Promise<void> {
  if ((await mkdir(out, { recursive: true })) !== undefined) await chmod(out, READABLE.folder);
  for (const [file, text] of wanted) {
    await writeFile(join(out, file), text);
    await chmod(join(out, file), READABLE.file);
  }
}

/** What is to be written, and what lies there. */
interface Folder {
  readonly wanted: ReadonlyMap<string, string>;
  readonly stale: readonly string[];
  readonly out: string;
  readonly what: string;
}

async function replace({ wanted, stale, out, what }: Folder): Promise<number> {
  await write(wanted, out);
  for (const stray of stale) await unlink(join(out, stray));
  process.stdout.write(`${out}: ${what}.\n`);
  return 0;
}

async function compare({ wanted, stale, out, what }: Folder): Promise<number> {
  const different = [...stale];
  for (const [file, text] of wanted) if ((await written(join(out, file))) !== text) different.push(file);
  const result =
    different.length === 0
      ? `${what}: as they should be`
      : `not as they should be: ${different.join(', ')}. Without --check they are written anew`;
  process.stdout.write(`${out}: ${result}.\n`);
  return different.length === 0 ? 0 : 1;
}

/** Dashboards of this site from an earlier run that it no longer has. Whatever else lies there is left alone. */
async function staleFiles(
  wanted: ReadonlyMap<string, string>,
  out: string,
  siteId: string,
): Promise<readonly string[]> {
  const files = (await readdir(out).catch(orMissing<string[]>([]))).filter((file) => file.endsWith('.json'));
  const stale: string[] = [];
  for (const file of files)
    if (!wanted.has(file) && isDashboardOf(siteId, await written(join(out, file)))) stale.push(file);
  return stale;
}

function isDashboardOf(siteId: string, text: string): boolean {
  try {
    const { tags } = JSON.parse(text) as { tags?: unknown };
    return Array.isArray(tags) && tags.includes(HYGATE_TAG) && tags.includes(siteId);
  } catch {
    return false;
  }
}

const written = (file: string): Promise<string> => readFile(file, 'utf8').catch(orMissing(''));

/** What stands for a file or folder that is not there. */
const orMissing =
  <Value>(value: Value) =>
  (error: NodeJS.ErrnoException): Value => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
