import type { App } from '../../src/http/types.ts';
import { caller } from '../app.ts';

/** How many requests the server has in hand, by its own metrics. */
export async function requestsInFlight(app: App): Promise<number> {
  const { text } = await caller(app)('GET', '//metrics');
  return Number(/^daymark_http_requests_in_flight (\d+)$/m.exec(text)?.[1]);
}
