import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Language } from '#model/text';
import { exitCode, linesOf } from '../doctor/diagnosis.ts';
import type { Command } from './command.ts';
import { diagnose } from './examinations/diagnose.ts';
import type { PatientOptions } from './examinations/patient.ts';
import { languageOf } from './language.ts';
import { serverAddress } from './server-address.ts';

export const command: Command = {
  synopsis: 'SITE [--data DIR] [--url URL] [--language zh|en] [--json]',
  summary: 'says what is wrong with a site and what to do; exit code 0 fine, 1 warnings, 2 faults',
  async run(args) {
    const { options, language, json } = wishesOf(args);
    const findings = await diagnose(options);
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
  if (file === undefined || positionals.length > 1) {
    throw new HygateError('request-invalid', 'give one site file: hygate doctor site.yaml');
  }
  const language = languageOf(values.language);
  const url =
    values.url === undefined
      ? undefined
      : serverAddress(values.url, { option: '--url', example: 'http://127.0.0.1:8080' });
  return { options: { file, dataDir: resolve(values.data), url }, language, json: values.json };
}
