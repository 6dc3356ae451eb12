import type { Site } from '#model/site';
import type { Language, Text } from '#model/text';
import { sayMistake } from '../../config/mistakes.ts';
import { RefusedFile } from '../../refused-file.ts';
import { readText } from '../../site-file.ts';
import { compare, linesOf } from './lines.ts';
import { readCases } from './read-cases.ts';
import { rehearse } from './rehearse.ts';
import type { Script } from './script.ts';

const CASES_FILE: Text = { zh: '用例文件', en: 'a file of cases' };

/**
 * Runs the cases of a file and prints what happens; resolves with the exit code. Throws a RefusedFile for one with
 * mistakes. The lines of what happens are in no language: they are those that stand under `expect`.
 */
export async function checkAlarms(site: Site, file: string, language: Language): Promise<number> {
  const read = readCases(await readText(file, CASES_FILE), site);
  if ('mistakes' in read) {
    const count = read.mistakes.length;
    const summary = {
      zh: `用例有 ${count} 处错误，一个也没有运行`,
      en: `${count} ${count === 1 ? 'mistake' : 'mistakes'} in the cases, none was run`,
    };
    const mistakes = read.mistakes.map((mistake) => sayMistake(mistake, file));
    throw new RefusedFile('config-invalid', [summary, ...mistakes]);
  }
  const verdicts = read.scripts.map((script) => run(site, script, language));
  process.stdout.write(`\n${summaryOf(verdicts)[language]}\n`);
  return verdicts.includes('not as expected') ? 1 : 0;
}

type Verdict = 'as expected' | 'not as expected' | 'shown';

const VERDICTS: Readonly<Record<Verdict, Text>> = {
  'as expected': { zh: '符合预期', en: 'as expected' },
  'not as expected': { zh: '不符合预期', en: 'not as expected' },
  shown: { zh: '仅列出', en: 'shown' },
};

const NOTHING: Text = { zh: '什么也没有发生', en: 'nothing happens' };

function summaryOf(verdicts: readonly Verdict[]): Text {
  const all = verdicts.length;
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  const [right, wrong, shown] = [count('as expected'), count('not as expected'), count('shown')];
  return {
    zh: `${all} 个用例：${right} 个符合预期，${wrong} 个不符合，${shown} 个仅列出。`,
    en: `${all} ${all === 1 ? 'case' : 'cases'}: ${right} as expected, ${wrong} not, ${shown} only shown.`,
  };
}

function run(site: Site, script: Script, language: Language): Verdict {
  const lines = linesOf(rehearse(site, script));
  const { missing, unexpected } = compare(lines, script.expect ?? lines);
  const verdict =
    script.expect === null
      ? 'shown'
      : missing.length + unexpected.length === 0
        ? 'as expected'
        : 'not as expected';
  const told = lines.map((line) => `${unexpected.includes(line) ? '  + ' : '    '}${line}`);
  const report = [
    '',
    `${script.title}${language === 'zh' ? '：' : ': '}${VERDICTS[verdict][language]}`,
    ...(lines.length === 0 ? [`    ${NOTHING[language]}`] : told),
    ...missing.map((line) => `  - ${line.trim()}`),
  ];
  process.stdout.write(`${report.join('\n')}\n`);
  return verdict;
}
