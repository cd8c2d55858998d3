import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testApp } from '../app.ts';

const { call } = await testApp();

const folder = new URL('../../docs/monitoring/', import.meta.url);

test.each(['grafana-dashboard.json', 'alerts.yaml'])('%s asks for metrics that there are', async (file) => {
  const { text } = await call('GET', '//metrics');
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const asked = [
    ...readFileSync(new URL(file, folder), 'utf8').matchAll(/\b(?:daymark|nodejs|process)_[a-z0-9_]+/g),
  ].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(asked.length).toBeGreaterThan(5);
  for (const name of asked) expect(known).toContain(name);
});

test('no panel of the dashboard lies over another', () => {
  interface Panel {
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
  }
  const { panels } = JSON.parse(readFileSync(new URL('grafana-dashboard.json', folder), 'utf8')) as {
    panels: Panel[];
  };
  expect(panels.length).toBeGreaterThan(10);
  const owners = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(owners.get(`${x} ${y}`), title).toBeUndefined();
        owners.set(`${x} ${y}`, title);
      }
    }
  }
});
