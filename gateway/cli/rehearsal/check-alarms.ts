import { HygateError } from '#model/errors';
import type { Site } from '#model/site';
import { formatMistakes } from '../../config/mistakes.ts';
import { readText } from '../../site-file.ts';
import { compare, linesOf } from './lines.ts';
import { readCases } from './read-cases.ts';
import { rehearse } from './rehearse.ts';
import type { Script } from './script.ts';

/** Runs the cases of a file and prints what happens; resolves with the exit code. Throws for a file with mistakes. */
export async function checkAlarms(site: Site, file: string): Promise<number> {
  const read = readCases(await readText(file, 'a file of cases'), site);
  if ('mistakes' in read) {
    const count = read.mistakes.length;
    const said = `${count} ${count === 1 ? 'mistake' : 'mistakes'} in the cases, none was run`;
    throw new HygateError('config-invalid', `${said}\n${formatMistakes(read.mistakes, file)}`);
  }
  const verdicts = read.scripts.map((script) => run(site, script));
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  const wrong = count('not as expected');
  const said = [`${count('as expected')} as expected`, `${wrong} not`, `${count('shown')} only shown`];
  process.stdout.write(
    `\n${verdicts.length} ${verdicts.length === 1 ? 'case' : 'cases'}: ${said.join(', ')}.\n`,
  );
  return wrong === 0 ? 0 : 1;
}

type Verdict = 'as expected' | 'not as expected' | 'shown';

function run(site: Site, script: Script): Verdict {
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
    `${script.title}: ${verdict}`,
    ...(lines.length === 0 ? ['    nothing happens'] : told),
    ...missing.map((line) => `  - ${line.trim()}`),
  ];
  process.stdout.write(`${report.join('\n')}\n`);
  return verdict;
}
