import type { DataValue } from 'node-opcua-client';
import { type OpcuaConnection, readValues } from './connection.ts';

/** What came of one read of all points of a device. */
export interface ReadAll {
  /** One for each point; undefined where the server does not know the point's namespace. */
  readonly values: readonly (DataValue | undefined)[];
  readonly requests: number;
}

/** Reads all points in as few requests as the server allows, one in flight. */
export async function readAll({ session, nodes, readLimit }: OpcuaConnection): Promise<ReadAll> {
  const known = nodes.filter((node) => node !== undefined);
  const found: DataValue[] = [];
  let requests = 0;
  for (let from = 0; from < known.length; from += readLimit) {
    found.push(...(await readValues(session, known.slice(from, from + readLimit))));
    requests += 1;
  }
  let next = 0;
  return { values: nodes.map((node) => (node === undefined ? undefined : found[next++])), requests };
}
