import { MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client';
import type { OpcuaDeps } from './connection.ts';
import { downOf, within } from './down.ts';
import { redirectLibraryLog } from './library-log.ts';
import { fingerprintOf, serverOwn } from './pin.ts';

/** What a server says before anybody logs in. */
export interface ServerFace {
  /** SHA-256 of its certificate; null when it shows none. */
  readonly certificate: string | null;
  /** Speaks Basic256Sha256 with signature and encryption. */
  readonly encrypts: boolean;
}

const LIMIT_MS = 10_000;

/** Asks a server for its endpoints, which everybody may. Rejects with a `Down`. */
export async function faceOf(url: string, { clock, log }: OpcuaDeps): Promise<ServerFace> {
  redirectLibraryLog(log);
  const client = OPCUAClient.create({
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    endpointMustExist: false,
    clientName: 'hygate',
  });
  const ask = async () => {
    await client.connect(url);
    return client.getEndpoints();
  };
  try {
    const endpoints = await within(ask(), { clock, limit: LIMIT_MS, what: `asking ${url}` });
    const shown = endpoints.find(({ serverCertificate }) => serverCertificate?.length > 0)?.serverCertificate;
    return {
      certificate: shown === undefined ? null : fingerprintOf(serverOwn(shown)),
      encrypts: endpoints.some(
        ({ securityMode, securityPolicyUri }) =>
          securityMode === MessageSecurityMode.SignAndEncrypt &&
          securityPolicyUri === SecurityPolicy.Basic256Sha256,
      ),
    };
  } catch (error) {
    throw downOf(error);
  } finally {
    await client.disconnect();
  }
}
