import { writeToStream } from 'mqtt-packet';

/**
 * For each thread that speaks MQTT, before its first packet. mqtt-packet, which writes for Aedes and mqtt.js, else makes
 * a buffer of every packet id there can be, 65,536 of them and 8 MB, to spare the two bytes that a packet needs.
 */
export function makePacketIdsAsNeeded(): void {
  writeToStream.cacheNumbers = false;
}
