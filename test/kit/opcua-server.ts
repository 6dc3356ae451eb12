import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import {
  DataType,
  MessageSecurityMode,
  type NodeId,
  SecurityPolicy,
  StatusCodes,
  Variant,
  VariantArrayType,
} from 'node-opcua-client';
import { MonitoredItem, OPCUAServer } from 'node-opcua-server';
import type { Ms } from '#model/time';
import { derOf } from './opcua-pki.ts';

export const SERVER_NAMESPACE = 'urn:hygate:test-server';
/** The fastest that the server samples; the library's own bound is 50 ms. */
export const FASTEST_SAMPLING: Ms = 10;
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

/** At once, until a test says otherwise. */
export const MOST_SESSIONS = 10;

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
  /** The node is gone; it comes back with its next `set`. */
  hide(node: NodeName): void;
  /** As a server does that runs short of sessions, or whose operator ends them. */
  endSessions(): void;
  /** The sessions live on. */
  endSubscriptions(): void;
  /** So many sessions at once; one more is refused. */
  limitSessions(most: number): void;
  stop(): Promise<void>;
}

export interface OpcuaServerOptions {
  /** Its certificates; made when empty, kept for a restart. */
  readonly dir: string;
  /** 0: any free port. */
  readonly port: number;
  /** A session was created. */
  readonly onSession?: () => void;
}

const manager = (rootFolder: string) =>
  new OPCUACertificateManager({
    rootFolder,
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });

/** A node-opcua server on loopback with every security mode, one user, and variables of many types. */
export async function startOpcuaServer({
  dir,
  port,
  onSession = () => {},
}: OpcuaServerOptions): Promise<OpcuaTestServer> {
  MonitoredItem.minimumSamplingInterval = FASTEST_SAMPLING;
  const server = new OPCUAServer({
    hostname: '127.0.0.1',
    port,
    allowAnonymous: true,
    serverCapabilities: { maxSessions: MOST_SESSIONS },
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    serverCertificateManager: manager(join(dir, 'server')),
    userCertificateManager: manager(join(dir, 'users')),
    userManager: {
      isValidUser: (user: string, password: string) => user === USER.user && password === USER.password,
    },
  });
  await server.initialize();
  const { set, hide } = addVariables(server);
  server.on('create_session', onSession);
  await server.start();
  const bound = Number(/:(\d+)/.exec(server.getEndpointUrl().slice('opc.tcp:'.length))?.[1]);
  return {
    port: bound,
    url: `opc.tcp://127.0.0.1:${bound}`,
    certificate: derOf(readFileSync(server.certificateFile, 'utf8')),
    set,
    hide,
    endSessions: () => {
      for (const { authenticationToken } of sessionsOf(server)) {
        server.engine.closeSession(authenticationToken, true, 'Terminated');
      }
    },
    endSubscriptions: () => {
      for (const { publishEngine } of sessionsOf(server)) {
        for (const subscription of [...publishEngine.subscriptions]) subscription.terminate();
      }
    },
    limitSessions: (most) => {
      server.engine.serverCapabilities.maxSessions = most;
    },
    stop: () => server.shutdown(50),
  };
}

interface HeldSession {
  readonly authenticationToken: NodeId;
  readonly publishEngine: { readonly subscriptions: readonly { terminate(): void }[] };
}

/** The library keeps its sessions to itself. */
const sessionsOf = (server: OPCUAServer): readonly HeldSession[] => {
  const engine: unknown = server.engine;
  return Object.values((engine as { readonly _sessions: Readonly<Record<string, HeldSession>> })._sessions);
};

function addVariables(server: OPCUAServer): Pick<OpcuaTestServer, 'set' | 'hide'> {
  const space = server.engine.addressSpace;
  if (space === null) throw new Error('the server has no address space');
  const namespace = space.registerNamespace(SERVER_NAMESPACE);
  const add = (name: string, [dataType, value]: readonly [DataType, unknown]) => {
    const variable = namespace.addVariable({
      organizedBy: space.rootFolder.objects,
      browseName: name,
      nodeId: `s=${name}`,
      dataType,
      minimumSamplingInterval: FASTEST_SAMPLING,
    });
    variable.setValueFromSource(new Variant({ dataType, arrayType: VariantArrayType.Scalar, value }));
    return { variable, dataType };
  };
  const variables = new Map(Object.entries(NODES).map(([name, spec]) => [name, add(name, spec)]));
  return {
    set({ node, value, at, status }) {
      const known = variables.get(node) ?? add(node, NODES[node]);
      variables.set(node, known);
      const code = Object.entries(StatusCodes).find(([name]) => name === (status ?? 'Good'))?.[1];
      const variant = new Variant({ dataType: known.dataType, value });
      known.variable.setValueFromSource(variant, code, at === undefined ? undefined : new Date(at));
    },
    hide(node) {
      const known = variables.get(node);
      if (known !== undefined) space.deleteNode(known.variable);
      variables.delete(node);
    },
  };
}
