/** The part of a panel's JSON that says how its fields look. */
export interface Looks {
  readonly displayName?: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly color?: { readonly mode: string; readonly fixedColor?: string };
  readonly mappings?: readonly Mapping[];
  readonly thresholds?: { readonly steps: readonly Step[] };
  readonly [custom: `custom.${string}`]: unknown;
}

export interface Step {
  readonly value: number | null;
  readonly color: string;
}

export interface Mapping {
  readonly type: 'value' | 'range' | 'regex' | 'special';
  readonly options: Readonly<Record<string, unknown>>;
}

export interface FieldConfigJson {
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly {
    readonly matcher: { readonly id: string; readonly options?: unknown };
    readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
  }[];
}

/** Which field it is, as Grafana's matchers ask. */
export interface FieldName {
  readonly name: string;
  readonly refId: string;
}

/** The defaults of the panel, and over them every override that means the field, in order. */
export function looksOf({ defaults = {}, overrides = [] }: FieldConfigJson, field: FieldName): Looks {
  const { custom = {}, ...plain } = defaults;
  const customs = Object.entries(custom as object).map(([name, value]) => [`custom.${name}`, value]);
  const own = overrides
    .filter(({ matcher }) => means(matcher, field))
    .flatMap(({ properties }) => properties);
  return { ...plain, ...Object.fromEntries([...customs, ...own.map(({ id, value }) => [id, value])]) };
}

function means(
  { id, options }: { readonly id: string; readonly options?: unknown },
  field: FieldName,
): boolean {
  if (id === 'byName') return options === field.name;
  if (id === 'byRegexp') return new RegExp(String(options).replace(/^\/|\/$/g, '')).test(field.name);
  if (id === 'byFrameRefID') return options === field.refId;
  throw new Error(`the pictures do not know the matcher ${id}`);
}
