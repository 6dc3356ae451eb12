"""A Modbus server with pymodbus, for the tests of our client.

Reads one line of JSON: {"framing": "tcp" | "rtu", "values": [{"unit", "table", "address", "type", "order", "value"}]}
and serves these values on a free port of 127.0.0.1, which it prints. Values are encoded here, by pymodbus, so that
our decoder is judged by another's encoder. 64-bit integers come as text. Ends when its standard input ends.
"""

import asyncio
import json
import sys
import types

# Debian only recommends pyserial to pymodbus; the TCP server imports it and never uses it.
for name in ("serial", "serial_asyncio"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["serial_asyncio"].create_serial_connection = None

from pymodbus.constants import Endian  # noqa: E402
from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock  # noqa: E402
from pymodbus.payload import BinaryPayloadBuilder  # noqa: E402
from pymodbus.server import StartAsyncTcpServer  # noqa: E402
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer  # noqa: E402

ORDERS = {
    "ABCD": (Endian.Big, Endian.Big),
    "CDAB": (Endian.Big, Endian.Little),
    "BADC": (Endian.Little, Endian.Big),
    "DCBA": (Endian.Little, Endian.Little),
}
ADDERS = {
    "int16": "add_16bit_int",
    "uint16": "add_16bit_uint",
    "int32": "add_32bit_int",
    "uint32": "add_32bit_uint",
    "int64": "add_64bit_int",
    "uint64": "add_64bit_uint",
    "float32": "add_32bit_float",
    "float64": "add_64bit_float",
}
BLOCKS = {"coil": "co", "discrete": "di", "input": "ir", "holding": "hr"}


def registers(entry):
    """The registers of one value; a bool is its own."""
    if entry["type"] == "bool":
        return [entry["value"]]
    byteorder, wordorder = ORDERS[entry["order"]]
    builder = BinaryPayloadBuilder(byteorder=byteorder, wordorder=wordorder)
    value = entry["value"]
    getattr(builder, ADDERS[entry["type"]])(int(value) if isinstance(value, str) else value)
    return builder.to_registers()


def context(values):
    """One sparse block for each unit and table: an address that nobody set is illegal."""
    units = {}
    for entry in values:
        blocks = units.setdefault(entry["unit"], {block: {} for block in BLOCKS.values()})
        for index, register in enumerate(registers(entry)):
            blocks[BLOCKS[entry["table"]]][entry["address"] + index] = register
    slaves = {
        unit: ModbusSlaveContext(
            zero_mode=True,
            **{block: ModbusSparseDataBlock(cells or {65535: 0}) for block, cells in blocks.items()},
        )
        for unit, blocks in units.items()
    }
    return ModbusServerContext(slaves=slaves, single=False)


async def main():
    """Serves until standard input ends."""
    wish = json.loads(sys.stdin.readline())
    server = await StartAsyncTcpServer(
        context(wish["values"]),
        address=("127.0.0.1", 0),
        framer=ModbusRtuFramer if wish["framing"] == "rtu" else ModbusSocketFramer,
        ignore_missing_slaves=True,
        defer_start=True,
    )
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    serving.cancel()


asyncio.run(main())
