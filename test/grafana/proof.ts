import type { Sheet } from '../../grafana/sheet.ts';
import type { Series } from './answer-by-force.ts';
import { ask, type Backend } from './backend.ts';
import type { DayStage } from './day-stage.ts';
import { difference } from './difference.ts';
import { expected, type PanelQuery, queriesOf, type Setting, sent } from './panel-queries.ts';
import type { DashboardJson } from './schema-check.ts';
import { settingsOf } from './settings.ts';

/** A dashboard and the file of it. */
export interface Filed {
  readonly sheet: Sheet;
  readonly file: DashboardJson;
}

export interface Proof {
  readonly words: string;
  /** Dashboard, panel, setting, who answered, what is wrong, the query. */
  readonly differences: readonly string[];
  /** Queries to which no setting has any answer: they prove nothing. */
  readonly mute: readonly string[];
}

/** So many queries are under way at once. */
const AT_ONCE = 4;

/** Asks every query in every setting of both and compares the answers with those of brute force. */
export async function proof(dashboards: readonly Filed[], stage: DayStage): Promise<Proof> {
  const queries = dashboards.flatMap(({ sheet, file }) => {
    const settings = settingsOf(file, stage);
    return queriesOf(sheet, file).map((query) => ({ query, settings }));
  });
  const judge = new Judge(stage);
  const differences: string[] = [];
  const rest = queries
    .flatMap(({ query, settings }) => settings.map((setting) => ({ query, setting })))
    .values();
  const work = async () => {
    for (const { query, setting } of rest) differences.push(...(await judge.differences(query, setting)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const panels = new Set(queries.flatMap(({ query }) => query.panel ?? []));
  const counted = `${dashboards.length} dashboards, ${panels.size} panels, ${queries.length} queries`;
  const verdict =
    differences.length === 0 ? 'equal to the journal on both back ends' : `${differences.length} differences`;
  const mute = queries.filter(({ query }) => !judge.told.has(query)).map(({ query }) => nameOf(query));
  return {
    words: `${counted}: ${verdict} (${judge.compared} answers compared, ${judge.empty} of them empty, ${judge.values} rows)`,
    ...{ differences, mute },
  };
}

const nameOf = ({ dashboard, kind, where, refId }: PanelQuery): string =>
  `${dashboard}, ${kind} “${where}” ${refId}`;

interface Verdict {
  /** There is something to be said. */
  readonly isTold: boolean;
  readonly wrong: readonly string[];
}

class Judge {
  readonly #stage: DayStage;
  /** Panels of several dashboards ask the same. */
  readonly #known = new Map<string, Promise<Verdict>>();
  /** Queries to which something is to be said. */
  readonly told = new Set<PanelQuery>();
  compared = 0;
  values = 0;
  empty = 0;

  constructor(stage: DayStage) {
    this.#stage = stage;
  }

  async differences(query: PanelQuery, setting: Setting): Promise<readonly string[]> {
    const text = sent(query, setting);
    const key = `${query.kind} ${JSON.stringify(query.question)} ${text}`;
    const found =
      this.#known.get(key) ?? this.#judge(query, expected(this.#stage.rows, query, setting), text);
    this.#known.set(key, found);
    const { isTold, wrong } = await found;
    if (isTold) this.told.add(query);
    return wrong.map((each) => `${nameOf(query)}, ${setting.name}: ${each}\n  ${text}`);
  }

  async #judge(query: PanelQuery, must: readonly Series[], text: string): Promise<Verdict> {
    const { influx, gateway } = this.#stage;
    if (must.length === 0) this.empty += 2;
    const method = query.kind === 'panel' ? 'POST' : 'GET';
    const asked = [influx, gateway].map((backend) =>
      this.#compare(backend, must, ask(backend, text, method)),
    );
    return { isTold: must.length > 0, wrong: (await Promise.all(asked)).flat() };
  }

  async #compare(
    { name }: Backend,
    must: readonly Series[],
    answer: Promise<readonly Series[]>,
  ): Promise<readonly string[]> {
    this.compared += 1;
    const wrong = await answer.then(
      (is) => {
        this.values += is.reduce((sum, { values }) => sum + values.length, 0);
        return difference(must, is);
      },
      (error: Error) => error.message,
    );
    return wrong === null ? [] : [`${name}: ${wrong}`];
  }
}
