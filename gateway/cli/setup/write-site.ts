import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HygateError } from '#model/errors';
import { loadSite } from '../../config/load-site.ts';
import { formatMistakes } from '../../config/mistakes.ts';
import type { Plugins } from '../../plugins.ts';
import type { Answers } from '../../setup/answers.ts';
import { type Secret, secretsOf, siteText } from '../../setup/site-text.ts';

/** What a setup writes. */
export interface SetupFiles {
  readonly site: string;
  readonly env: string;
}

/** The site file, and that of its secrets beside it. */
export const filesOf = (site: string): SetupFiles => ({ site, env: `${site.replace(/\.ya?ml$/, '')}.env` });

/** Throws `request-invalid` when one of them is there. An empty one holds nobody's work: first-use.sh makes such. */
export function refuseExisting({ site, env }: SetupFiles): void {
  const there = [site, env].find((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0);
  if (there === undefined) return;
  throw new HygateError(
    'request-invalid',
    `${there} is there already: give another --out, or --force to replace it`,
  );
}

/** Nothing, unless `hygate check` would find no mistake. Returns what to do next. */
export async function writeSite(answers: Answers, files: SetupFiles, plugins: Plugins): Promise<string[]> {
  const text = siteText(answers);
  const secrets = secretsOf(answers);
  const folder = dirname(resolve(files.site));
  const loaded = loadSite(text, {
    ...plugins,
    env: { ...process.env, ...Object.fromEntries(secrets.map(({ variable }) => [variable, 'to come'])) },
    readFile: (path) => readFileSync(resolve(folder, path), 'utf8'),
  });
  if ('mistakes' in loaded)
    throw new HygateError(
      'config-invalid',
      `nothing was written, because the site file would have mistakes\n${formatMistakes(loaded.mistakes, files.site)}`,
    );
  if (secrets.length > 0) await replace(files.env, envText(secrets), 0o600);
  await replace(files.site, text, 0o640);
  return nextSteps(files, secrets, loaded.hints.length === 0 ? '' : formatMistakes(loaded.hints, files.site));
}

/** What is ours is made here; what others gave is to be filled in. */
const envText = (secrets: readonly Secret[]): string =>
  secrets
    .flatMap(({ variable, what, isOurs }) => [
      `# ${what}${isOurs ? '; made here: set the same in the device' : ': fill it in, between the quotes'}`,
      `${variable}='${isOurs ? randomBytes(18).toString('base64url') : ''}'`,
    ])
    .concat('')
    .join('\n');

async function replace(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.part`, text, { mode: 0o600 });
  // The command's umask would take the group's right away, by which a service reads its site file.
  await chmod(`${file}.part`, mode);
  await rename(`${file}.part`, file);
}

function nextSteps(files: SetupFiles, secrets: readonly Secret[], hints: string): string[] {
  const blank = secrets.filter(({ isOurs }) => !isOurs).map(({ variable }) => variable);
  return [
    `${files.site}: written and checked.`,
    ...(hints === '' ? [] : [hints]),
    ...(secrets.length === 0
      ? []
      : [
          `${files.env}: ${secrets.length} secrets, for the gateway’s environment; guard it. An installed gateway reads /etc/hygate/site.env itself; a shell does by:`,
          `  ${sourced(files.env)}`,
        ]),
    ...(blank.length === 0 ? [] : [`Fill in: ${blank.join(', ')}`]),
    `Next: hygate check ${quoted(files.site)}`,
  ];
}

/** To be pasted: folders have spaces. */
const sourced = (env: string): string => `set -a; . ${quoted(env.includes('/') ? env : `./${env}`)}; set +a`;
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
