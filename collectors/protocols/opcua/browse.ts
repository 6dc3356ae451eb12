import {
  AttributeIds,
  BrowseDirection,
  type ClientSession,
  type DataValue,
  NodeClass,
  type ReferenceDescription,
} from 'node-opcua-client';
import type { OpcuaLink } from '#model/site';
import { MINUTE } from '#model/time';
import { connect, type OpcuaDeps, readValues } from './connection.ts';

/** A variable of a server. */
export interface FoundNode {
  /** With its namespace's URI, as a site file writes it. */
  readonly node: string;
  readonly name: string;
  /** As it was read; null when it is neither a number nor a truth value. */
  readonly value: number | null;
  /** As the server shows it, `°C`; null where it does not. */
  readonly unit: string | null;
}

/** More than any device that we know has; a building's whole server is told by hand. */
const MOST_NODES = 2_000;
const READ_AT_ONCE = 50;
const OBJECTS = 'i=85';
/** What a server says of itself. */
const SERVER = 'i=2253';
const NAMESPACES = 'i=2255';
const FORWARD = { browseDirection: BrowseDirection.Forward, includeSubtypes: true, resultMask: 63 } as const;

/** Goes through the server's objects, breadth first, and reads each variable once. Rejects with a `Down`. */
export async function browseOpcua(link: OpcuaLink, deps: OpcuaDeps): Promise<FoundNode[]> {
  const connection = await connect({ ...deps, link, every: MINUTE, signal: new AbortController().signal });
  try {
    const { session } = connection;
    const [known] = await readValues(session, [NAMESPACES]);
    const uris: unknown = known?.value.value;
    const variables = await variablesOf(session);
    return await describe(session, variables, Array.isArray(uris) ? uris.map(String) : []);
  } finally {
    await connection.close();
  }
}

/** Breadth first; exported for its test. */
export async function variablesOf(session: ClientSession): Promise<ReferenceDescription[]> {
  const [seen, waiting] = [new Set([OBJECTS, SERVER]), [OBJECTS]];
  const variables: ReferenceDescription[] = [];
  for (let at = waiting.shift(); at !== undefined && seen.size < MOST_NODES; at = waiting.shift()) {
    for (const reference of await childrenOf(session, at)) {
      const id = reference.nodeId.toString();
      if (seen.has(id) || seen.size >= MOST_NODES) continue;
      seen.add(id);
      if (reference.nodeClass === NodeClass.Variable && reference.nodeId.namespace > 0)
        variables.push(reference);
      waiting.push(id);
    }
  }
  return variables;
}

const childrenOf = (session: ClientSession, node: string): Promise<ReferenceDescription[]> =>
  referencesOf(session, node, {
    referenceTypeId: 'HierarchicalReferences',
    nodeClassMask: NodeClass.Object | NodeClass.Variable,
  });

async function referencesOf(
  session: ClientSession,
  nodeId: string,
  what: { readonly referenceTypeId: string; readonly nodeClassMask: number },
): Promise<ReferenceDescription[]> {
  const first = await session.browse({ nodeId, ...FORWARD, ...what });
  const references = [...(first.references ?? [])];
  // A server that always has one more is asked no more often than it may have nodes.
  for (let more = first.continuationPoint, asked = 1; more?.length > 0 && asked < MOST_NODES; asked += 1) {
    if (references.length >= MOST_NODES) break;
    const next = await session.browseNext(more, false);
    references.push(...(next.references ?? []));
    more = next.continuationPoint;
  }
  return references;
}

async function describe(
  session: ClientSession,
  variables: readonly ReferenceDescription[],
  uris: readonly string[],
): Promise<FoundNode[]> {
  const found: FoundNode[] = [];
  const values = await valuesOf(session, variables);
  for (const [index, { nodeId, displayName, browseName }] of variables.entries()) {
    const uri = uris[nodeId.namespace];
    if (uri === undefined) continue;
    found.push({
      node: `nsu=${uri.replaceAll('%', '%25').replaceAll(';', '%3B')};${nodeId.toString().replace(/^ns=\d+;/, '')}`,
      name: displayName.text ?? browseName.name ?? nodeId.toString(),
      value: numberOf(values[index]?.value.value),
      unit: await unitOf(session, nodeId.toString()),
    });
  }
  return found;
}

/** In calls that any server takes. */
async function valuesOf(
  session: ClientSession,
  variables: readonly ReferenceDescription[],
): Promise<DataValue[]> {
  const values: DataValue[] = [];
  for (let first = 0; first < variables.length; first += READ_AT_ONCE) {
    const nodes = variables.slice(first, first + READ_AT_ONCE).map(({ nodeId }) => nodeId.toString());
    values.push(...(await readValues(session, nodes)));
  }
  return values;
}

/** The property EngineeringUnits (Part 8, 5.3.2.3). */
async function unitOf(session: ClientSession, node: string): Promise<string | null> {
  const what = { referenceTypeId: 'HasProperty', nodeClassMask: NodeClass.Variable };
  const properties = await referencesOf(session, node, what);
  const units = properties.find(({ browseName }) => browseName.name === 'EngineeringUnits');
  if (units === undefined) return null;
  const data = await session.read({ nodeId: units.nodeId, attributeId: AttributeIds.Value });
  const shown: unknown = data.value.value?.displayName?.text;
  return typeof shown === 'string' && shown !== '' ? shown : null;
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
