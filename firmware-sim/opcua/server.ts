import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from 'node-opcua-client';
import { OPCUAServer } from 'node-opcua-server';
import type { OpcuaAddress, OpcuaPoint } from '#model/driver';
import { quantitySpec } from '#model/quantity';
import type { Ms } from '#model/time';
import { type NodeAddress, parseNode } from './node.ts';

type Space = NonNullable<OPCUAServer['engine']['addressSpace']>;
type Namespace = ReturnType<Space['getOwnNamespace']>;
type Variable = ReturnType<Namespace['addVariable']>;

/** A device with the points that are its nodes. */
export interface Furnishing {
  readonly id: string;
  readonly points: readonly OpcuaPoint[];
}

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly applicationUri: string;
  /** Its key and certificate are there. */
  readonly pkiDir: string;
  readonly user: string;
  readonly password: string;
  readonly devices: readonly Furnishing[];
}

/** What a point shows: `value` null for a broken sensor, `good` false for status BadSensorFailure. */
export interface Shown {
  readonly value: number | null;
  readonly good: boolean;
}

/** The server of a station with its address space, laid out from the drivers' node ids. */
export class StationServer {
  readonly #options: ServerOptions;
  #certificates: OPCUACertificateManager | undefined;
  #server: OPCUAServer | undefined;
  #variables: readonly (readonly Variable[])[] = [];

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** All that takes long; `listen` is quick. */
  async build(): Promise<void> {
    const { host, port, applicationUri, pkiDir, user, password, devices } = this.#options;
    // Any client may come: who it is says its user name. The gateway's own check of this server is what counts.
    const certificates = new OPCUACertificateManager({
      rootFolder: pkiDir,
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
    this.#certificates = certificates;
    await certificates.initialize();
    const server = new OPCUAServer({
      port,
      host,
      hostname: host,
      serverCertificateManager: certificates,
      securityModes: [MessageSecurityMode.SignAndEncrypt],
      securityPolicies: [SecurityPolicy.Basic256Sha256],
      allowAnonymous: false,
      userManager: { isValidUser: (name: string, word: string) => name === user && word === password },
      serverInfo: { applicationUri },
    });
    this.#server = server;
    await server.initialize();
    this.#variables = devices.map((device) => furnish(server, device));
  }

  async listen(): Promise<void> {
    await this.#server?.start();
  }

  async stop(): Promise<void> {
    this.#variables = [];
    await this.#server?.shutdown(0);
    await this.#certificates?.dispose();
  }

  /** By device and point; null leaves value and source time as they are. */
  show(shown: readonly (readonly (Shown | null)[])[], at: Ms): void {
    this.#options.devices.forEach(({ points }, device) => {
      points.forEach((point, index) => {
        const now = shown[device]?.[index];
        if (now === undefined || now === null) return;
        const status = now.good ? StatusCodes.Good : StatusCodes.BadSensorFailure;
        const variable = this.#variables[device]?.[index];
        variable?.setValueFromSource(variantOf(point, now.value), status, new Date(at));
      });
    });
  }
}

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

function furnish(server: OPCUAServer, { id, points }: Furnishing): Variable[] {
  const space = server.engine.addressSpace;
  if (space === null) throw new Error('the OPC UA server has no address space');
  const folder = space.getOwnNamespace().addFolder(space.rootFolder.objects, { browseName: id });
  return points.map((point) => {
    const address = parseNode(point.opcua.node);
    if (address === undefined) throw new Error(`${id}.${point.key}: ${point.opcua.node} is not a node id`);
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
