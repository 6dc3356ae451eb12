/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands at `data.calls.0.id`; undefined where the way ends. */
export function valueAt(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Readonly<Record<string, unknown>>)[key];
  }, json);
}

/** A text or number as text; undefined for anything else. */
export const textAt = (json: unknown, path: string): string | undefined => {
  const value = valueAt(json, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};
