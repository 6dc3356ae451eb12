/** A fenced block: its language, the words after it, and its text without the fences. */
export interface Fence {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

const FENCE = /^( *)```(.*)$/;

/** The fenced blocks of a page, in its order. */
export function fencesOf(markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly info: string; readonly lines: string[]; readonly line: number } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { info: fence[2] ?? '', lines: [], line: index + 2 };
    else {
      const [language = '', ...words] = open.info.trim().split(/\s+/);
      fences.push({ language, words, text: open.lines.map((text) => `${text}\n`).join(''), line: open.line });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`the fence before line ${open.line} is never closed`);
  return fences;
}

/** The page with every line of a fenced block empty: lines keep their numbers. */
function prose(markdown: string): string {
  let inside = false;
  const keep = (line: string): string => {
    const fence = FENCE.test(line);
    if (fence) inside = !inside;
    return fence || inside ? '' : line;
  };
  return markdown.split('\n').map(keep).join('\n');
}

/** Text of the headings, in order. */
export const headingsOf = (markdown: string): readonly string[] =>
  [...prose(markdown).matchAll(/^#{1,6} +(.*?)\s*#*$/gm)].map(([, text = '']) => text);

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = headingsOf(markdown).map((heading) => {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set(anchors);
}

const slugOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');

/** Links and pictures that lead somewhere, code left out. */
export function linksOf(markdown: string): readonly Link[] {
  const lines = prose(markdown).split('\n');
  return lines.flatMap((text, index) =>
    [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
      ...{ target, line: index + 1 },
    })),
  );
}

/** What stands in `code` and in fenced blocks, with its line. */
export function codeOf(markdown: string): readonly { readonly text: string; readonly line: number }[] {
  const spans = prose(markdown)
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ text: code, line: index + 1 })),
    );
  const fenced = fencesOf(markdown).flatMap(({ text, line }) =>
    text.split('\n').map((code, index) => ({ text: code, line: line + index })),
  );
  return [...spans, ...fenced];
}
