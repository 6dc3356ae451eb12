import { type EpochMs, parseDuration } from '#model/time';
import type { Question } from '../../grafana/question.ts';
import type { Sheet } from '../../grafana/sheet.ts';
import { answerByForce, type Rows, type Series } from './answer-by-force.ts';
import { type ChosenVariable, filledQuery, intervalOf, type TimeRange } from './filled-query.ts';
import type { DashboardJson, PanelJson } from './schema-check.ts';

/** A query as it stands in the file of a dashboard, and what stands behind it. */
export interface PanelQuery {
  readonly dashboard: string;
  /** Title of the panel, name of the annotation. */
  readonly where: string;
  readonly kind: 'panel' | 'annotation';
  readonly text: string;
  readonly question: Question;
  /** Of a panel. */
  readonly panel: PanelJson | null;
  readonly refId: string;
}

/** What the person has set above the dashboard. */
export interface Setting {
  readonly name: string;
  readonly range: TimeRange;
  readonly variables: readonly ChosenVariable[];
}

/** Every query of the file, in its order, with the question of the same place. */
export function queriesOf(sheet: Sheet, file: DashboardJson): readonly PanelQuery[] {
  const dashboard = sheet.file.replace('.json', '');
  const json = file as unknown as DashboardFile;
  const places = json.panels.filter(({ type }) => type !== 'row');
  const panels = sheet.panels.flatMap(({ targets }, place) => {
    const panel = places[place];
    return targets.map(({ question, refId }, index) => ({
      ...{
        dashboard,
        kind: 'panel' as const,
        where: panel?.title ?? '',
        question,
        refId,
        panel: panel ?? null,
      },
      text: panel?.targets?.[index]?.query ?? '',
    }));
  });
  const annotations = sheet.annotations.map(({ question, refId }, index) => ({
    ...{ dashboard, kind: 'annotation' as const, question, refId, panel: null },
    where: json.annotations.list[index]?.name ?? '',
    text: json.annotations.list[index]?.target.query ?? '',
  }));
  return [...panels, ...annotations];
}

/** How many there are in the file, whatever the sheet says. */
export function countOf(file: DashboardJson): number {
  const { panels, annotations } = file as unknown as DashboardFile;
  const targets = panels.flatMap((panel) => panel.targets ?? []);
  return targets.length + annotations.list.length;
}

interface DashboardFile {
  readonly panels: readonly (PanelJson & {
    readonly title: string;
    readonly targets?: readonly { readonly query: string }[];
  })[];
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly target: { readonly query: string } }[];
  };
}

/** The page is so wide that a column of the grid has room for so many points. */
const POINTS_PER_COLUMN = 60;

/** The text that Grafana sends. */
export function sent({ text, panel }: PanelQuery, { range, variables }: Setting): string {
  return filledQuery(text, variables, asked(panel, range));
}

/** What must come back. */
export function expected(rows: Rows, { question, panel }: PanelQuery, setting: Setting): readonly Series[] {
  const chosen = setting.variables.map(
    ({ name, chosen }) => [name, 'all' in chosen ? null : chosen] as const,
  );
  const variables = Object.fromEntries(chosen);
  return answerByForce(rows, question, { ...asked(panel, setting.range), variables });
}

/** A panel may look at the last minutes only, and has a least width of its buckets. */
function asked(panel: PanelJson | null, { from, to }: TimeRange): TimeRange & { readonly interval: string } {
  const { timeFrom, interval, maxDataPoints, gridPos } = (panel ?? {}) as Partial<Sized>;
  const range = { from: timeFrom === undefined ? from : begin(to, timeFrom), to };
  const points = maxDataPoints ?? (gridPos?.w ?? 24) * POINTS_PER_COLUMN;
  return { ...range, interval: intervalOf(range, points, parseDuration(interval ?? '1ms') ?? 1) };
}

const begin = (to: EpochMs, timeFrom: string): EpochMs => to - (parseDuration(timeFrom) ?? Number.NaN);

interface Sized {
  readonly timeFrom: string;
  readonly interval: string;
  readonly maxDataPoints: number;
  readonly gridPos: { readonly w: number };
}
