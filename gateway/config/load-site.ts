import type { Site } from '#model/site';
import type { Text } from '#model/text';
import { type Conforming, conform, isMapping } from './conform.ts';
import { type Mistake, Mistakes } from './mistakes.ts';
import { resolveSite } from './resolve-site.ts';
import { nodeOf, type SchemaNode } from './schema-node.ts';
import { readSecret } from './secrets.ts';
import { SiteFile } from './site-file.ts';
import { readSource } from './source.ts';
import type { Known, World } from './world.ts';

/** A site that can run, with words about what is not wrong but strange; or every mistake of the file, in its order. */
export type Loaded =
  | { readonly site: Site; readonly hints: readonly Mistake[] }
  | { readonly mistakes: readonly Mistake[] };

/** Reads a site file. Pure but for `readFile`, by which it reads the secrets that stand in files. Never throws. */
export function loadSite(text: string, known: Known): Loaded {
  const { value, syntax, locate } = readSource(text);
  const mistakes = new Mistakes(locate);
  const hints = new Mistakes(locate);
  const lines = text.split('\n');
  const written = syntax.map((mistake) => ({
    path: '',
    fix: fixOf(lines[mistake.line - 1] ?? ''),
    ...mistake,
  }));
  if (value === undefined) return { mistakes: written };
  const world: World = { ...known, mistakes, hints };
  const conforming: Conforming = {
    mistakes,
    secret: (reference) => readSecret(reference, known),
    choose: (variants, given) => chooseForm(variants, given, known),
  };
  const file = conform(nodeOf(SiteFile), value ?? {}, [], conforming) as SiteFile;
  if (mistakes.broken([]) && !isMapping(value)) return { mistakes: mistakes.inOrder() };
  const site = resolveSite(file, world, conforming);
  const found = [...written, ...mistakes.inOrder()].sort((a, b) => a.line - b.line || a.column - b.column);
  return found.length > 0 ? { mistakes: found } : { site, hints: hints.inOrder() };
}

/** What a Chinese keyboard writes for `: , { } [ ] "` looks right and is not YAML. */
const FULL_WIDTH = /[：，｛｝［］“”]/;

const fixOf = (line: string): Text => (FULL_WIDTH.test(line) ? TYPE_ASCII : MEND_YAML);

const TYPE_ASCII: Text = {
  zh: '此行有全角符号；请用英文输入法输入 : , { } [ ] 和 "',
  en: 'this line has full-width signs; type : , { } [ ] and " with an English keyboard',
};

export const MEND_YAML: Text = { zh: '请改正 YAML', en: 'mend the YAML' };

/** A device has the form of its driver's protocol; anything else that which fits its type and most of its keys. */
function chooseForm(variants: readonly SchemaNode[], value: unknown, { drivers }: Known): SchemaNode {
  const [first = {}] = variants;
  if (!isMapping(value)) return variants.find(({ type }) => type === typeof value) ?? first;
  const protocol = drivers.get(String(value['driver']))?.protocol;
  const named = variants.find((variant) => protocol !== undefined && variant.protocol === protocol);
  if (named !== undefined) return named;
  const keysIn = ({ properties = {} }: SchemaNode) =>
    Object.keys(value).filter((key) => Object.hasOwn(properties, key));
  const mappings = variants.filter(({ type }) => type === 'object');
  return mappings.reduce(
    (best, each) => (keysIn(each).length > keysIn(best).length ? each : best),
    mappings[0] ?? first,
  );
}
