import { startOpcuaServer } from './opcua-server.ts';

/* An OPC UA server in a process of its own, to be killed and frozen: `node opcua-child.ts DIR PORT`. */
const [dir = '', port = '0'] = process.argv.slice(2);
const server = await startOpcuaServer({ dir, port: Number(port) });
process.send?.({ port: server.port });
process.on('disconnect', () => process.exit(0));
