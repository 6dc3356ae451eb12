import { type Quantity, quantities } from '#model/quantity';
import { browseOpcua, type FoundNode } from '../../../collectors/protocols/opcua/browse.ts';
import { faceOf, type ServerFace } from '../../../collectors/protocols/opcua/endpoints.ts';
import type { SourceDeps } from '../../../collectors/sources.ts';
import type { Plugins } from '../../plugins.ts';
import type { NodeAnswer } from '../../setup/answers.ts';
import type { Finding, ScanReport } from '../../setup/finding.ts';
import { idFrom } from '../../setup/identifier.ts';
import type { ScanTarget } from '../../setup/scan-target.ts';
import { OPCUA_PASSWORD } from '../../setup/site-text.ts';
import { trialDevice } from './trial-site.ts';

export type OpcuaTarget = Extract<ScanTarget, { kind: 'opcua' }>;

/** More nodes are chosen by hand. */
const MOST_POINTS = 60;
/** Points that stand in the site file. */
const GENERIC = 'opcua';

/** Looks at the server's certificate, goes through its nodes, and finds the drivers whose nodes are all there. */
export async function scanOpcua(
  target: OpcuaTarget,
  plugins: Plugins,
  deps: SourceDeps,
): Promise<ScanReport> {
  const { url, user } = target;
  try {
    const face = await faceOf(url, deps);
    const nodes = await nodesOf(target, face, { plugins, deps });
    const certificate = face.encrypts ? face.certificate : null;
    const place = { connect: url, user, certificate, isPlain: !face.encrypts };
    const known = [...plugins.drivers.values()].filter(
      ({ protocol, points }) => protocol === 'opcua' && points !== 'site',
    );
    const findings = known.flatMap((driver): Finding[] => {
      const wanted = driver.protocol === 'opcua' && driver.points !== 'site' ? driver.points : [];
      const there = wanted.filter(({ opcua }) => nodes.some(({ node }) => node === opcua.node)).length;
      if (there === 0 || there < wanted.length) return [];
      const why = `All ${wanted.length} nodes of the driver are on the server.`;
      return [
        {
          ...place,
          driver: driver.name,
          title: `${driver.title.zh} ${driver.title.en}`,
          why,
          others: [],
          points: [],
        },
      ];
    });
    return findings.length > 0 ? { findings, remarks: [] } : generic(place, nodes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { findings: [], remarks: [`${url} could not be looked at: ${why}`] };
  }
}

type Place = Pick<Finding, 'connect' | 'user' | 'certificate' | 'isPlain'>;

/** Nobody has written a driver for it: its numbers become points, for a person to sort out. */
function generic(place: Place, nodes: readonly FoundNode[]): ScanReport {
  const numbers = nodes.filter(({ value }) => value !== null);
  if (numbers.length === 0)
    return { findings: [], remarks: [`${place.connect} has no variable with a number`] };
  const points: NodeAnswer[] = [];
  for (const found of numbers.slice(0, MOST_POINTS)) {
    const key = idFrom(found.name, 'point', new Set(points.map((point) => point.key)));
    points.push({ key, name: found.name, quantity: quantityOf(found.unit), node: found.node });
  }
  const left = numbers.length - points.length;
  const why = `No driver knows it. ${points.length} variables that hold a number: keep what is wanted, and say what each measures (quantity).`;
  return {
    findings: [{ ...place, driver: GENERIC, title: 'OPC UA', why, others: [], points }],
    remarks: left === 0 ? [] : [`${place.connect}: ${left} more variables were left out`],
  };
}

/** By the unit alone, where only one quantity has it; a number else. */
function quantityOf(unit: string | null): Quantity {
  const same = Object.entries(quantities).filter(
    ([, spec]) => unit !== null && unit !== '' && (spec.symbol === unit || spec.unit === unit),
  );
  return same.length === 1 ? (same[0]?.[0] as Quantity) : 'number';
}

async function nodesOf(
  { url, user }: OpcuaTarget,
  { certificate, encrypts }: ServerFace,
  { plugins, deps }: { readonly plugins: Plugins; readonly deps: SourceDeps },
): Promise<FoundNode[]> {
  const driver = [...plugins.drivers.values()].find(
    ({ protocol, points }) => protocol === 'opcua' && points !== 'site',
  );
  const login = user === null ? {} : { user, password: passwordFor(url) };
  const security = { ...(encrypts ? { server: certificate } : { mode: 'None' }), ...login };
  const device = trialDevice(plugins, { driver: driver?.name ?? '', connect: url, security });
  if (device?.link.protocol !== 'opcua') throw new Error('it is no address of an OPC UA server');
  return browseOpcua({ ...device.link, points: [] }, deps);
}

function passwordFor(url: string): string {
  const password = process.env[OPCUA_PASSWORD];
  if (password !== undefined && password !== '') return password;
  throw new Error(`the environment has no ${OPCUA_PASSWORD} to log in to ${url} with`);
}
