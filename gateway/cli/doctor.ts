import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Language } from '#model/text';
import { realClock } from '#model/time';
import { exitCode, languageOf, linesOf, worstFirst } from '../doctor/diagnosis.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { badSiteFile } from '../doctor/reach.ts';
import type { Command } from './command.ts';
import { examinationsOf } from './examinations/examinations.ts';
import { meet, type PatientOptions } from './examinations/patient.ts';

export const command: Command = {
  synopsis: 'SITE [--data DIR] [--url URL] [--language zh|en] [--json]',
  summary: 'says what is wrong with a site and what to do; exit code 0 fine, 1 warnings, 2 faults',
  async run(args) {
    const { options, language, json } = wishesOf(args);
    const findings = worstFirst(await diagnose(options));
    const said = json ? [JSON.stringify({ findings }, null, 2)] : linesOf(findings, language);
    process.stdout.write(`${said.join('\n')}\n`);
    return exitCode(findings);
  },
};

interface Wishes {
  readonly options: PatientOptions;
  readonly language: Language;
  readonly json: boolean;
}

function wishesOf(args: readonly string[]): Wishes {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], allowPositionals: true },
    options: {
      data: { type: 'string', default: 'data' },
      url: { type: 'string' },
      language: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  const language = languageOf(values.language, process.env['LC_ALL'] || process.env['LANG'] || '');
  if (file === undefined || positionals.length > 1 || language === undefined) {
    throw new HygateError('request-invalid', 'give one site file: hygate doctor site.yaml --language zh');
  }
  if (values.url !== undefined && !/^https?:\/\//.test(values.url)) {
    throw new HygateError(
      'request-invalid',
      `--url must be an address such as http://127.0.0.1:8080, not "${values.url}"`,
    );
  }
  return { options: { file, dataDir: resolve(values.data), url: values.url }, language, json: values.json };
}

async function diagnose(options: PatientOptions): Promise<readonly Finding[]> {
  try {
    return await examine(examinationsOf(await meet(options)), realClock);
  } catch (error) {
    if (!(error instanceof HygateError)) throw error;
    // One line a mistake.
    return error.message.split('\n').map(badSiteFile);
  }
}
