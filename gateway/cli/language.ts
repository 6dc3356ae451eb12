import { HygateError } from '#model/errors';
import type { Language } from '#model/text';

const LANGUAGES: readonly Language[] = ['zh', 'en'];

/** As the machine's user reads: `zh_CN.UTF-8`. */
export const machineLanguage = ({ LC_ALL, LANG }: NodeJS.ProcessEnv = process.env): Language =>
  (LC_ALL || LANG || '').startsWith('zh') ? 'zh' : 'en';

/** As `--language` asks for, else the machine's. Throws `request-invalid` when it is none of ours. */
export function languageOf(asked: string | undefined, machine: Language = machineLanguage()): Language {
  if (asked === undefined) return machine;
  const language = LANGUAGES.find((each) => each === asked);
  if (language !== undefined) return language;
  throw new HygateError('request-invalid', `--language is zh or en, not "${asked}"`);
}
