import type { Language, Text } from '#model/text';

/** The way to a value: keys of mappings and places in lists. */
export type Path = readonly (string | number)[];

export interface Position {
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a site file, where, and what would be right. */
export interface Mistake extends Position {
  /** `devices[1].driver`; empty for the file as a whole. */
  readonly path: string;
  readonly message: Text;
  /** What would be right; null where the message says it. */
  readonly fix: Text | null;
}

/** A mistake whose place is not known yet. */
export interface Problem {
  readonly message: Text;
  readonly fix: Text;
}

export const pathText = (path: Path): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');

/**
 * The mistakes found so far. The first at a path stands: what a later check says about a value that is known to be
 * wrong, or about something inside it, is noise.
 */
export class Mistakes {
  readonly #locate: (path: Path) => Position;
  readonly #found = new Map<string, Mistake>();
  readonly #broken = new Set<string>();

  constructor(locate: (path: Path) => Position) {
    this.#locate = locate;
  }

  add(path: Path, message: Text, fix: Text | null = null): void {
    const ways = path.map((_, depth) => pathText(path.slice(0, depth + 1)));
    if (ways.some((way) => this.#found.has(way))) return;
    const text = pathText(path);
    this.#found.set(text, { ...this.#locate(path), path: text, message, fix });
    for (const way of ['', ...ways]) this.#broken.add(way);
  }

  /** Something at the path, or in it, is wrong. */
  broken(path: Path): boolean {
    return this.#broken.has(pathText(path));
  }

  /** In the order of their lines. */
  inOrder(): readonly Mistake[] {
    return [...this.#found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** One line a mistake: `site.yaml:12:5  devices[1].driver: there is no driver "frigde"; did you mean …`. */
export const formatMistakes = (
  mistakes: readonly Mistake[],
  fileName: string,
  language: Language = 'en',
): string => mistakes.map((mistake) => sayMistake(mistake, fileName)[language]).join('\n');

/** The line of one mistake. */
export function sayMistake({ line, column, path, message, fix }: Mistake, fileName: string): Text {
  const place = `${fileName}:${line}:${column}  `;
  const [zh, en] = path === '' ? ['', ''] : [`${path}：`, `${path}: `];
  return {
    zh: `${place}${zh}${message.zh}${fix === null ? '' : `；${fix.zh}`}`,
    en: `${place}${en}${message.en}${fix === null ? '' : `; ${fix.en}`}`,
  };
}
