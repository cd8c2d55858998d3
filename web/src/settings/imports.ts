import { accountHeader, api, tell, type Problem } from '../api/client.ts';
import type { Import } from '../api/types.ts';
import { words } from '../words.ts';

const [pollMs, laterMs] = [400, 2000];
/** It has come to an end, be it a bad one. */
export const isOver = ({ state }: Import) => state !== 'queued' && state !== 'running';

/** Sends a file to be imported, or looked at (`dryRun`); `moods` says what foreign names of moods mean. */
export async function sendFile(
  file: File,
  dryRun: boolean,
  moods: Record<string, number>,
): Promise<{ id: string } | { problem: string }> {
  const query = new URLSearchParams({ format: 'auto', dry_run: String(dryRun) });
  const map = Object.entries(moods).map(([name, mood]) => `${name.replaceAll(/[\\,]/g, '\\$&')}:${mood}`);
  if (map.length > 0) query.set('mood_map', map.join(','));
  try {
    // Not through the typed client: the body is bytes.
    const response = await fetch(`/api/v1/imports?${query.toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...accountHeader() },
      body: file,
    });
    const answer = (await response.json()) as { id: string } & Problem;
    return response.ok ? { id: answer.id } : { problem: tell(answer) };
  } catch {
    return { problem: words.errors.notReached };
  }
}

/**
 * Follows an import until it is over, or until it is as `until` says, telling how far it is. Goes on where the server cannot
 * answer for now or wants to know who asks; ends with `signal`. Null where there is no such import, or it ended so.
 */
export async function follow(
  id: string,
  told: (state: Import) => void,
  { until = isOver, signal }: { until?: (state: Import) => boolean; signal?: AbortSignal | undefined } = {},
): Promise<Import | null> {
  while (signal?.aborted !== true) {
    const { data, response } = await api.GET('/api/v1/imports/{id}', { params: { path: { id } } });
    if (data === undefined && !mayAnswer(response.status)) return null;
    if (data !== undefined) told(data);
    if (data !== undefined && until(data)) return data;
    await new Promise((resolve) => setTimeout(resolve, data === undefined ? laterMs : pollMs));
  }
  return null;
}

/** Whether asking again may bring an answer: after signing in, later, or when the server is back. */
function mayAnswer(status: number): boolean {
  return status === 401 || status === 429 || status >= 500;
}
