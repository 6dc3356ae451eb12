import { createHash } from 'node:crypto';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from 'node-opcua-client';
import { OPCUAServer } from 'node-opcua-server';
import type { OpcuaAddress, OpcuaPoint } from '#model/driver';
import type { Part } from '#model/part';
import { quantitySpec } from '#model/quantity';
import type { Clock } from '#model/time';
import type { SimDevice } from '../device.ts';
import { type NodeAddress, parseNode } from './node.ts';

type Space = NonNullable<OPCUAServer['engine']['addressSpace']>;
type Namespace = ReturnType<Space['getOwnNamespace']>;
type Variable = ReturnType<Namespace['addVariable']>;

export interface StationOptions {
  readonly host: string;
  /** Keeps its keys and certificate, so that its fingerprint stays. */
  readonly pkiDir: string;
  readonly user: string;
  readonly password: string;
  readonly clock: Clock;
}

/** A device on this server with its points' nodes. */
interface Resident {
  readonly device: SimDevice;
  readonly points: readonly OpcuaPoint[];
  variables: Variable[];
}

/**
 * An OPC UA server, as a cold-chain cabinet or a station in front of several has: SignAndEncrypt with
 * Basic256Sha256, a user with a password. Its address space is laid out from the drivers' node ids.
 */
export class OpcuaStation implements Part {
  readonly name = 'opcua-station';
  readonly #options: StationOptions;
  readonly #residents: Resident[] = [];
  #certificates: OPCUACertificateManager | undefined;
  #server: OPCUAServer | undefined;
  #port = 0;
  #fingerprint = '';

  constructor(options: StationOptions) {
    this.#options = options;
  }

  get url(): string {
    return `opc.tcp://${this.#options.host}:${this.#port}`;
  }

  get user(): string {
    return this.#options.user;
  }

  get password(): string {
    return this.#options.password;
  }

  /** SHA-256 of the server's certificate, lower-case hex; known after the first start. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** False when another device here already has one of these nodes. */
  hasRoomFor(points: readonly OpcuaPoint[]): boolean {
    const taken = new Set(this.#residents.flatMap((resident) => resident.points.map(nodeOf)));
    return !points.some((point) => taken.has(nodeOf(point)));
  }

  /** Before the first start. */
  add(device: SimDevice, points: readonly OpcuaPoint[]): void {
    this.#residents.push({ device, points, variables: [] });
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const { host, pkiDir, user, password } = this.#options;
    // Any client may come: who it is says its user name. The gateway's own check of this server is what counts.
    const certificates = new OPCUACertificateManager({
      rootFolder: pkiDir,
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
    this.#certificates = certificates;
    await certificates.initialize();
    const server = new OPCUAServer({
      port: this.#port,
      host,
      hostname: host,
      serverCertificateManager: certificates,
      securityModes: [MessageSecurityMode.SignAndEncrypt],
      securityPolicies: [SecurityPolicy.Basic256Sha256],
      allowAnonymous: false,
      userManager: { isValidUser: (name: string, word: string) => name === user && word === password },
      serverInfo: { applicationUri: 'urn:hygate:sim' },
    });
    this.#server = server;
    await server.initialize();
    for (const resident of this.#residents) resident.variables = furnish(server, resident);
    this.refresh();
    await server.start();
    this.#port = server.endpoints[0]?.port ?? this.#port;
    this.#fingerprint = createHash('sha256').update(server.getCertificate()).digest('hex');
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const resident of this.#residents) resident.variables = [];
    await server.shutdown(0);
    await this.#certificates?.dispose();
  }

  /** Puts what the devices show now into the address space, with the present as the source's time. */
  refresh(): void {
    const at = new Date(this.#options.clock.wall());
    for (const { device, points, variables } of this.#residents) {
      variables.forEach((variable, index) => {
        const point = points[index];
        if (point === undefined || device.faults.get('frozen-value', point.key)) return;
        const bad = device.faults.get('bad-status', point.key) !== undefined;
        const status = bad ? StatusCodes.BadSensorFailure : StatusCodes.Good;
        variable.setValueFromSource(variantOf(point, device.values[index] ?? null), status, at);
      });
    }
  }
}

const nodeOf = (point: OpcuaPoint): string => point.opcua.node;

/** A state with two values is a Boolean, one with more an Int32; all else a Double. */
function dataTypeOf(point: OpcuaPoint): DataType.Boolean | DataType.Int32 | DataType.Double {
  const { states } = quantitySpec(point.quantity);
  if (states === undefined) return DataType.Double;
  return Object.keys(states).length === 2 ? DataType.Boolean : DataType.Int32;
}

function variantOf(point: OpcuaPoint, value: number | null) {
  const dataType = dataTypeOf(point);
  const raw = rawOf(point.opcua, value ?? Number.NaN);
  if (dataType === DataType.Boolean) return { dataType, value: raw === 1 };
  return { dataType, value: dataType === DataType.Int32 ? Math.round(raw) || 0 : raw };
}

const rawOf = ({ scale = 1, offset = 0 }: OpcuaAddress, value: number): number => (value - offset) / scale;

function furnish(server: OPCUAServer, { device, points }: Resident): Variable[] {
  const space = server.engine.addressSpace;
  if (space === null) throw new Error('the OPC UA server has no address space');
  const folder = space.getOwnNamespace().addFolder(space.rootFolder.objects, { browseName: device.id });
  return points.map((point) => {
    const address = parseNode(nodeOf(point));
    if (address === undefined)
      throw new Error(`${device.id}.${point.key}: ${nodeOf(point)} is not a node id`);
    return namespaceOf(space, address).addVariable({
      componentOf: folder,
      browseName: point.key,
      nodeId: address.id,
      dataType: dataTypeOf(point),
      minimumSamplingInterval: 100,
    });
  });
}

function namespaceOf(space: Space, { namespace }: NodeAddress): Namespace {
  if ('uri' in namespace) return space.registerNamespace(namespace.uri);
  // Somebody's site file counts namespaces: make as many as it needs.
  while (space.getNamespaceArray().length <= namespace.index) {
    space.registerNamespace(`urn:hygate:sim:${space.getNamespaceArray().length}`);
  }
  return space.registerNamespace(space.getNamespaceUri(namespace.index));
}
