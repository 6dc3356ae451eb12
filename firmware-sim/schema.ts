/*
 * JSON Schema as plain data, read by `typebox/schema`: it checks and infers like typebox's own builders and loads in a
 * third of their time, which is time until the simulator is ready.
 */

/** For the type system a list of one, which may be any of them: it infers nothing from a list of unknown length. */
const members = <Name extends string>(names: readonly Name[]) => names as unknown as readonly [Name];

export const text = { type: 'string' } as const;
export const number = { type: 'number' } as const;
export const anything = {} as const;

/** An object with the keys of `must`, and perhaps those of `may`. */
export function object<const Must extends object, const May extends object = Record<never, never>>(
  must: Must,
  may?: May,
) {
  const properties = { ...must, ...may } as Must & May;
  const required = members(Object.keys(must) as (keyof Must & string)[]);
  return { type: 'object' as const, properties, required };
}

/** As `object`, and no other key. */
export const closed = <const Must extends object, const May extends object = Record<never, never>>(
  must: Must,
  may?: May,
) => ({ ...object(must, may), additionalProperties: false as const });

/** One text, or one in each language. */
export const name = { anyOf: [text, closed({ zh: text, en: text })] } as const;

export const list = <const Item extends object>(items: Item) => ({ type: 'array' as const, items });

/** One of these texts. */
export const oneOf = <const Name extends string>(names: readonly Name[]) => ({ enum: members(names) });

export const integer = <const Bounds extends { readonly minimum: number; readonly maximum?: number }>(
  bounds: Bounds,
) => ({ type: 'integer' as const, ...bounds });
