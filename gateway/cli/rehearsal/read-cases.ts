import type { Site, SitePoint } from '#model/site';
import { DAY, type EpochMs, formatDuration, type Ms } from '#model/time';
import { conform } from '../../config/conform.ts';
import { MEND_YAML } from '../../config/load-site.ts';
import { type Mistake, Mistakes, type Path } from '../../config/mistakes.ts';
import { suggest } from '../../config/nearest.ts';
import { nodeOf } from '../../config/schema-node.ts';
import { readSource } from '../../config/source.ts';
import { ms } from '../../config/world.ts';
import { type ActFile, type CaseFile, CasesFile } from './cases-file.ts';
import { noPoint, planAct } from './plan-act.ts';
import type { Script } from './script.ts';
import { parseValues, type Sample, UnreadableValues } from './values.ts';

/** Each second of it is judged: a month takes seconds. */
const LONGEST: Ms = 31 * DAY;

/** The cases of a text against a site; or every mistake, in the order of the lines. Never throws. */
export function readCases(
  text: string,
  site: Site,
): { readonly scripts: readonly Script[] } | { readonly mistakes: readonly Mistake[] } {
  const { value, syntax, locate } = readSource(text);
  const mistakes = new Mistakes(locate);
  const broken = syntax.map((mistake) => ({ path: '', fix: MEND_YAML, ...mistake }));
  if (value === undefined) return { mistakes: broken };
  const file = conform(nodeOf(CasesFile), value, [], {
    mistakes,
    secret: (reference) => reference,
    choose: ([first = {}]) => first,
  }) as CasesFile | undefined;
  const reader = new CaseReader(site, mistakes);
  const scripts = (file ?? []).map((each, index) => reader.read(each, [index]));
  const found = [...broken, ...mistakes.inOrder()];
  return found.length > 0 ? { mistakes: found } : { scripts };
}

class CaseReader {
  readonly #site: Site;
  readonly #mistakes: Mistakes;
  readonly #points: ReadonlyMap<string, SitePoint>;
  readonly #people: ReadonlySet<string>;

  constructor(site: Site, mistakes: Mistakes) {
    this.#site = site;
    this.#mistakes = mistakes;
    this.#points = new Map(site.devices.flatMap(({ points }) => points.map((point) => [point.id, point])));
    this.#people = new Set(site.people.flatMap(({ id, user }) => (user === undefined ? [id] : [id, user])));
  }

  read(file: CaseFile, path: Path): Script {
    const every = Math.max(1, ms(file.every));
    const series = new Map(
      Object.entries(file.values).map(([point, values]) => [
        point,
        this.#series(point, values, [...path, 'values', point]),
      ]),
    );
    const longest = Math.max(0, ...[...series.values()].map((samples) => samples.length * every));
    const length = file.for === undefined ? longest : ms(file.for);
    if (series.size === 0) {
      const message = { zh: '没有写测点', en: 'name no point' };
      this.#mistakes.add([...path, 'values'], message, { zh: '请写一个测点的值', en: 'give values of one' });
    }
    if (length > LONGEST) {
      const [takes, most] = [formatDuration(length), formatDuration(LONGEST)];
      const message = { zh: `长达 ${takes}`, en: `takes ${takes}` };
      this.#mistakes.add(path, message, { zh: `最多 ${most}`, en: `at most ${most}` });
    }
    const from = this.#start(file, path);
    const acts = file.acts.flatMap((act, place) => {
      const at = [...path, 'acts', place];
      this.#checkAct(act, { length, path: at });
      return planAct(act, { from, path: at, points: this.#points, mistakes: this.#mistakes }) ?? [];
    });
    return { title: file.title, from, length, every, series, acts, expect: file.expect ?? null };
  }

  #start({ start }: CaseFile, path: Path): EpochMs {
    try {
      return Temporal.PlainDateTime.from(start).toZonedDateTime(this.#site.timeZone).epochMilliseconds;
    } catch {
      const at = [...path, 'start'];
      const message = { zh: `没有 ${start} 这个时刻`, en: `there is no moment ${start}` };
      this.#mistakes.add(at, message, { zh: '请写日历上有的日期', en: 'give a day of the calendar' });
      return 0;
    }
  }

  #series(point: string, values: string, path: Path): Sample[] {
    if (!this.#points.has(point)) {
      this.#mistakes.add(path, noPoint(point), suggest(point, this.#points.keys()));
    }
    try {
      return parseValues(values);
    } catch (error) {
      if (!(error instanceof UnreadableValues)) throw error;
      const example = '"5x10 5~9x5 9.2x40 _x3 bx2"';
      this.#mistakes.add(path, error.said, { zh: `应写成如 ${example}`, en: `write such as ${example}` });
      return [];
    }
  }

  #checkAct({ at, by }: ActFile, { length, path }: { readonly length: Ms; readonly path: Path }): void {
    if (ms(at) > length) {
      const message = { zh: '晚于用例的结束', en: 'is after the end of the case' };
      this.#mistakes.add([...path, 'at'], message, { zh: '请写 for: …', en: 'give for: …' });
    }
    if (this.#people.has(by)) return;
    const message = { zh: `站点没有人员 "${by}"`, en: `the site has no person "${by}"` };
    this.#mistakes.add([...path, 'by'], message, suggest(by, this.#people));
  }
}
