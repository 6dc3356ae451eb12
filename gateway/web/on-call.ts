import { MINUTE } from '#model/time';
import { client } from './client.ts';
import { useLive } from './page-context.ts';
import { usePolled } from './polled.ts';

/** Who is on call, as of the last minute; asked anew when the gateway is reached again. */
export const useOnCall = () => usePolled(client.onCall, MINUTE, useLive().connection);
