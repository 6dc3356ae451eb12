import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import {
  DataType,
  MessageSecurityMode,
  SecurityPolicy,
  StatusCodes,
  Variant,
  VariantArrayType,
} from 'node-opcua-client';
import { OPCUAServer } from 'node-opcua-server';
import { derOf } from './opcua-pki.ts';

export const SERVER_NAMESPACE = 'urn:hygate:test-server';
export const USER = { user: 'hygate', password: 'right-password' };

/** The variables of the server: name, type, first value. */
export const NODES = {
  Temp: [DataType.Double, 4.5],
  Single: [DataType.Float, -1.25],
  Door: [DataType.Boolean, true],
  Count: [DataType.UInt32, 4_000_000_000],
  Small: [DataType.SByte, -7],
  Wide: [DataType.Int64, [0xffffffff, 0xfffffffe]],
  Wider: [DataType.UInt64, [1, 2]],
  Text: [DataType.String, 'closed'],
  NotANumber: [DataType.Double, Number.NaN],
  Fast: [DataType.Double, 0],
} as const satisfies Record<string, readonly [DataType, unknown]>;

export type NodeName = keyof typeof NODES;

/** What a test may say about a node's next value. */
export interface NodeChange {
  readonly node: NodeName;
  readonly value: number | boolean;
  /** The source's time; now when left out. */
  readonly at?: number;
  readonly status?: string;
}

export interface OpcuaTestServer {
  readonly port: number;
  readonly url: string;
  /** Its certificate, DER. */
  readonly certificate: Buffer;
  set(change: NodeChange): void;
  stop(): Promise<void>;
}

export interface OpcuaServerOptions {
  /** Its certificates; made when empty, kept for a restart. */
  readonly dir: string;
  /** 0: any free port. */
  readonly port: number;
}

const manager = (rootFolder: string) =>
  new OPCUACertificateManager({
    rootFolder,
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });

/** A node-opcua server on loopback with every security mode, one user, and variables of many types. */
export async function startOpcuaServer({ dir, port }: OpcuaServerOptions): Promise<OpcuaTestServer> {
  const server = new OPCUAServer({
    hostname: '127.0.0.1',
    port,
    allowAnonymous: true,
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    serverCertificateManager: manager(join(dir, 'server')),
    userCertificateManager: manager(join(dir, 'users')),
    userManager: {
      isValidUser: (user: string, password: string) => user === USER.user && password === USER.password,
    },
  });
  await server.initialize();
  const set = addVariables(server);
  await server.start();
  const bound = Number(/:(\d+)/.exec(server.getEndpointUrl().slice('opc.tcp:'.length))?.[1]);
  return {
    port: bound,
    url: `opc.tcp://127.0.0.1:${bound}`,
    certificate: derOf(readFileSync(server.certificateFile, 'utf8')),
    set,
    stop: () => server.shutdown(50),
  };
}

function addVariables(server: OPCUAServer): (change: NodeChange) => void {
  const space = server.engine.addressSpace;
  if (space === null) throw new Error('the server has no address space');
  const namespace = space.registerNamespace(SERVER_NAMESPACE);
  const variables = new Map(
    Object.entries(NODES).map(([name, [dataType, value]]) => {
      const variable = namespace.addVariable({
        organizedBy: space.rootFolder.objects,
        browseName: name,
        nodeId: `s=${name}`,
        dataType,
        minimumSamplingInterval: 10,
      });
      variable.setValueFromSource(new Variant({ dataType, arrayType: VariantArrayType.Scalar, value }));
      return [name, { variable, dataType }] as const;
    }),
  );
  return ({ node, value, at, status }) => {
    const known = variables.get(node);
    if (known === undefined) throw new Error(`there is no node ${node}`);
    const code = Object.entries(StatusCodes).find(([name]) => name === (status ?? 'Good'))?.[1];
    const variant = new Variant({ dataType: known.dataType, value });
    known.variable.setValueFromSource(variant, code, at === undefined ? undefined : new Date(at));
  };
}
