import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Text } from '#model/text';
import type { Path, Position } from './mistakes.ts';
import { yamlWords } from './yaml-words.ts';

/** A YAML text, its value, and where in it everything stands. */
export interface Source {
  /** Undefined when the text cannot be read at all. */
  readonly value: unknown;
  readonly syntax: readonly (Position & { readonly message: Text })[];
  /** The key of a mapping's entry, the first character of a list's. What is missing: where it should be. */
  locate(path: Path): Position;
}

/** More than a person would write; fewer than an attack that folds a file of gigabytes into a few lines needs. */
const MOST_ALIASES = 1000;

export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // 'silent' would also keep quiet about a second document.
    logLevel: 'error',
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const { errors, warnings } = document;
  const syntax = [...errors, ...warnings].map((each) => ({ ...at(each.pos[0]), message: yamlWords(each) }));
  const locate = (path: Path) => at(offsetOf(document, path));
  const readable = errors.every(({ code }) => code === 'DUPLICATE_KEY');
  try {
    return { value: readable ? document.toJS({ maxAliasCount: MOST_ALIASES }) : undefined, syntax, locate };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const message = { zh: `YAML 无法展开（${said}）`, en: said };
    const dangling = danglingAliases(document).map(({ offset, name }) => ({
      ...at(offset),
      message: {
        zh: `此行之上没有锚点 &${name}`,
        en: `there is no anchor &${name} above this line`,
      },
    }));
    const excess = dangling.length === 0 ? [{ line: 1, column: 1, message }] : dangling;
    return { value: undefined, syntax: [...syntax, ...excess], locate };
  }
}

function danglingAliases(document: Document.Parsed): { offset: number; name: string }[] {
  const found: { offset: number; name: string }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined)
        found.push({ offset: alias.range?.[0] ?? 0, name: alias.source });
    },
  });
  return found;
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of path) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    const entry = entryOf(target, step);
    if (entry === undefined) break;
    offset = entry.offset ?? offset;
    node = entry.value;
  }
  return offset;
}

function entryOf(
  node: unknown,
  step: string | number,
): { offset: number | undefined; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step] as Node | undefined;
    return item === undefined ? undefined : { offset: item.range?.[0], value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair && { offset: (pair.key as Node).range?.[0], value: pair.value };
}
