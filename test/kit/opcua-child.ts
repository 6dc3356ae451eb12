import { fingerprintOf } from '../../collectors/protocols/opcua/pin.ts';
import { MOST_SESSIONS, startOpcuaServer } from './opcua-server.ts';

/*
 * An OPC UA server in a process of its own, to be killed and frozen: `node opcua-child.ts DIR PORT`.
 * Its node `Fast` shows the time in ms, modulo 1e9, 20 times a second. Orders come as messages.
 */
const [dir = '', port = '0'] = process.argv.slice(2);
const server = await startOpcuaServer({
  dir,
  port: Number(port),
  onSession: () => process.send?.({ sessions: 1 }),
});

const orders: Readonly<Record<string, () => void>> = {
  'end-sessions': () => server.endSessions(),
  'end-subscriptions': () => server.endSubscriptions(),
  hide: () => server.hide('Door'),
  show: () => server.set({ node: 'Door', value: true }),
  'refuse-sessions': () => server.limitSessions(0),
  'allow-sessions': () => server.limitSessions(MOST_SESSIONS),
};
process.on('message', (order) => orders[String(order)]?.());
setInterval(() => server.set({ node: 'Fast', value: Date.now() % 1e9 }), 50);
process.send?.({ port: server.port, fingerprint: fingerprintOf(server.certificate) });
process.on('disconnect', () => process.exit(0));
