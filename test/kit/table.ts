/** A cell: text as it is, numbers with at most three digits that mean something. */
export type Cell = string | number | null;

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Sentences below it. */
  readonly notes?: readonly string[];
}

/** A Markdown table whose columns stand under each other in a terminal, too. */
export function formatTable({ title, head, rows, notes = [] }: Table): string {
  const lines = [head, ...rows.map((row) => row.map(cellText))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
  const rule = widths.map((width) => '-'.repeat(width)).join(' | ');
  const [first = '', ...rest] = text;
  const table = [first, rule, ...rest].map((line) => `| ${line} |`);
  return ['', `### ${title}`, '', ...table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

export function cellText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  const size = Math.abs(cell);
  if (size === 0 || (Number.isInteger(cell) && size < 1000)) return String(cell);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return cell.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Milliseconds in the unit that suits them. */
export const msText = (ms: number): string =>
  ms >= 1000
    ? `${(ms / 1000).toFixed(2)} s`
    : ms >= 1
      ? `${ms.toFixed(1)} ms`
      : `${(ms * 1000).toFixed(0)} µs`;
