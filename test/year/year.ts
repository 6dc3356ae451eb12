/*
 * `npm run alarms:year`: a simulated year of the hospital through the real rules, the real evaluator and the real
 * announcer, judged by what really happened. `-- --days 30` is shorter; `--density 10` has ten times as many incidents;
 * `--seed N` is the same year again, `--cases` names what was missed, late or false. Exits with 1 when a claim does not hold.
 */
import { parseArgs } from 'node:util';
import { msText } from '../kit/table.ts';
import { judgeYear } from './judgement.ts';
import { casesOf, claimsOf, reportOf } from './report.ts';
import { runYear } from './run-year.ts';
import { yearSite } from './year-site.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '365' },
    density: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
    cases: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
console.log(`seed ${seed}`);
const begun = performance.now();
const record = runYear({
  ...(await yearSite()),
  ...{ days: Number(values.days), density: Number(values.density), seed },
  say: (line) => console.log(`${line}, ${msText(performance.now() - begun)}`),
});
const judgement = judgeYear(record);
console.log(reportOf(record, judgement));
if (values.cases) console.log(casesOf(judgement).join('\n'));
console.log(`\nlived in ${msText(performance.now() - begun)}, seed ${seed}`);
process.exitCode = claimsOf(record, judgement).every(({ holds }) => holds) ? 0 : 1;
